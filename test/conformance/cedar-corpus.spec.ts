import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vectorsDir } from '../support/vectors.js';

const tool = fileURLToPath(new URL('../../tools/cedar-corpus.mjs', import.meta.url));
const vectors = vectorsDir();

function run(dir: string) {
  const { status, stdout } = spawnSync(process.execPath, [tool, dir], { encoding: 'utf8' });
  return { status, last: stdout.trimEnd().split('\n').at(-1), stdout };
}

describe('the corpus tool', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-corpus-'));
  const files: Record<string, string> = {
    'tests/p.cedar':
      'permit (principal, action, resource);\nforbid (principal, action, resource) when { context.n > 9007199254740993 };',
    'tests/e.json': '[]',
    'tests/s.cedarschema':
      'entity user; action read appliesTo { principal: user, resource: user, context: { n: Long } };',
  };
  const request = (n: string, decision: string, reason: string) =>
    `{"description": "", "principal": {"type": "user", "id": "a"}, "action": {"type": "Action", "id": "read"}, "resource": {"type": "user", "id": "a"}, "context": {"n": ${n}}, "validateRequest": true, "decision": "${decision}", "reason": ["${reason}"], "errors": []}`;
  const write = (requests: readonly string[]) => {
    const paths =
      '"policies": "tests/p.cedar", "entities": "tests/e.json", "schema": "tests/s.cedarschema"';
    writeFileSync(
      join(dir, 'tests/t.json'),
      `{${paths}, "shouldValidate": true, "requests": [${requests.join()}]}`,
    );
  };

  beforeAll(() => {
    mkdirSync(join(dir, 'tests'));
    for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text);
  });
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });

  it('succeeds only at full agreement, with integers as exact as they are written', () => {
    write([
      request('9007199254740993', 'allow', 'policy0'),
      request('9007199254740994', 'deny', 'policy1'),
    ]);
    expect(run(dir)).toMatchObject({ status: 0, last: '2/2 requests of 1 tests agree' });
  });

  it('fails on one answer that differs, and tells it', () => {
    write([request('1', 'allow', 'policy0'), request('1', 'allow', 'policy1')]);
    const { status, last, stdout } = run(dir);
    expect({ status, last }).toEqual({ status: 1, last: '1/2 requests of 1 tests agree' });
    expect(stdout).toContain('expected allow [policy1] [], got allow [policy0] []');
  });

  it('fails where there are no tests', () => {
    expect(run(join(dir, 'tests', '..'))).toMatchObject({ status: 1 });
    rmSync(join(dir, 'tests/t.json'));
    expect(run(dir)).toMatchObject({ status: 1, last: '0/0 requests of 0 tests agree' });
  });
});

(vectors === undefined ? describe.skip : describe)(
  'the compiled engine on Cedar’s public tests',
  () => {
    it('decides, and names determining and failing policies, as every test expects', () => {
      const { status, last } = run(join(vectors ?? '', 'cedar'));
      expect({ status, last }).toEqual({
        status: 0,
        last: expect.stringMatching(/^(\d+)\/\1 requests of \d+ tests agree$/),
      });
    }, 300_000);
  },
);
