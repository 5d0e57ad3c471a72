import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PepOptions, PepClient } from '../src/index.js';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Behaviour = (
  response: ServerResponse,
  received: Received,
  count: number,
) => void | Promise<void>;

/** A decision point on this machine that behaves as a test says, after metadata that is right. */
export interface OtherPdp {
  readonly url: string;
  /** Every request but those for metadata. */
  readonly received: readonly Received[];
  readonly asksForMetadata: () => number;
  /** What it answers from now on. */
  behave(behaviour: Behaviour): void;
  /** What its metadata says from now on. */
  describe(metadata: Record<string, unknown> | string): void;
  /** Stops, connections and all. */
  close(): Promise<void>;
}

export async function startOtherPdp(): Promise<OtherPdp> {
  const received: Received[] = [];
  let behaviour: Behaviour = permit;
  let metadata: Record<string, unknown> | string | undefined;
  let asks = 0;
  const server = createServer((request, response) => {
    void bodyOf(request).then(async (body) => {
      const { method = '', url: path = '', headers } = request;
      if (path.startsWith('/.well-known/authzen')) {
        asks += 1;
        const text = typeof metadata === 'string' ? metadata : JSON.stringify(metadata);
        response.writeHead(200, { 'content-type': 'application/json' }).end(text);
        return;
      }
      const one = { method, path, headers, body };
      received.push(one);
      await behaviour(response, one, received.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  metadata = metadataOf(url);
  return {
    url,
    received,
    asksForMetadata: () => asks,
    behave: (next) => {
      behaviour = next;
    },
    describe: (next) => {
      metadata = next;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function metadataOf(url: string): Record<string, unknown> {
  const access = `${url}/access/v1`;
  return {
    policy_decision_point: url,
    access_evaluation_endpoint: `${access}/evaluation`,
    access_evaluations_endpoint: `${access}/evaluations`,
    search_subject_endpoint: `${access}/search/subject`,
    search_resource_endpoint: `${access}/search/resource`,
    search_action_endpoint: `${access}/search/action`,
  };
}

export const JSON_TYPE = { 'content-type': 'application/json' };

export const permit: Behaviour = (response) =>
  void response.writeHead(200, JSON_TYPE).end('{"decision":true}');

export const answer =
  (body: unknown, headers: Record<string, string> = {}, status = 200): Behaviour =>
  (response) =>
    void response
      .writeHead(status, { ...JSON_TYPE, ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));

export const QUESTION = {
  subject: { type: 'user', id: 'dana@acme.example' },
  action: { name: 'read' },
  resource: { type: 'database', id: 'prod' },
};

/** A client whose pauses are as short as can be. */
export function clientOf(pdp: OtherPdp, options: Partial<PepOptions> = {}): PepClient {
  return new PepClient({
    pdp: pdp.url,
    key: 'the-key-of-this-pep',
    platform: { random: () => 0.01 },
    ...options,
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
