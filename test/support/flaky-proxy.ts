import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy in front of a local server, for faults that the server itself can't be asked for. */
export interface FlakyProxy {
  readonly port: number;
  /** Until `cut`: what the client sends arrives, what the server answers does not. */
  swallowAnswers(): void;
  /** Breaks every connection; new ones work again. */
  cut(): void;
  /** Breaks every connection, and new ones at once. */
  refuse(): void;
  close(): Promise<void>;
}

export async function startFlakyProxy(targetPort: number): Promise<FlakyProxy> {
  const sockets = new Set<Socket>();
  let [swallowing, refusing] = [false, false];
  const server = createServer((client) => {
    if (refusing) return void client.destroy();
    const upstream = connect(targetPort, '127.0.0.1');
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      if (!swallowing) client.write(chunk);
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
    swallowAnswers: () => {
      swallowing = true;
    },
    cut,
    refuse: () => {
      refusing = true;
      cut();
    },
    close: async () => {
      refusing = true;
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
