import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../tools/embedded-postgres.mjs';
import { eventually } from './eventually.js';

export interface RunningNginx {
  readonly origin: string;
  stop(): Promise<void>;
}

export interface NginxOptions {
  readonly program: string;
  /** host:port of the application, and of the broker. */
  readonly upstream: string;
  readonly sallyport: string;
  readonly key: string;
}

const TEMPLATE = new URL('../../../deploy/gateways/nginx/nginx.conf.template', import.meta.url);

/** As its README says for nginx behind a load balancer; here the test is the load balancer. */
const TRUSTED_PROXIES = 'set_real_ip_from 127.0.0.1;\nreal_ip_header X-Forwarded-For;\n';

/** Real nginx with the configuration that we ship, on a port of its own. */
export async function startNginx({
  program,
  upstream,
  sallyport,
  key,
}: NginxOptions): Promise<RunningNginx> {
  const port = await freePort();
  const listen = `127.0.0.1:${port}`;
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-nginx-'));
  // Its workers are another user, who keeps large bodies in there.
  chmodSync(directory, 0o711);
  const values = { LISTEN: listen, UPSTREAM: upstream, SALLYPORT: sallyport, SALLYPORT_KEY: key };
  writeFileSync(join(directory, 'nginx.conf'), rendered(values), { mode: 0o600 });
  writeFileSync(join(directory, 'trusted-proxies.conf'), TRUSTED_PROXIES);
  const args = ['-p', directory, '-c', 'nginx.conf', '-e', 'stderr'];
  execFileSync(program, ['-t', '-q', ...args], { stdio: 'pipe' });
  const nginx = spawn(program, [...args, '-g', 'daemon off;'], { stdio: 'ignore' });
  await eventually('nginx listens', () => isOpen(port));
  return {
    origin: `http://${listen}`,
    stop: async () => {
      const exited = once(nginx, 'exit');
      nginx.kill('SIGTERM');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function rendered(values: Readonly<Record<string, string>>): string {
  return readFileSync(TEMPLATE, 'utf8').replace(
    /\$\{([A-Z_]+)\}/g,
    (all, name: string) => values[name] ?? all,
  );
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
