import { setTimeout as sleep } from 'node:timers/promises';
import {
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { AUTHORIZATION, HEALTH, NOT_SERVING, SERVICE_UNKNOWN, SERVING } from './envoy-protos.js';

interface HealthRequest {
  readonly service: string;
}

interface HealthResponse {
  readonly status: number;
}

/** '' is the whole server. */
const SERVICES: ReadonlySet<string> = new Set(['', AUTHORIZATION, HEALTH]);
/** An answer is good for so long, whoever asks: each costs a query of the database. */
const FRESH_MS = 500;
const MAX_WATCHERS = 100;

/** gRPC Health Checking Protocol: whether this process can decide, by the very checks of `/readyz`. Asks for no credential. */
export class HealthService {
  private latest: { readonly atMs: number; readonly ready: Promise<boolean> } | undefined;
  private watchers = 0;
  private readonly stopping = new AbortController();

  constructor(private readonly isReady: () => Promise<boolean>) {}

  implementation(): UntypedServiceImplementation {
    return {
      Check: (call: ServerUnaryCall<HealthRequest, HealthResponse>, callback: Answer) => {
        if (!SERVICES.has(call.request.service)) {
          return callback({ code: status.NOT_FOUND, details: 'no such service' });
        }
        void this.current().then((now) => callback(null, { status: now }));
      },
      Watch: (call: ServerWritableStream<HealthRequest, HealthResponse>) => void this.watch(call),
    };
  }

  /** Ends the streams of all watchers, which would keep the server from ending. */
  stop(): void {
    this.stopping.abort();
  }

  private async watch(call: ServerWritableStream<HealthRequest, HealthResponse>): Promise<void> {
    if (this.watchers >= MAX_WATCHERS) {
      const refusal = { code: status.RESOURCE_EXHAUSTED, details: 'too many watchers' };
      call.emit('error', refusal);
      return;
    }
    this.watchers += 1;
    const isKnown = SERVICES.has(call.request.service);
    let told: number | undefined;
    while (!call.cancelled && !this.stopping.signal.aborted) {
      const now = isKnown ? await this.current() : SERVICE_UNKNOWN;
      if (now !== told) call.write({ status: now });
      told = now;
      await sleep(FRESH_MS, undefined, { ref: false, signal: this.stopping.signal }).catch(noop);
    }
    this.watchers -= 1;
    call.end();
  }

  private async current(): Promise<number> {
    const nowMs = performance.now();
    if (!this.latest || nowMs - this.latest.atMs >= FRESH_MS) {
      this.latest = { atMs: nowMs, ready: this.isReady().catch(() => false) };
    }
    return (await this.latest.ready) ? SERVING : NOT_SERVING;
  }
}

function noop(): void {
  // The sleep was cut short because the server ends.
}

type Answer = sendUnaryData<HealthResponse>;
