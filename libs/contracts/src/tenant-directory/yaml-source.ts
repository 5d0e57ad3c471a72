import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
} from 'yaml';
import type { Problem } from './problem.js';
import type { Position, SourcePath, SourceResult } from './source.js';

const MAX_ALIASES = 100;
const MAX_FAULTS = 20;

/** YAML 1.2 core schema, one document, no duplicate keys, string keys, few aliases. */
export function readYaml(file: string, text: string): SourceResult {
  const lines = new LineCounter();
  try {
    const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
    const faults = [...doc.errors, ...doc.warnings];
    if (faults.length > 0) {
      const first = faults.slice(0, MAX_FAULTS);
      return { ok: false, problems: first.map((fault) => problem(fault.pos[0], plain(fault))) };
    }
    const value: unknown = doc.toJS({ maxAliasCount: MAX_ALIASES });
    return { ok: true, source: { file, value, locate: (path) => position(offsetOf(doc, path)) } };
  } catch (error) {
    // The parser recurses: nesting that no tenant needs ends in a RangeError; too many aliases in a ReferenceError.
    const isTooDeep = error instanceof RangeError;
    return {
      ok: false,
      problems: [{ file, message: isTooDeep ? 'Nested too deep.' : String(error) }],
    };
  }

  function problem(offset: number, message: string): Problem {
    return { file, ...position(offset), message };
  }

  function position(offset: number): Position {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

function plain(fault: YAMLError): string {
  if (fault.code === 'MULTIPLE_DOCS') return 'Only one document per file.';
  if (fault.code === 'DUPLICATE_KEY') return 'This key is there twice.';
  return `${fault.message}.`;
}

function offsetOf(doc: Document.Parsed, path: SourcePath): number {
  let node: Node | null | undefined = doc.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const step of path) {
    const next: Step | undefined = stepInto(isAlias(node) ? node.resolve(doc) : node, step);
    if (next === undefined) break;
    ({ offset, node } = next);
  }
  return offset;
}

interface Step {
  readonly offset: number;
  readonly node: Node | null | undefined;
}

function stepInto(node: Node | null | undefined, step: PropertyKey): Step | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && item.key.value === step);
    if (pair === undefined || !isScalar(pair.key)) return undefined;
    return { offset: pair.key.range?.[0] ?? 0, node: pair.value as Node | null };
  }
  if (!isSeq(node) || typeof step !== 'number') return undefined;
  const item = node.items[step] as Node | null | undefined;
  return item ? { offset: item.range?.[0] ?? 0, node: item } : undefined;
}
