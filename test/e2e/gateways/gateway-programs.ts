import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProgramName } from '../../../tools/programs.mjs';

export interface GatewaySettings {
  /** host:port of the application, and of the broker. */
  readonly upstream: string;
  readonly sallyport: string;
  readonly key: string;
}

export interface Place {
  /** Its own, thrown away afterwards. */
  readonly directory: string;
  readonly port: number;
}

interface Launch {
  readonly env: Readonly<Record<string, string>>;
  /** Has the program judge its configuration. */
  readonly check: readonly string[];
  readonly run: readonly string[];
}

/** A program that enforces, started as the README beside its configuration says. */
export interface GatewayProgram {
  readonly program: ProgramName;
  prepare(settings: GatewaySettings, place: Place): Launch;
}

const SHIPPED = new URL('../../../deploy/gateways/', import.meta.url);
const shipped = (path: string) => fileURLToPath(new URL(path, SHIPPED));

/** nginx with one of the configurations that we ship; what its placeholders stand for beside the usual is in `more`. */
const nginxWith = (file: string, more: Readonly<Record<string, string>> = {}): GatewayProgram => ({
  program: 'nginx',
  prepare: ({ upstream, sallyport, key }, { directory, port }) => {
    // Its workers are another user, who keeps large bodies in there.
    chmodSync(directory, 0o711);
    const values: Readonly<Record<string, string>> = {
      LISTEN: `127.0.0.1:${port}`,
      UPSTREAM: upstream,
      SALLYPORT: sallyport,
      SALLYPORT_KEY: key,
      ...more,
    };
    const template = readFileSync(shipped(file), 'utf8');
    const rendered = template.replace(
      /\$\{([A-Z_]+)\}/g,
      (all, name: string) => values[name] ?? all,
    );
    writeFileSync(join(directory, 'nginx.conf'), rendered, { mode: 0o600 });
    const args = ['-p', directory, '-c', 'nginx.conf', '-e', 'stderr'];
    return { env: {}, check: ['-t', '-q', ...args], run: [...args, '-g', 'daemon off;'] };
  },
});

export const nginx = nginxWith('nginx/nginx.conf.template');

/** TLS in front of the broker, for API servers; the certificate lies beside the configuration. */
export const kubernetesTls = nginxWith('kubernetes/nginx.conf.template', {
  CERTIFICATE: 'tls.crt',
  CERTIFICATE_KEY: 'tls.key',
});

export const caddy: GatewayProgram = {
  program: 'caddy',
  prepare: ({ upstream, sallyport, key }, { directory, port }) => {
    const args = ['--config', shipped('caddy/Caddyfile'), '--adapter', 'caddyfile'];
    return {
      env: {
        LISTEN_HOST: '127.0.0.1',
        LISTEN_PORT: String(port),
        UPSTREAM: upstream,
        SALLYPORT: sallyport,
        SALLYPORT_KEY: key,
        XDG_CONFIG_HOME: directory,
        XDG_DATA_HOME: directory,
      },
      check: ['validate', ...args],
      run: ['run', ...args],
    };
  },
};

export const haproxy: GatewayProgram = {
  program: 'haproxy',
  prepare: ({ upstream, sallyport, key }, { port }) => {
    const config = shipped('haproxy/haproxy.cfg');
    return {
      env: {
        LISTEN: `127.0.0.1:${port}`,
        UPSTREAM: upstream,
        SALLYPORT: sallyport,
        SALLYPORT_KEY: key,
        SALLYPORT_LUA: shipped('haproxy'),
        // Two instances on one machine must not answer each other's questions.
        SALLYPORT_DOOR: `sallyport-${port}`,
      },
      check: ['-c', '-q', '-f', config],
      run: ['-db', '-f', config],
    };
  },
};
