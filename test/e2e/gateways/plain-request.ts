import { type Agent, type IncomingHttpHeaders, request, type RequestOptions } from 'node:http';

export interface PlainAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The client's port: the same one twice is a connection that was kept. */
  readonly localPort: number;
}

export interface PlainRequest {
  readonly method?: string;
  /** Sent byte for byte: fetch would tidy it up. */
  readonly path: string;
  /** Several values of a name are sent as several headers. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
  /** A connection of its own where absent. */
  readonly agent?: Agent;
}

/** One HTTP request exactly as described. Resolves with 101 where the connection was upgraded. */
export function send(
  origin: string,
  { method = 'GET', path, headers = {}, body, agent }: PlainRequest,
): Promise<PlainAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      hostname,
      port,
      method,
      path,
      headers,
      agent: agent ?? false,
    };
    const outgoing = request(options, (incoming) => {
      const localPort = incoming.socket.localPort ?? 0;
      let text = '';
      incoming.on('data', (chunk) => (text += String(chunk)));
      incoming.on('end', () => {
        const { statusCode: status = 0, headers: answered } = incoming;
        resolve({ status, headers: answered, body: text, localPort });
      });
    });
    outgoing.once('upgrade', ({ statusCode: status = 0, headers: answered }, socket, head) => {
      let text = head.toString();
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('end', () => {
        socket.destroy();
        resolve({ status, headers: answered, body: text, localPort: 0 });
      });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
