import type { PolicyBundle } from '@sallyport/contracts';
import type { PolicyArtifact } from '@sallyport/policy';
import { createHash } from 'node:crypto';
import { encodeArtifact, type Validation } from './artifact-codec.js';
import type { PublishedPolicy } from './policy-gate.js';

/** Everything of a version that is stored. Takes as long as compressing all of it. */
export function publishedPolicy(
  bundle: PolicyBundle,
  artifact: PolicyArtifact,
  validation: Validation,
): PublishedPolicy {
  const sources = { ...bundle.files, schema: bundle.schema ?? '' };
  return {
    version: artifact.version,
    bundle: Buffer.from(JSON.stringify(bundle)),
    digests: Object.fromEntries(
      Object.entries(sources).map(([file, text]) => [file, sha256(text)]),
    ),
    artifact: encodeArtifact(artifact, validation),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
