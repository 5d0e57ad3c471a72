import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Stored {
  readonly payload: AdapterPayload;
  /** Milliseconds since the epoch; null for what stays. */
  readonly expiresAtMs: number | null;
}

/**
 * What the provider remembers of a sign-in, in a folder that the processes of one instance share: a person's next request may come to
 * another process. Plain files are enough for the few people of a development start.
 */
export class FileStorage {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const { path, stored } of this.all()) if (isOver(stored)) rmSync(path, { force: true });
  }

  /** The provider's storage of one of its models. */
  adapter(model: string): Adapter {
    const at = (id: string) =>
      join(this.folder, `${model}-${createHash('sha256').update(id).digest('hex')}.json`);
    const payloads = () =>
      this.all(`${model}-`).flatMap(({ stored }) => (isOver(stored) ? [] : [stored.payload]));
    return {
      upsert: async (id, payload, expiresIn) =>
        this.write(at(id), {
          payload,
          expiresAtMs: expiresIn ? Date.now() + expiresIn * 1_000 : null,
        }),
      find: async (id) => {
        const stored = read(at(id));
        return stored && !isOver(stored) ? stored.payload : undefined;
      },
      findByUid: async (uid) => payloads().find((payload) => payload.uid === uid),
      findByUserCode: async (code) => payloads().find(({ userCode }) => userCode === code),
      consume: async (id) => {
        const stored = read(at(id));
        if (!stored) return;
        const consumed = Math.floor(Date.now() / 1_000);
        this.write(at(id), { ...stored, payload: { ...stored.payload, consumed } });
      },
      destroy: async (id) => rmSync(at(id), { force: true }),
      revokeByGrantId: async (grantId) => {
        for (const { path, stored } of this.all(`${model}-`))
          if (stored.payload.grantId === grantId) rmSync(path, { force: true });
      },
    };
  }

  private all(prefix = ''): { readonly path: string; readonly stored: Stored }[] {
    const names = readdirSync(this.folder).filter((name) => name.startsWith(prefix));
    return names.flatMap((name) => {
      const path = join(this.folder, name);
      const stored = read(path);
      return stored ? [{ path, stored }] : [];
    });
  }

  /** Appears whole or not at all, for another process may read it. */
  private write(path: string, stored: Stored): void {
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(stored), { mode: 0o600 });
    renameSync(draft, path);
  }
}

function read(path: string): Stored | undefined {
  if (!path.endsWith('.json')) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Stored;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isOver({ expiresAtMs }: Stored): boolean {
  return expiresAtMs !== null && expiresAtMs <= Date.now();
}
