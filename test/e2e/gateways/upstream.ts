import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A request as the application got it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were written. */
  readonly rawHeaders: readonly string[];
  readonly bodyBytes: number;
  readonly bodySha256: string;
}

export interface Upstream {
  readonly address: string;
  /** Everything that came through so far. */
  readonly received: readonly Received[];
  stop(): void;
}

/** The application behind the gateway: it believes whatever reaches it, and speaks WebSocket enough to say so. */
export async function startUpstream(): Promise<Upstream> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const hash = createHash('sha256');
    let bodyBytes = 0;
    request.on('data', (chunk: Buffer) => {
      bodyBytes += chunk.length;
      hash.update(chunk);
    });
    request.on('end', () => {
      const { method = '', url = '', headers, rawHeaders } = request;
      received.push({
        method,
        url,
        headers,
        rawHeaders,
        bodyBytes,
        bodySha256: hash.digest('hex'),
      });
      response.end('rows of the ledger');
    });
  });
  server.on('upgrade', ({ method = '', url = '', headers, rawHeaders }, socket) => {
    received.push({ method, url, headers, rawHeaders, bodyBytes: 0, bodySha256: '' });
    const accept = acceptOf(headers['sec-websocket-key'] ?? '');
    socket.end(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\nhello`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** RFC 6455 §4.2.2; HAProxy checks it. */
function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}
