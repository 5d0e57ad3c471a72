import { parentPort, workerData } from 'node:worker_threads';
import { loadPolicy } from '@open-policy-agent/opa-wasm';

/** What a thread is started with: one tenant's bundle. */
export interface RegoBundle {
  /** The compiled policy, in base64. */
  readonly wasm: string;
  readonly data: object;
  readonly entrypoint: string;
}

export interface RegoRequest {
  readonly id: number;
  readonly input: unknown;
}

/** `results` is OPA's result set; a policy that failed has none. */
export type RegoReply =
  | { readonly id: number; readonly results: unknown }
  | { readonly id: number; readonly failure: string };

/** 32 MiB for a policy, its data and one input. */
const MAX_PAGES = 512;

const { wasm, data, entrypoint } = workerData as RegoBundle;

// The thread of RegoThread: a policy cannot be interrupted, but a thread can be ended.
let policy = load();

parentPort?.on('message', (request: RegoRequest) => {
  void evaluated(request).then((reply) => parentPort?.postMessage(reply));
});

async function evaluated({ id, input }: RegoRequest): Promise<RegoReply> {
  try {
    return { id, results: (await policy).evaluate(input, entrypoint) as unknown };
  } catch (error) {
    // What a policy leaves behind when it breaks off must not speak for the next question.
    policy = load();
    return { id, failure: String(error).slice(0, 300) };
  }
}

function load(): ReturnType<typeof loadPolicy> {
  const loading = loadPolicy(Buffer.from(wasm, 'base64'), { initial: 5, maximum: MAX_PAGES });
  const loaded = loading.then((one) => {
    one.setData(data);
    return one;
  });
  // Told to whoever asks.
  loaded.catch(() => undefined);
  return loaded;
}
