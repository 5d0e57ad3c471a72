import type { Discovery } from '../discovery.js';
import { AnswerMalformedError, PepError, UnreachableError } from '../errors.js';
import type { Settings } from '../settings.js';
import { pause, pauseBefore } from '../transport/ask-within.js';
import { refusal, send } from '../transport/exchange.js';
import { EventStreamReader, type StreamEvent } from './event-stream.js';
import { readSignal, type Signal } from './signal.js';

/** Who acts on signals. */
export interface SignalListener {
  changed(signal: Signal): void;
  /** Changes were missed, or were too many to tell: nothing that is remembered can be trusted. */
  reset(): void;
  /** The version of the facts that everything up to is told of. */
  reached(version: number): void;
}

const LONGEST_PAUSE_MS = 10_000;
const ACCEPTED_SILENCES = 2;

/** Follows a decision point's signals for as long as it is open, and comes back by itself. */
export class SignalFollower {
  private readonly open = new AbortController();
  private running: Promise<void> | undefined;
  private lastId = '';
  private heardAtMs = Number.NEGATIVE_INFINITY;
  private attempts = 0;

  constructor(
    private readonly discovery: Discovery,
    private readonly settings: Settings,
    private readonly maxSilenceMs: number,
    private readonly listener: SignalListener,
  ) {}

  /** Whether everything that changed is known here, but for the last moment. */
  get isLive(): boolean {
    return this.settings.platform.monotonicMs() - this.heardAtMs <= this.maxSilenceMs;
  }

  /** Begins to follow; once. */
  start(): void {
    this.running ??= this.follow();
  }

  /** Resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.heardAtMs = Number.NEGATIVE_INFINITY;
    this.open.abort();
    await this.running;
  }

  private async follow(): Promise<void> {
    const { signal } = this.open;
    while (!signal.aborted) {
      const error = await this.connection().catch((thrown: unknown) => thrown);
      if (signal.aborted) return;
      if (error instanceof Error) this.settings.onProblem(error);
      this.attempts += 1;
      const ms = pauseBefore(this.attempts, error, this.settings.platform.random());
      await pause(Math.min(LONGEST_PAUSE_MS, ms), signal).catch(() => undefined);
    }
  }

  /** One connection, until it ends, falls silent, or is not one. */
  private async connection(): Promise<void> {
    const own = new AbortController();
    const signal = AbortSignal.any([own.signal, this.open.signal]);
    const silence = new Silence(() => own.abort(), this.maxSilenceMs * ACCEPTED_SILENCES);
    try {
      silence.broken();
      const response = await this.connect(signal);
      for await (const event of eventsOf(response)) {
        silence.broken();
        this.heard(event);
      }
    } finally {
      silence.end();
      own.abort();
    }
  }

  private async connect(signal: AbortSignal): Promise<Response> {
    const { platform, maxAnswerBytes, key } = this.settings;
    const url = `${await this.discovery.root(signal)}/v1/signals`;
    const headers = {
      accept: 'text/event-stream',
      authorization: `Bearer ${key}`,
      ...(this.lastId === '' ? {} : { 'last-event-id': this.lastId }),
    };
    const response = await send({ method: 'GET', url, headers }, { platform, signal });
    if (response.status !== 200) throw await refusal(response, { platform, maxAnswerBytes });
    if (!/^text\/event-stream *(?:;|$)/i.test(response.headers.get('content-type') ?? ''))
      throw new AnswerMalformedError('the signals are no event stream');
    return response;
  }

  private heard({ event, id, data }: StreamEvent): void {
    this.attempts = 0;
    const version = /^\d{1,15}$/.test(id) ? Number(id) : undefined;
    const signal = event === 'change' ? readSignal(data) : undefined;
    if (event === 'reset' || version === undefined || (event === 'change' && !signal)) {
      this.listener.reset();
    } else if (signal) {
      this.listener.changed(signal);
    }
    if (version === undefined) return;
    this.lastId = id;
    this.listener.reached(version);
    // INVARIANT: live only after what was heard has been acted on.
    this.heardAtMs = this.settings.platform.monotonicMs();
  }
}

async function* eventsOf({ body }: Response): AsyncGenerator<StreamEvent> {
  if (!body) return;
  const reader = new EventStreamReader();
  const decoder = new TextDecoder();
  const chunks = body.getReader();
  try {
    for (;;) {
      const { done, value } = await chunks.read();
      if (done) return;
      yield* reader.read(decoder.decode(value, { stream: true }));
    }
  } catch (cause) {
    throw cause instanceof PepError
      ? cause
      : new UnreachableError('the stream of signals broke', { cause });
  } finally {
    void chunks.cancel().catch(() => undefined);
  }
}

/** Gives up on a connection on which nothing is heard. */
class Silence {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly giveUp: () => void,
    private readonly limitMs: number,
  ) {}

  broken(): void {
    this.end();
    this.timer = setTimeout(this.giveUp, this.limitMs);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
