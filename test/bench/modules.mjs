export const modules = ['http'];
