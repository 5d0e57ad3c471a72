import type { Problem } from '@sallyport/contracts';

/** A bundle whose policies can't be loaded, with every reason. */
export class PolicyLoadError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(
      problems.map(({ file, line, message }) => `${file}:${String(line)} ${message}`).join('\n'),
    );
  }
}
