import { Worker } from 'node:worker_threads';
import type { RegoBundle, RegoReply, RegoRequest } from './rego.worker.js';

interface Waiting {
  readonly resolve: (results: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const MAX_HEAP_MB = 64;
/** Beyond so many nobody would be answered in time. */
const MAX_WAITING = 1_000;

/**
 * One bundle in a thread of its own. A policy cannot be interrupted: one that takes too long is ended together with its thread,
 * and whoever waits for it gets an error.
 */
export class RegoThread {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 0;
  isOver = false;

  constructor(
    script: URL,
    bundle: RegoBundle,
    private readonly deadlineMs: number,
  ) {
    this.worker = new Worker(script, {
      workerData: bundle,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    this.worker.unref();
    this.worker.on('message', (reply: RegoReply) => this.settle(reply));
    this.worker.on('error', (error) => this.end(error));
    this.worker.on('exit', () => this.end(new Error('the thread of the Rego policy ended')));
  }

  /** OPA's result set. Rejects when the policy fails, and when it takes too long. */
  evaluate(input: unknown): Promise<unknown> {
    if (this.isOver) return Promise.reject(new Error('the thread of the Rego policy ended'));
    if (this.waiting.size >= MAX_WAITING) {
      return Promise.reject(new Error('too many decisions wait for the Rego policy'));
    }
    const id = (this.nextId += 1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.end(new Error('the Rego policy took too long')),
        this.deadlineMs,
      );
      this.waiting.set(id, { resolve, reject, timer });
      const request: RegoRequest = { id, input };
      this.worker.postMessage(request);
    });
  }

  /** Ends the thread; whoever waits gets the error. */
  end(error: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    void this.worker.terminate();
    for (const { reject, timer } of this.waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.waiting.clear();
  }

  private settle(reply: RegoReply): void {
    const waiting = this.waiting.get(reply.id);
    if (!waiting) return;
    this.waiting.delete(reply.id);
    clearTimeout(waiting.timer);
    if ('failure' in reply) waiting.reject(new Error(reply.failure));
    else waiting.resolve(reply.results);
  }
}
