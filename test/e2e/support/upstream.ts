import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A request as the application got it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly bodyBytes: number;
}

export interface Upstream {
  readonly address: string;
  /** Everything that came through so far. */
  readonly received: readonly Received[];
  stop(): void;
}

/** The application behind the gateway: it believes whatever reaches it. */
export async function startUpstream(): Promise<Upstream> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let bodyBytes = 0;
    request.on('data', (chunk: Buffer) => (bodyBytes += chunk.length));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      received.push({ method, url, headers, bodyBytes });
      response.end('rows of the ledger');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    stop: () => void server.close(),
  };
}
