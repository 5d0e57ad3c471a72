import { readJson } from './json-source.js';
import type { Problem } from './problem.js';
import { readYaml } from './yaml-source.js';

/** Where something stands in a file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A path of keys and indexes into a parsed file. */
export type SourcePath = readonly PropertyKey[];

/** One parsed file that still knows where everything in it was written. */
export interface Source {
  readonly file: string;
  readonly value: unknown;
  /** The place of what the path leads to, or of the last step of it that exists. */
  locate(path: SourcePath): Position;
}

export type SourceResult =
  | { readonly ok: true; readonly source: Source }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Parses a `.json` or `.yaml` file strictly; a file that can't be read tells why and where. Never throws. */
export function readSource(file: string, text: string): SourceResult {
  return file.endsWith('.json') ? readJson(file, text) : readYaml(file, text);
}
