import { describe } from '@jest/globals';
import { findProgram, type ProgramName } from '../../tools/programs.mjs';

/** A describe block that needs a program of the machine; skipped where it isn't installed (`npm test` says so). */
export function describeWith(
  program: ProgramName,
  title: string,
  body: (path: string) => void,
): void {
  const path = findProgram(program);
  if (path === undefined) describe.skip(`${title} (no ${program})`, () => body(''));
  else describe(title, () => body(path));
}
