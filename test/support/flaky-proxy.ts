import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy in front of a local server, for faults that the server itself can't be asked for. */
export interface FlakyProxy {
  readonly port: number;
  /** What clients have sent so far. */
  bytesSent(): number;
  /** Until `cut`: what the client sends arrives, what the server answers does not. */
  swallowAnswers(): void;
  /** Ends the next `count` connections in the very packet that says they are ready, as a server that is told to stop may. */
  endWhenReady(count: number): void;
  /** Breaks every connection; new ones work again. */
  cut(): void;
  /** Breaks every connection, and new ones at once. */
  refuse(): void;
  /** Takes new connections again. */
  allow(): void;
  close(): Promise<void>;
}

/** ReadyForQuery and ErrorResponse of PostgreSQL's protocol 3. */
const READY = Buffer.from('Z\0\0\0\x05I', 'latin1');
const TERMINATED = errorResponse('SFATAL\0C57P01\0Mterminating connection\0\0');

function errorResponse(fields: string): Buffer {
  const head = Buffer.from('E\0\0\0\0', 'latin1');
  head.writeInt32BE(4 + fields.length, 1);
  return Buffer.concat([head, Buffer.from(fields, 'latin1')]);
}

export async function startFlakyProxy(targetPort: number): Promise<FlakyProxy> {
  const sockets = new Set<Socket>();
  let [swallowing, refusing] = [false, false];
  let [toEnd, sent] = [0, 0];
  const server = createServer((client) => {
    if (refusing) return void client.destroy();
    const upstream = connect(targetPort, '127.0.0.1');
    client.on('data', (chunk: Buffer) => (sent += chunk.length));
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      if (swallowing) return;
      if (toEnd === 0 || !chunk.subarray(-READY.length).equals(READY)) return client.write(chunk);
      toEnd -= 1;
      client.end(Buffer.concat([chunk, TERMINATED]));
    });
    for (const [socket, peer] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => peer.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        peer.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    swallowing = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    bytesSent: () => sent,
    swallowAnswers: () => {
      swallowing = true;
    },
    endWhenReady: (count) => {
      toEnd = count;
    },
    cut,
    refuse: () => {
      refusing = true;
      cut();
    },
    allow: () => {
      refusing = false;
    },
    close: async () => {
      refusing = true;
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
