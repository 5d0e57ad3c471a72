import type { BrokerClient } from '../support/broker-client.js';

/** A decision that a caller was given. */
export interface Answered {
  readonly id: string;
  readonly decision: boolean;
}

export interface Load {
  /** What was answered so far, whole. */
  readonly answered: readonly Answered[];
  /** Requests that are on their way right now. */
  inFlight(): number;
  /** What was answered with anything but 200. */
  readonly refused: readonly string[];
  /** Asks nothing more; resolves when the last request was answered or has failed. */
  stop(): Promise<void>;
}

/** Keeps `width` requests in flight, going round the questions; a request that fails ends its lane. */
export function startLoad(
  client: BrokerClient,
  { key, questions, width }: { key: string; questions: readonly object[]; width: number },
): Load {
  const answered: Answered[] = [];
  const refused: string[] = [];
  let [stopping, flying, next] = [false, 0, 0];
  const lane = async (): Promise<void> => {
    while (!stopping) {
      flying += 1;
      try {
        const json = questions[next++ % questions.length];
        const answer = await client.call('POST', '/access/v1/evaluation', { key, json });
        if (answer.status !== 200) {
          refused.push(`${answer.status} ${answer.text}`);
          continue;
        }
        const { decision } = JSON.parse(answer.text) as { decision: boolean };
        answered.push({ id: answer.headers.get('x-decision-id') ?? '', decision });
      } catch {
        // The connection broke: whatever became of this one, nobody was told.
        return;
      } finally {
        flying -= 1;
      }
    }
  };
  const lanes = Promise.all(Array.from({ length: width }, lane));
  return {
    answered,
    refused,
    inFlight: () => flying,
    stop: async () => {
      stopping = true;
      await lanes;
    },
  };
}
