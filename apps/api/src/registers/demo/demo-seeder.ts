import {
  fillSecrets,
  type JsonObject,
  parseDurationSeconds,
  writeTenantDirectory,
} from '@sallyport/contracts';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Clock } from '../../platform/clock.js';
import { definitionOf } from '../apply/stored-tenant.js';
import type { TenantApplier } from '../apply/tenant-applier.js';
import type { TenantStore } from '../apply/tenant-store.ports.js';
import type { FactsEditor } from '../edit/facts-editor.js';
import type { FactsRegister } from '../facts.ports.js';

const ACTOR = 'system:demo';

export interface DemoParts {
  readonly applier: TenantApplier;
  readonly editor: FactsEditor;
  readonly store: TenantStore;
  readonly facts: FactsRegister;
  readonly clock: Clock;
}

export interface DemoOptions {
  /** The demo tenant's directory; its name is the tenant's. */
  readonly directory: string;
  readonly tenantId: string;
  /** Key of the demo's gateway, made up by the development start. */
  readonly pepKey: string;
}

/**
 * Applies the demo tenant at the first start of the development profile. Later starts leave it as people made it: only its
 * devices count as checked a moment ago, for a newcomer who comes back the next day.
 */
export class DemoSeeder {
  constructor(
    private readonly parts: DemoParts,
    private readonly options: DemoOptions,
  ) {}

  /** Throws an Error that names every problem when the directory cannot be applied. */
  async seed(): Promise<void> {
    const { tenantId, pepKey } = this.options;
    const { applier, facts } = this.parts;
    if (facts.pepByKey(pepKey)?.tenantId === tenantId) return this.refreshDevices();
    const result = await applier.apply(tenantId, this.files(), ACTOR);
    if (result.ok) return;
    const lines = result.problems.map(
      ({ file, line, message }) => `${file}:${line ?? 1} ${message}`,
    );
    throw new Error(`the demo tenant cannot be applied:\n${lines.join('\n')}`);
  }

  private async refreshDevices(): Promise<void> {
    const { tenantId } = this.options;
    const tenant = await this.parts.store.read(tenantId);
    if (!tenant) return;
    const stored = devicesIn(writeTenantDirectory(definitionOf(tenant)));
    for (const { id, checkedAt } of devicesIn(this.files()).values()) {
      const device = stored.get(id);
      if (!device || Date.parse(String(device.checkedAt)) >= Date.parse(String(checkedAt)))
        continue;
      await this.parts.editor.put(tenantId, 'device', [id], { ...device, checkedAt }, ACTOR);
    }
  }

  private files(): Map<string, string> {
    const { directory, pepKey } = this.options;
    const nowMs = this.parts.clock.nowMs();
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

interface DeviceItem extends JsonObject {
  readonly id: string;
  readonly checkedAt: string;
}

/** The devices of a directory by id. */
function devicesIn(files: ReadonlyMap<string, string>): Map<string, DeviceItem> {
  const items = [...files].flatMap(([path, text]) =>
    path.startsWith('devices/') ? [parsed(text)].flat() : [],
  );
  return new Map((items as DeviceItem[]).map((item) => [item.id, item]));
}
