import type { z } from 'zod';
import type { Problem } from './problem.js';
import type { Source, SourcePath } from './source.js';

/** What a schema found wrong in one item of a file, each with the place where it was written. */
export function issueProblems(source: Source, at: SourcePath, error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    if (issue.code !== 'unrecognized_keys')
      return [problem(source, path, sentence(issue, source, path))];
    const sentences = issue.message.split('\n');
    return issue.keys.map((key, index) =>
      problem(source, [...path, key], sentences[index] ?? issue.message),
    );
  });
}

/** A problem at a path of a parsed file. */
export function problem(source: Source, path: SourcePath, message: string): Problem {
  const name = pathName(path);
  return {
    file: source.file,
    ...source.locate(path),
    message: name === '' ? message : `${name}: ${message}`,
  };
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'Must be a text (in YAML, put it in quotes).',
  number: 'Must be a number.',
  int: 'Must be a whole number.',
  boolean: 'Must be true or false.',
  array: 'Must be a list.',
  object: 'Must be an object.',
  record: 'Must be an object.',
};

function sentence(issue: z.core.$ZodIssue, source: Source, path: SourcePath): string {
  switch (issue.code) {
    case 'invalid_type':
      return isMissing(source.value, path)
        ? 'Required.'
        : (EXPECTED[issue.expected] ?? issue.message);
    case 'invalid_value':
      return isMissing(source.value, path)
        ? 'Required.'
        : `Must be one of ${issue.values.map(String).join(', ')}.`;
    case 'too_small':
      return limit(issue.origin, 'at least', issue.minimum, issue.message);
    case 'too_big':
      return limit(issue.origin, 'at most', issue.maximum, issue.message);
    case 'invalid_key':
      return issue.issues[0]?.message ?? issue.message;
    default:
      return issue.message;
  }
}

function limit(origin: string, bound: string, value: number | bigint, message: string): string {
  // A schema's own sentence says more than a number.
  if (!message.startsWith('Too ')) return message;
  const units: Record<string, string> = { string: ' characters', array: ' entries' };
  return `Must ${units[origin] === undefined ? 'be' : 'have'} ${bound} ${String(value)}${units[origin] ?? ''}.`;
}

function isMissing(root: unknown, path: SourcePath): boolean {
  let node = root;
  for (const step of path) {
    if (typeof node !== 'object' || node === null) return true;
    node = (node as Record<PropertyKey, unknown>)[step];
  }
  return node === undefined;
}

/** `[0].routes[2].path`, the way people write it. */
function pathName(path: SourcePath): string {
  return path.reduce<string>((name, step) => {
    if (typeof step === 'number') return `${name}[${String(step)}]`;
    return name === '' ? String(step) : `${name}.${String(step)}`;
  }, '');
}
