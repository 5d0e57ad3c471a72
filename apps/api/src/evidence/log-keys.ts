import { formatVkey, NoteError, verifyNote } from '@sallyport/audit';
import { UnavailableError } from '../platform/errors.js';
import type { KeyRing } from '../platform/key-ring.js';
import { RecentValues } from './recent-values.js';

/** A log's name: where it is read, without the scheme (C2SP tlog-checkpoint). */
export function logOrigin(publicUrl: string, tenantId: string): string {
  return `${publicUrl.replace(/^[a-z]+:\/\//i, '').replace(/\/+$/, '')}/log/${tenantId}`;
}

/** Who vouches for a checkpoint: the log's name in it, and the key that signed it as a vkey. */
export interface CheckpointSource {
  readonly origin: string;
  readonly vkey: string;
}

const MAX_REMEMBERED = 1_000;

/** The public side of the log keys. */
export class LogKeys {
  private readonly sources = new RecentValues<CheckpointSource>(MAX_REMEMBERED);

  constructor(
    private readonly keys: KeyRing,
    private readonly publicUrl: string,
  ) {}

  /** The key and name that would sign a checkpoint now. */
  async current(tenantId: string): Promise<CheckpointSource> {
    const { rawPublic } = await this.keys.signingKey(tenantId, 'log');
    const origin = logOrigin(this.publicUrl, tenantId);
    return { origin, vkey: formatVkey(origin, rawPublic) };
  }

  /**
   * The key behind a published note. After a rotation, or when the instance moved to another address, that is not the
   * current one. Rejects with UnavailableError when none of our keys signed it.
   */
  async behind(tenantId: string, note: string): Promise<CheckpointSource> {
    const known = this.sources.get(note);
    if (known) return known;
    const origin = note.slice(0, note.indexOf('\n'));
    for (const { rawPublic } of await this.keys.publicKeys(tenantId, 'log')) {
      const source = { origin, vkey: formatVkey(origin, rawPublic) };
      if (!isSignedBy(note, source.vkey)) continue;
      this.sources.set(note, source);
      return source;
    }
    throw new UnavailableError('the key that signed the last checkpoint is gone');
  }
}

function isSignedBy(note: string, vkey: string): boolean {
  try {
    verifyNote(note, [vkey]);
    return true;
  } catch (error) {
    if (error instanceof NoteError) return false;
    throw error;
  }
}
