/** The measurements of `npm run bench`, in this order: `<name>.mjs` beside this file. */
export const modules = ['http', 'workers', 'swap', 'growth', 'log', 'revocation'];
