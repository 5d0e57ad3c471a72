import { existsSync } from 'node:fs';
import { MessageChannel, Worker } from 'node:worker_threads';
import { ReferenceDesk, type DeskReply, type DeskRequest } from './reference-desk.js';

/** A reference desk that somebody else keeps. Replies come in the order of the requests. */
export interface ReferenceLine {
  post(request: DeskRequest): void;
  close(): Promise<void>;
}

export interface LineListener {
  reply(reply: DeskReply): void;
  /** The line is dead; what was asked on it is never answered. */
  lost(error: Error): void;
}

/** Opens a line. */
export type OpenLine = (listener: LineListener) => ReferenceLine;

const SCRIPT = new URL('./reference.worker.js', import.meta.url);
const MAX_HEAP_MB = 2_048;

/** The desk in a thread of its own: nothing that decides waits for it. */
export const openThread: OpenLine = ({ reply, lost }) => {
  const worker = new Worker(SCRIPT, { resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
  let isClosed = false;
  worker.unref();
  worker.on('message', reply);
  worker.on('error', lost);
  worker.on('exit', () => {
    if (!isClosed) lost(new Error('the thread ended'));
  });
  return {
    post: (request) => worker.postMessage(request),
    close: async () => {
      isClosed = true;
      await worker.terminate();
    },
  };
};

/** The desk in this thread, over a channel that copies like that of a thread. */
export const openInline: OpenLine = ({ reply }) => {
  const desk = new ReferenceDesk(() => performance.now());
  const { port1: mine, port2: theirs } = new MessageChannel();
  theirs.on('message', (request: DeskRequest) => theirs.postMessage(desk.receive(request)));
  mine.on('message', reply);
  for (const port of [mine, theirs]) port.unref();
  return {
    post: (request) => mine.postMessage(request),
    close: async () => mine.close(),
  };
};

/** Run from its sources (tests), a thread would find nothing to run. */
export function referenceLine(): OpenLine {
  return existsSync(SCRIPT) ? openThread : openInline;
}
