/** The measurements of `npm run bench`, in this order: `<name>.mjs` beside this file. */
export const modules = [
  'engine',
  'http',
  'workers',
  'swap',
  'growth',
  'search',
  'log',
  'revocation',
];
