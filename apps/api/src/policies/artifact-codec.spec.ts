import { describe, expect, it } from '@jest/globals';
import { buildArtifact } from '@sallyport/policy';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  ArtifactFormatError,
  decodeArtifact,
  decodePublished,
  encodeArtifact,
} from './artifact-codec.js';

const artifact = buildArtifact({
  schema: 'entity user; action read in [look], look appliesTo { principal: user, resource: user };',
  files: {
    'policies/main.cedar': Array.from(
      { length: 300 },
      (_, n) =>
        `@id("p${n}")\n@reason("wörter ${n}\\n")\npermit (principal == user::"ü${n}", action, resource) when { context.request has "x\\ny" };`,
    ).join('\n'),
  },
});
const validation = { key: 'k', warned: new Set([artifact.policies[7]?.hash ?? '']) };
const pause = () => Promise.resolve();

describe('an artifact on its way to a serving process', () => {
  it('arrives as it was built, whether it is decoded at once or in turns', async () => {
    const bytes = encodeArtifact(artifact, validation);
    expect(decodePublished(bytes)).toEqual({ artifact, validation });
    expect(await decodeArtifact(bytes, pause)).toEqual(artifact);
  });

  it('leaves the event loop alone between two chunks', async () => {
    let pauses = 0;
    const large = {
      ...artifact,
      policies: Array.from({ length: 10 }, () => artifact.policies).flat(),
    };
    const bytes = encodeArtifact(large, validation);
    await decodeArtifact(bytes, () => {
      pauses += 1;
      return Promise.resolve();
    });
    expect(pauses).toBe(Math.ceil(gunzipSync(bytes).length / 65_536));
  });

  it.each([
    ['another format', gzipSync('{"format":2}\n')],
    ['no end', gzipSync('{"format":1}\n["a","b",{}]\n')],
    ['nothing', gzipSync('')],
  ])('is refused when it has %s', async (_, bytes) => {
    expect(() => decodePublished(bytes)).toThrow(ArtifactFormatError);
    await expect(decodeArtifact(bytes, pause)).rejects.toThrow(ArtifactFormatError);
  });

  it('is refused when bytes are missing', async () => {
    const cut = encodeArtifact(artifact, validation).subarray(0, -20);
    await expect(decodeArtifact(cut, pause)).rejects.toThrow('unexpected end of file');
  });
});
