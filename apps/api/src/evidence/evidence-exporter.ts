import { Readable } from 'node:stream';
import type { AdminEntry, JsonObject } from '@sallyport/contracts';
import type { Clock } from '../platform/clock.js';
import { UnavailableError } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import type { AuditLog } from './audit-log.ports.js';
import type { EntryIndex, LogProjection } from './entry-index.ports.js';
import type { BundleOrder, BundleWriter } from './evidence-bundle.js';
import { type ExportRequest, planExport } from './export-plan.js';
import type { LogKeys } from './log-keys.js';
import type { PublicLog } from './public-log.js';

export interface ExporterParts {
  readonly index: EntryIndex;
  readonly projection: LogProjection;
  readonly log: PublicLog;
  readonly keys: LogKeys;
  readonly bundles: BundleWriter;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly version: string;
}

/** An export that was logged and may leave. */
export interface EvidenceFile {
  readonly name: string;
  /** The ZIP, made while it is read. */
  readonly zip: Readable;
}

const MAX_AT_ONCE = 2;

/**
 * Evidence to take away. An export is logged twice: before its first byte leaves, and with the hash of its manifest before
 * the end of the archive does.
 */
export class EvidenceExporter {
  private running = 0;

  constructor(private readonly parts: ExporterParts) {}

  /** Rejects like `planExport`; with UnavailableError when other exports are under way or this one can't be logged. */
  async start(tenantId: string, request: ExportRequest): Promise<EvidenceFile> {
    if (this.running >= MAX_AT_ONCE) {
      throw new UnavailableError('other exports are under way; try again when they are done');
    }
    this.running += 1;
    try {
      const { keys, bundles, clock, version } = this.parts;
      const plan = await planExport(this.parts, tenantId, request);
      const order: BundleOrder = {
        ...plan,
        ...(await keys.behind(tenantId, plan.checkpoint.note)),
        tenantId,
        exportedBy: request.actor,
        exportedAt: new Date(clock.nowMs()),
        toolVersion: version,
      };
      const exportId = newId(clock.nowMs());
      await this.record(order, { exportId, stage: 'begun' });
      const archive = bundles.write(order, (manifestSha256) =>
        this.record(order, { exportId, stage: 'sealed', manifestSha256 }),
      );
      const zip = Readable.from(archive, { objectMode: false });
      zip.once('close', () => (this.running -= 1));
      return { name: fileName(order), zip };
    } catch (error) {
      this.running -= 1;
      throw error;
    }
  }

  private async record(order: BundleOrder, detail: JsonObject): Promise<void> {
    const nowMs = this.parts.clock.nowMs();
    const { tenantId, exportedBy, filter, entries, checkpoint } = order;
    const entry: AdminEntry = {
      type: 'evidence.exported',
      id: newId(nowMs),
      time: new Date(nowMs).toISOString(),
      actor: exportedBy,
      detail: {
        filter,
        entries: entries.count,
        treeSize: checkpoint.size,
        root: Buffer.from(checkpoint.root).toString('base64'),
        ...detail,
      },
    };
    await this.parts.audit.append(tenantId, [entry]);
  }
}

function fileName({ tenantId, exportedAt }: BundleOrder): string {
  const stamp = exportedAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return `sallyport-${tenantId}-${stamp}Z.zip`;
}
