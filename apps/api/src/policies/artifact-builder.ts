import type { PolicyBundle } from '@sallyport/contracts';
import { buildArtifact } from '@sallyport/policy';
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { UnavailableError } from '../platform/errors.js';
import { encodeArtifact } from './artifact-codec.js';

/** An artifact on its way to where it is kept. */
export interface BuiltArtifact {
  /** Content address of the sources that it was built from. */
  readonly version: string;
  readonly bytes: Uint8Array;
}

/** Builds the artifact of a version that has none: one stored by an earlier release, or one that was tampered with. */
export abstract class ArtifactBuilder {
  /** Rejects with every problem where Cedar's parser refuses the sources. */
  abstract build(bundle: PolicyBundle): Promise<BuiltArtifact>;
}

/** No bundle has this key: the next version is validated whole. */
const NOT_VALIDATED = { key: '', warned: new Set<string>() };

export function built(bundle: PolicyBundle): BuiltArtifact {
  const artifact = buildArtifact(bundle);
  return { version: artifact.version, bytes: encodeArtifact(artifact, NOT_VALIDATED) };
}

/** In the caller's thread. */
export class InlineArtifactBuilder extends ArtifactBuilder {
  async build(bundle: PolicyBundle): Promise<BuiltArtifact> {
    return built(bundle);
  }
}

const BUILD_SCRIPT = new URL('./build-artifact.worker.js', import.meta.url);
const TIMEOUT_MS = 300_000;
const MAX_HEAP_MB = 2_048;

/** In a thread of its own, one at a time. */
export class ThreadedArtifactBuilder extends ArtifactBuilder {
  private last: Promise<unknown> = Promise.resolve();

  build(bundle: PolicyBundle): Promise<BuiltArtifact> {
    const turn = this.last.then(() => buildInThread(bundle));
    this.last = turn.catch(() => undefined);
    return turn;
  }
}

/** Run from its sources (tests), a thread would find nothing to run. */
export function artifactBuilder(): ArtifactBuilder {
  return existsSync(BUILD_SCRIPT) ? new ThreadedArtifactBuilder() : new InlineArtifactBuilder();
}

function buildInThread(bundle: PolicyBundle): Promise<BuiltArtifact> {
  const worker = new Worker(BUILD_SCRIPT, {
    workerData: bundle,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  return new Promise<BuiltArtifact>((resolve, reject) => {
    const late = setTimeout(() => reject(new UnavailableError('it took too long')), TIMEOUT_MS);
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => {
      clearTimeout(late);
      reject(new UnavailableError('the thread ended without an artifact'));
    });
  }).finally(() => worker.terminate());
}
