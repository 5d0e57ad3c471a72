// What Cedar's grammar keeps for itself: none of these can be an identifier in a type name.
const RESERVED = new Set([
  'true',
  'false',
  'if',
  'then',
  'else',
  'in',
  'is',
  'like',
  'has',
  '__cedar',
]);

// Five digits: no character is ever escaped like this, and a type that is spelled like this has its first `_` escaped.
const EMPTY = '_x00000_';

/**
 * Cedar's name for an AuthZEN entity type (design §4): identifiers joined by `::` stay as they are; every other UTF-16 unit becomes `_xHHHH_`.
 * Total and reversible: no two types share a name.
 */
export function escapeTypeName(type: string): string {
  if (type === '') return EMPTY;
  const segments = type.split('::');
  // A colon that joins nothing is a character like any other.
  if (segments.some((segment) => segment === '')) return escapeSegment(type);
  return segments.map(escapeSegment).join('::');
}

/** The AuthZEN type that `escapeTypeName` gave this name to; a name it never gives is returned unescaped as far as it can be. */
export function unescapeTypeName(name: string): string {
  if (name === EMPTY) return '';
  return name.replace(/_x([0-9a-f]{4})_/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function escapeSegment(segment: string): string {
  if (RESERVED.has(segment)) return escapeUnit(segment.charAt(0)) + segment.slice(1);
  return segment
    .replace(/_(?=x[0-9a-f]{4})|[^A-Za-z0-9_]/g, escapeUnit)
    .replace(/^[0-9]/, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `_x${unit.charCodeAt(0).toString(16).padStart(4, '0')}_`;
}
