import { Worker } from 'node:worker_threads';
import { UnavailableError } from '../../platform/errors.js';
import type { Checked, CheckRequest } from './check-directory.js';
import { VerdictAssembler, type CheckMessage } from './check-messages.js';
import type { ApplyRules } from './check-tenant.js';
import { DirectoryChecker, type DirectoryToCheck } from './directory-checker.js';
import type { Refused } from './tenant-plan.js';

const TIMEOUT_MS = 300_000;
const MAX_HEAP_MB = 2_048;

/** In a thread of its own, one at a time: a directory of 100,000 entities takes seconds, and decisions must not notice. */
export class ThreadedDirectoryChecker extends DirectoryChecker {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly script: URL,
    private readonly rules: ApplyRules,
  ) {
    super();
  }

  /** Rejects with BadRequestError, and with UnavailableError when the check ends without a verdict. */
  check(directory: DirectoryToCheck): Promise<Checked | Refused> {
    const { allowsBuiltinIssuer } = this.rules;
    const request = { ...directory, rules: { allowsBuiltinIssuer } };
    const turn = this.last.then(() => this.ask(request));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private ask(request: CheckRequest): Promise<Checked | Refused> {
    const worker = new Worker(this.script, {
      workerData: request,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    const assembler = new VerdictAssembler();
    return new Promise<Checked | Refused>((resolve, reject) => {
      const fail = (cause?: unknown) =>
        reject(new UnavailableError('the directory could not be checked', { cause }));
      const late = setTimeout(() => fail(new Error('it took too long')), TIMEOUT_MS);
      worker.on('message', (message: CheckMessage) => {
        try {
          const verdict = assembler.take(message);
          if (verdict) resolve(verdict);
          else setImmediate(() => worker.postMessage('more'));
        } catch (error) {
          reject(error as Error);
        }
      });
      worker.on('error', fail);
      worker.on('exit', () => {
        clearTimeout(late);
        fail();
      });
    }).finally(() => worker.terminate());
  }
}
