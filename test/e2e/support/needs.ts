import { describe, it } from '@jest/globals';
import { findProgram, type ProgramName } from '../../../tools/programs.mjs';

/** A describe block that drives a program of the machine. Where that isn't installed CI fails, and others skip it and say why. */
export function describeDriving(
  program: ProgramName,
  title: string,
  body: (path: string) => void,
): void {
  const path = findProgram(program);
  if (path !== undefined) return describe(title, () => body(path));
  const why = `${program} is not installed`;
  if (/^(1|true)$/.test(process.env['CI'] ?? '')) {
    return describe(title, () => {
      it(`has ${program}`, () => {
        throw new Error(`${why}, and under CI this may not be skipped`);
      });
    });
  }
  process.stderr.write(`skipping "${title}": ${why}\n`);
  describe.skip(title, () => body(''));
}
