import { escapeTypeName, unescapeTypeName } from '@sallyport/contracts';

/**
 * The AuthZEN type that a policy's type name means. A name that `escapeTypeName` gives to no type is none's: it becomes one that no question and no register can
 * hold, for it is not valid Unicode.
 */
export function authzenType(cedarName: string): string {
  const type = unescapeTypeName(cedarName);
  return escapeTypeName(type) === cedarName ? type : `\ud800${cedarName}`;
}
