import { escapeTypeName } from '@sallyport/contracts';

/** The name in a policy of a type that `authzenType` gave: its inverse, for names that no question can hold too. */
export function cedarTypeName(type: string): string {
  return type.startsWith('\ud800') ? type.slice(1) : escapeTypeName(type);
}
