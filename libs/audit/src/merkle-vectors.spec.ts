import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { vectorsDir } from '../../../test/support/vectors.js';
import { at } from '../test/memory-log.js';
import { leafHash, merkleRoot, nodeHash } from './merkle.js';
import { verifyConsistency, verifyInclusion } from './merkle-verify.js';

interface Vector {
  readonly desc: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
  readonly [field: string]: unknown;
}

const dir = vectorsDir();
const describeIfPresent = dir === undefined ? describe.skip : describe;
const bytes = (base64: unknown): Uint8Array =>
  Uint8Array.from(Buffer.from(String(base64), 'base64'));

function load(kind: string): [name: string, vector: Vector][] {
  const root = join(dir ?? '', 'merkle', kind);
  return readdirSync(root, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.json'))
    .map((file) => [file, JSON.parse(readFileSync(join(root, file), 'utf8')) as Vector]);
}

describeIfPresent('public vectors of transparency-dev/merkle', () => {
  it('inclusion: all 98 cases are judged as expected', () => {
    const vectors = load('inclusion');
    expect(vectors).toHaveLength(98);
    const wrong = vectors.filter(([, v]) => {
      const verified = verifyInclusion({
        leafIndex: Number(v['leafIdx']),
        treeSize: Number(v['treeSize']),
        leafHash: bytes(v['leafHash']),
        root: bytes(v['root']),
        proof: (v.proof ?? []).map(bytes),
      });
      return verified === v.wantErr;
    });
    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  it('consistency: all 98 cases are judged as expected', () => {
    const vectors = load('consistency');
    expect(vectors).toHaveLength(98);
    const wrong = vectors.filter(([, v]) => {
      const verified = verifyConsistency({
        size1: Number(v['size1']),
        size2: Number(v['size2']),
        root1: bytes(v['root1']),
        root2: bytes(v['root2']),
        proof: (v.proof ?? []).map(bytes),
      });
      return verified === v.wantErr;
    });
    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  it('leaf inputs, node hashes and roots of the canonical eight-entry tree agree', () => {
    const file = join(dir ?? '', 'merkle', 'leaf-inputs-and-roots.json');
    const { leafInputsHex, rootHashesHexBySize, nodeHashesHex } = JSON.parse(
      readFileSync(file, 'utf8'),
    ) as { leafInputsHex: string[]; rootHashesHexBySize: string[]; nodeHashesHex: string[][] };
    const leaves = leafInputsHex.map((hex) => leafHash(hexToBytes(hex)));
    rootHashesHexBySize.forEach((root, size) => {
      expect(bytesToHex(merkleRoot(leaves.slice(0, size)))).toBe(root);
    });
    let level = leaves;
    for (const expected of nodeHashesHex) {
      expect(level.map(bytesToHex)).toEqual(expected);
      level = expected
        .slice(0, expected.length / 2)
        .map((_, i) => nodeHash(at(level, 2 * i), at(level, 2 * i + 1)));
    }
  });
});
