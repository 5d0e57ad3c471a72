import type { Viewer } from './viewer.js';

interface Closable {
  close(code: number, reason: string): void;
  once(event: 'close', listener: () => void): unknown;
}

/** WebSocket close code for "not allowed" in graphql-transport-ws. */
const FORBIDDEN = 4_403;
/** Node's timers overflow beyond this and fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/** The console's open sockets by session, so that a socket never outlives the session it was opened under. */
export class LiveSockets {
  private readonly bySession = new Map<string, Set<Closable>>();

  adopt(socket: Closable, viewer: Viewer, nowMs: number): void {
    const key = keyOf(viewer.sessionHash);
    const sockets = this.bySession.get(key) ?? new Set();
    this.bySession.set(key, sockets.add(socket));
    const timer = setTimeout(
      () => socket.close(FORBIDDEN, 'the session is over'),
      Math.min(MAX_TIMER_MS, Math.max(0, viewer.expiresAtMs - nowMs)),
    );
    timer.unref();
    socket.once('close', () => {
      clearTimeout(timer);
      sockets.delete(socket);
      if (sockets.size === 0) this.bySession.delete(key);
    });
  }

  closeSession(sessionHash: Uint8Array): void {
    for (const socket of this.bySession.get(keyOf(sessionHash)) ?? []) {
      socket.close(FORBIDDEN, 'signed out');
    }
  }
}

function keyOf(sessionHash: Uint8Array): string {
  return Buffer.from(sessionHash).toString('base64');
}
