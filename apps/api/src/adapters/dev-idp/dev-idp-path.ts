/** Where the development identity provider lives; its issuer is the public URL with this path. */
export const DEV_IDP_PATH = '/dev-idp';
