import type { PolicyAnnotations, PolicyArtifact } from '@sallyport/policy';
import type { ArtifactPolicy } from '@sallyport/policy';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip, gunzipSync, gzipSync } from 'node:zlib';

/** What one turn of a decoder takes in at most. */
const CHUNK_BYTES = 64 * 1024;

type Head = Pick<PolicyArtifact, 'format' | 'version' | 'actionParents'>;
type Label = readonly [id: string, hash: string, annotations: PolicyAnnotations];

/** Bytes that are no artifact of a format that this program reads. */
export class ArtifactFormatError extends Error {}

/**
 * An artifact as it is kept: gzip over lines of JSON. The first is the head; each policy then has two, what it is called and its Cedar JSON. No line is
 * long, so that a serving process can take it in between two decisions.
 */
export function encodeArtifact({ policies, ...head }: PolicyArtifact): Uint8Array {
  const lines = [JSON.stringify(head satisfies Head)];
  for (const { id, hash, annotations, est } of policies) {
    lines.push(JSON.stringify([id, hash, annotations] satisfies Label), est);
  }
  return gzipSync(`${lines.join('\n')}\n`);
}

/** Decodes in one go: for threads that nobody waits for. Throws ArtifactFormatError. */
export function decodeArtifactAtOnce(bytes: Uint8Array): PolicyArtifact {
  const reader = new LineReader();
  reader.take(gunzipSync(bytes).toString('utf8'));
  return reader.artifact();
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

  take(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.line(line);
  }

  artifact(): PolicyArtifact {
    if (this.head === undefined || this.label !== undefined || this.rest !== '')
      throw new ArtifactFormatError('the artifact is not complete');
    return { ...this.head, policies: this.policies };
  }

  private line(line: string): void {
    if (this.head === undefined) {
      this.head = JSON.parse(line) as Head;
      if (this.head.format !== 1) throw new ArtifactFormatError('the artifact has another format');
    } else if (this.label === undefined) {
      this.label = JSON.parse(line) as Label;
    } else {
      const [id, hash, annotations] = this.label;
      this.policies.push({ id, hash, annotations, est: line });
      this.label = undefined;
    }
  }
}
