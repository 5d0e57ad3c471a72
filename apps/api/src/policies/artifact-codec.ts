import type { PolicyAnnotations, PolicyArtifact } from '@sallyport/policy';
import type { ArtifactPolicy } from '@sallyport/policy';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip, gunzipSync, gzipSync } from 'node:zlib';

/** What one turn of a decoder takes in at most. */
const CHUNK_BYTES = 64 * 1024;

interface Head extends Pick<PolicyArtifact, 'format' | 'version' | 'actionParents'> {
  readonly validationKey: string;
}
type Label = readonly [
  id: string,
  hash: string,
  annotations: PolicyAnnotations,
  isWarned?: boolean,
];

/** What publishing found out beside the artifact; the next version need not find it out again. */
export interface Validation {
  /** `validationKey` of the bundle. */
  readonly key: string;
  /** Hashes of the policies that the validator warns about. */
  readonly warned: ReadonlySet<string>;
}

/** Bytes that are no artifact of a format that this program reads. */
export class ArtifactFormatError extends Error {}

/**
 * An artifact as it is kept: gzip over lines of JSON. The first is the head; each policy then has two, what it is called and its Cedar JSON. No line is
 * long, so that a serving process can take it in between two decisions.
 */
export function encodeArtifact(
  { policies, ...head }: PolicyArtifact,
  { key: validationKey, warned }: Validation,
): Uint8Array {
  const lines = [JSON.stringify({ ...head, validationKey } satisfies Head)];
  for (const { id, hash, annotations, est } of policies) {
    const label: Label = warned.has(hash) ? [id, hash, annotations, true] : [id, hash, annotations];
    lines.push(JSON.stringify(label), est);
  }
  return gzipSync(`${lines.join('\n')}\n`);
}

/** Decodes all of it, in one go: for threads that nobody waits for. Throws ArtifactFormatError. */
export function decodePublished(bytes: Uint8Array): {
  readonly artifact: PolicyArtifact;
  readonly validation: Validation;
} {
  const reader = new LineReader();
  reader.take(gunzipSync(bytes).toString('utf8'));
  return { artifact: reader.artifact(), validation: reader.validation() };
}

/** Decodes chunk by chunk, with `pause` after each: for a process that decides meanwhile. Rejects with ArtifactFormatError. */
export async function decodeArtifact(
  bytes: Uint8Array,
  pause: () => Promise<void>,
): Promise<PolicyArtifact> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const decoder = new StringDecoder('utf8');
  const reader = new LineReader();
  gunzip.end(bytes);
  for await (const chunk of gunzip) {
    reader.take(decoder.write(chunk as Buffer));
    await pause();
  }
  return reader.artifact();
}

class LineReader {
  private head: Head | undefined;
  private label: Label | undefined;
  private rest = '';
  private readonly policies: ArtifactPolicy[] = [];
  private readonly warned = new Set<string>();

  take(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.line(line);
  }

  artifact(): PolicyArtifact {
    if (this.head === undefined || this.label !== undefined || this.rest !== '')
      throw new ArtifactFormatError('the artifact is not complete');
    const { format, version, actionParents } = this.head;
    return { format, version, actionParents, policies: this.policies };
  }

  validation(): Validation {
    return { key: this.head?.validationKey ?? '', warned: this.warned };
  }

  private line(line: string): void {
    if (this.head === undefined) {
      this.head = JSON.parse(line) as Head;
      if (this.head.format !== 1) throw new ArtifactFormatError('the artifact has another format');
    } else if (this.label === undefined) {
      this.label = JSON.parse(line) as Label;
    } else {
      const [id, hash, annotations, isWarned = false] = this.label;
      if (isWarned) this.warned.add(hash);
      this.policies.push({ id, hash, annotations, est: line });
      this.label = undefined;
    }
  }
}
