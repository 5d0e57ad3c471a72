import type { z } from 'zod';
import type { PolicyBundle } from './definition.js';
import { type FileKind, fileKind, pathFault } from './file-kinds.js';
import { issueProblems, problem } from './issue-problems.js';
import type { Problem } from './problem.js';
import { settingsSchema } from './settings.schema.js';
import type { SettingsFile } from './settings.js';
import { readSource, type Source, type SourcePath } from './source.js';

const MAX_FILES = 2000;
const MAX_FILE_CHARACTERS = 4 * 1024 * 1024;
const MAX_ITEMS = 200_000;
const ENOUGH_PROBLEMS = 1000;

/** What only one item of a kind may be called or hold. */
export interface Identity {
  readonly key: string;
  readonly label: string;
}

/** One item of a file, and the file. */
export interface Item<T> {
  readonly value: T;
  readonly file: string;
}

/** Sorts the files of a tenant directory into their kinds, parses them, and collects what is wrong with them. */
export class DirectoryReader {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  private readonly byKind = new Map<FileKind, string[]>();

  constructor(private readonly files: ReadonlyMap<string, string>) {
    const paths = [...files.keys()].sort();
    if (paths.length > MAX_FILES)
      this.tell('.', `${String(paths.length)} files; at most ${String(MAX_FILES)} are read.`);
    for (const path of paths.slice(0, MAX_FILES)) this.sort(path);
  }

  settings(): SettingsFile | undefined {
    const path = this.onlyFile('settings');
    if (path === undefined)
      this.tell('tenant.yaml', 'Missing: a tenant needs a tenant.yaml with its name.');
    const source = path === undefined ? undefined : this.source(path);
    return source === undefined
      ? undefined
      : this.parse(source, [], source.value ?? {}, settingsSchema);
  }

  policies(): PolicyBundle {
    const paths = this.byKind.get('policy') ?? [];
    const files = Object.fromEntries(paths.map((path) => [path, this.text(path) ?? '']));
    const schemaFile = this.onlyFile('schema');
    if (schemaFile === undefined) return { files };
    return { files, schema: this.text(schemaFile) ?? '', schemaFile };
  }

  /** The text of the one file of a kind; undefined where there is none. */
  onlyText(kind: FileKind): string | undefined {
    const path = this.onlyFile(kind);
    return path === undefined ? undefined : this.text(path);
  }

  /** Its value, parsed. */
  onlyValue(kind: FileKind): unknown {
    const path = this.onlyFile(kind);
    return path === undefined ? undefined : this.source(path)?.value;
  }

  /** Reads the items of every file of a kind (each file holds one or a list) and tells those that share an identity. */
  items<T>(
    kind: FileKind,
    schema: z.ZodType<T>,
    identities: (item: T) => readonly Identity[],
  ): Item<T>[] {
    const items: Item<T>[] = [];
    const firstPlaces = new Map<string, string>();
    for (const path of this.byKind.get(kind) ?? []) {
      const source = this.source(path);
      if (source === undefined) continue;
      for (const [at, written] of itemsOf(source.value).slice(0, MAX_ITEMS - items.length)) {
        const value = this.parse(source, at, written, schema);
        if (value === undefined) continue;
        this.tellTwins(source, at, identities(value), firstPlaces);
        items.push({ value, file: path });
      }
      if (items.length >= MAX_ITEMS) this.tell(path, `More than ${String(MAX_ITEMS)} in all.`);
    }
    return items;
  }

  private sort(path: string): void {
    const fault = pathFault(path);
    const kind = fileKind(path);
    if (fault !== undefined) this.tell(path, fault);
    else if (kind === 'unknown')
      this.warnings.push({ file: path, message: 'Not part of a tenant; ignored.' });
    else if (kind !== 'ignored') this.byKind.set(kind, [...(this.byKind.get(kind) ?? []), path]);
  }

  private onlyFile(kind: FileKind): string | undefined {
    const [path, second] = this.byKind.get(kind) ?? [];
    if (path !== undefined && second !== undefined)
      this.tell(second, `There is a ${path} as well; keep one of them.`);
    return path;
  }

  private text(path: string): string | undefined {
    const text = this.files.get(path) ?? '';
    if (text.length <= MAX_FILE_CHARACTERS) return text;
    this.tell(path, `Larger than ${String(MAX_FILE_CHARACTERS)} characters.`);
    return undefined;
  }

  private source(path: string): Source | undefined {
    const text = this.text(path);
    const result = text === undefined ? undefined : readSource(path, text);
    if (result === undefined || result.ok) return result?.source;
    this.problems.push(...result.problems);
    return undefined;
  }

  private parse<T>(
    source: Source,
    at: SourcePath,
    value: unknown,
    schema: z.ZodType<T>,
  ): T | undefined {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    if (this.problems.length < ENOUGH_PROBLEMS)
      this.problems.push(...issueProblems(source, at, result.error));
    return undefined;
  }

  private tellTwins(
    source: Source,
    at: SourcePath,
    identities: readonly Identity[],
    firstPlaces: Map<string, string>,
  ): void {
    for (const { key, label } of identities) {
      const first = firstPlaces.get(key);
      if (first !== undefined)
        this.problems.push(problem(source, at, `The ${label} is already at ${first}.`));
      else firstPlaces.set(key, `${source.file}:${String(source.locate(at).line)}`);
    }
  }

  tell(file: string, message: string): void {
    this.problems.push({ file, message });
  }
}

/** The items of a file with their paths: the list's entries, or the one that it is; an empty file has none. */
function itemsOf(value: unknown): (readonly [SourcePath, unknown])[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value)
    ? value.map((item: unknown, index) => [[index], item] as const)
    : [[[], value]];
}
