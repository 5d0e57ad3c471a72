import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../tools/embedded-postgres.mjs';
import { eventually } from '../../support/eventually.js';
import type { GatewayProgram, GatewaySettings, Place } from './gateway-programs.js';

export interface RunningGateway {
  readonly origin: string;
  stop(): Promise<void>;
}

/** The real program with the configuration that we ship, on a port of its own; `furnish` may put files beside it first. */
export async function startGateway(
  gateway: GatewayProgram,
  program: string,
  settings: GatewaySettings,
  furnish: (place: Place) => void = () => undefined,
): Promise<RunningGateway> {
  const place = {
    directory: mkdtempSync(join(tmpdir(), `sallyport-${gateway.program}-`)),
    port: await freePort(),
  };
  furnish(place);
  const { env, check, run } = gateway.prepare(settings, place);
  const options = { env: { ...process.env, ...env }, cwd: place.directory };
  execFileSync(program, check, { ...options, stdio: 'pipe' });
  const child = spawn(program, run, { ...options, stdio: 'ignore' });
  const ended = once(child, 'exit');
  await eventually(`${gateway.program} listens`, () => isOpen(place.port));
  return {
    origin: `http://127.0.0.1:${place.port}`,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(place.directory, { recursive: true, force: true });
    },
  };
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
