/** What the server of `serveEvidence` knows, as request headers. */
export const ADMIN = { authorization: 'Bearer admin-token' };
export const PEP = { authorization: 'Bearer acme-key' };
export const OTHER_PEP = { authorization: 'Bearer globex-key' };
export const AUDITOR = { cookie: 'sallyport_session=acme.aude', 'x-sallyport-csrf': '1' };
export const MEMBER = { cookie: 'sallyport_session=acme.dana', 'x-sallyport-csrf': '1' };
