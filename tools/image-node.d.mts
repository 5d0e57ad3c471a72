export const imageNodeVersion: string;
