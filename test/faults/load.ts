import { setTimeout as sleep } from 'node:timers/promises';
import type { BrokerClient } from '../support/broker-client.js';

/** A decision that a caller was given. */
export interface Answered {
  readonly id: string;
  readonly decision: boolean;
  /** Who was asked about. */
  readonly subject: string;
  /** When, by the caller's clock. */
  readonly askedAtMs: number;
}

export interface Load {
  /** What was answered so far, whole. */
  readonly answered: readonly Answered[];
  /** Requests that are on their way right now. */
  inFlight(): number;
  /** What was answered with anything but 200. */
  readonly refused: readonly string[];
  /** How many requests got no answer, for their connection broke or none could be opened. */
  broken(): number;
  /** Resolves when `count` more were answered than now. Rejects when that takes more than two minutes. */
  more(count: number): Promise<void>;
  /** Asks nothing more; resolves when the last request was answered or has failed. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  readonly key: string;
  readonly questions: readonly { readonly subject: { readonly id: string } }[];
  /** Requests that are in flight at the same time. */
  readonly width: number;
  /** Whether a lane goes on after a request that got no answer; if not, its first one ends it. */
  readonly endures?: boolean;
  /** How long a lane rests after an answer; by default not at all. */
  readonly pauseMs?: number;
}

const MORE_MS = 120_000;
const RETRY_MS = 50;

/** Keeps requests in flight, going round the questions. */
export function startLoad(client: BrokerClient, options: LoadOptions): Load {
  const { key, questions, width, endures = false, pauseMs = 0 } = options;
  const answered: Answered[] = [];
  const refused: string[] = [];
  let [stopping, flying, next, broken] = [false, 0, 0, 0];
  const ask = async (): Promise<boolean> => {
    const json = questions[next++ % questions.length];
    const askedAtMs = Date.now();
    flying += 1;
    try {
      const answer = await client.call('POST', '/access/v1/evaluation', { key, json });
      if (answer.status !== 200) {
        refused.push(`${answer.status} ${answer.text}`);
        return true;
      }
      const { decision } = JSON.parse(answer.text) as { decision: boolean };
      const id = answer.headers.get('x-decision-id') ?? '';
      answered.push({ id, decision, subject: json?.subject.id ?? '', askedAtMs });
      return true;
    } catch {
      // The connection broke: whatever became of this one, nobody was told.
      broken += 1;
      return false;
    } finally {
      flying -= 1;
    }
  };
  const lane = async (): Promise<void> => {
    while (!stopping) {
      const wasAnswered = await ask();
      if (!wasAnswered && !endures) return;
      if (!wasAnswered || pauseMs > 0) await sleep(wasAnswered ? pauseMs : RETRY_MS);
    }
  };
  const lanes = Promise.all(Array.from({ length: width }, lane));
  return {
    answered,
    refused,
    inFlight: () => flying,
    broken: () => broken,
    more: async (count) => {
      const enough = answered.length + count;
      for (const deadline = Date.now() + MORE_MS; answered.length < enough; await sleep(20))
        if (Date.now() > deadline) throw new Error(lackOf(answered.length, enough, refused));
    },
    stop: async () => {
      stopping = true;
      await lanes;
    },
  };
}

function lackOf(count: number, enough: number, refused: readonly string[]): string {
  return `only ${count} of ${enough} were answered; last refused: ${refused.at(-1) ?? 'none'}`;
}
