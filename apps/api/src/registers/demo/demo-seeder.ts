import { fillSecrets, parseDurationSeconds } from '@sallyport/contracts';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Clock } from '../../platform/clock.js';
import type { TenantApplier } from '../apply/tenant-applier.js';

export interface DemoOptions {
  /** The demo tenant's directory; its name is the tenant's. */
  readonly directory: string;
  readonly tenantId: string;
  /** Key of the demo's gateway, made up by the development start. */
  readonly pepKey: string;
}

/** Applies the demo tenant at each start of the development profile, with devices that were checked a moment ago. */
export class DemoSeeder {
  constructor(
    private readonly applier: TenantApplier,
    private readonly clock: Clock,
    private readonly options: DemoOptions,
  ) {}

  /** Throws an Error that names every problem when the directory cannot be applied. */
  async seed(): Promise<void> {
    const { tenantId } = this.options;
    const result = await this.applier.apply(tenantId, this.files(), 'system:demo');
    if (result.ok) return;
    const lines = result.problems.map(
      ({ file, line, message }) => `${file}:${line ?? 1} ${message}`,
    );
    throw new Error(`the demo tenant cannot be applied:\n${lines.join('\n')}`);
  }

  private files(): Map<string, string> {
    const { directory, pepKey } = this.options;
    const nowMs = this.clock.nowMs();
    const files = new Map<string, string>();
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      const path = relative(directory, file).split(sep).join('/');
      const text = readFileSync(file, 'utf8');
      files.set(path, path.startsWith('devices/') ? restamp(text, nowMs) : text);
    }
    const peps = fillSecrets(files.get('peps.yaml') ?? '', (name) =>
      name === 'SALLYPORT_DEMO_PEP_KEY' ? pepKey : undefined,
    );
    return files.set('peps.yaml', peps.text);
  }
}

/** Turns `{"ago": "10m"}` into the moment it means now: an apply keeps the moment of the first time. */
function restamp(text: string, nowMs: number): string {
  return JSON.stringify(parsed(text), (key, value: unknown) => {
    const { ago } = (key === 'checkedAt' ? value : {}) as { ago?: unknown };
    const seconds = typeof ago === 'string' ? parseDurationSeconds(ago) : undefined;
    return seconds === undefined ? value : new Date(nowMs - seconds * 1000).toISOString();
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error('the demo tenant cannot be applied: a file in devices/ is not JSON', { cause });
  }
}
