import { describe, expect, it } from '@jest/globals';
import { readTenantDirectory, type TenantDefinition } from '@sallyport/contracts';
import {
  CedarWasmEngine,
  CompiledEngine,
  type PolicyArtifact,
  policyVersionId,
} from '@sallyport/policy';
import { gzipSync } from 'node:zlib';
import { decodePublished } from './artifact-codec.js';
import { CedarPolicyGate } from './cedar-policy-gate.js';

const SCHEMA = `
  entity user { level: Long };
  action read, write appliesTo { principal: user, resource: user };`;
const READ = '@id("read") permit (principal, action == Action::"read", resource);';
const WRITE = '@id("write") permit (principal, action == Action::"write", resource);';
const IMPOSSIBLE = '@id("odd") permit (principal, action, resource) when { 1 == 2 };';
const LEVEL =
  '@id("level") permit (principal is user, action, resource) when { principal.level > 2 };';

const test = `
- name: dana reads
  request:
    subject: { type: user, id: dana }
    action: { name: read }
    resource: { type: user, id: omar }
  expect: { decision: true }
`;

function tenant(policies: readonly string[], schema?: string): TenantDefinition {
  const read = readTenantDirectory(
    new Map([
      ['tenant.yaml', 'name: acme\n'],
      ['policies/main.cedar', policies.join('\n')],
      ['tests/cases.yaml', test],
      ...(schema === undefined ? [] : [['policies/schema.cedarschema', schema] as const]),
    ]),
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.tenant;
}

/** Forbids by mistake what nobody is asked about elsewhere. */
class FaultyCompiler extends CompiledEngine {
  override loadArtifact(slot: string, artifact: PolicyArtifact) {
    const set = super.loadArtifact(slot, artifact);
    const evaluate: typeof set.evaluate = (question) => ({
      ...set.evaluate(question),
      obligations: [{ id: 'x', type: 'x' }],
    });
    return { ...set, evaluate };
  }
}

const gate = new CedarPolicyGate(new CompiledEngine(), new CedarWasmEngine());
const published = (given: TenantDefinition) => {
  const { policy, problems } = gate.judge(given, 0);
  if (!policy) throw new Error(JSON.stringify(problems));
  return policy;
};

describe('publishing a version', () => {
  it('leaves its sources as they are addressed, and what every process compiles', () => {
    const given = tenant([READ, WRITE], SCHEMA);
    const policy = published(given);
    expect(policy.version).toBe(policyVersionId(given.policies));
    expect(JSON.parse(Buffer.from(policy.bundle).toString('utf8'))).toEqual(given.policies);
    const { artifact } = decodePublished(policy.artifact);
    expect(artifact.version).toBe(policy.version);
    expect(artifact.policies.map(({ id }) => id)).toEqual(['read', 'write']);
    expect(Object.keys(policy.digests)).toEqual(['policies/main.cedar', 'schema']);
  });

  it('is refused where the two engines answer a golden case differently, and the case is shown', () => {
    const faulty = new CedarPolicyGate(new FaultyCompiler(), new CedarWasmEngine());
    const { policy, problems } = faulty.judge(tenant([READ]), 0);
    expect(policy).toBeUndefined();
    expect(problems).toMatchObject([
      { file: 'tests/cases.yaml', message: expect.stringContaining('"obligations":["x"]') },
    ]);
  });

  it('is refused where a golden case fails on both', () => {
    const { problems } = gate.judge(tenant([WRITE]), 0);
    expect(problems).toMatchObject([
      { message: expect.stringContaining('expected permit, got deny') },
    ]);
  });
});

describe('publishing on top of a version in force', () => {
  it('gives the same as publishing from nothing', () => {
    const before = published(tenant([READ, WRITE, IMPOSSIBLE], SCHEMA));
    const next = tenant([LEVEL, READ, WRITE, IMPOSSIBLE], SCHEMA);
    expect(gate.judge(next, 0, before.artifact)).toEqual(
      gate.judge(tenant([LEVEL, READ, WRITE, IMPOSSIBLE], SCHEMA), 0),
    );
  });

  it('warns again of what is as it was', () => {
    const given = () => tenant([READ, IMPOSSIBLE], SCHEMA);
    const first = gate.judge(given(), 0);
    expect(first.warnings).toHaveLength(1);
    const second = gate.judge(given(), 0, first.policy?.artifact);
    expect(second.warnings).toEqual(first.warnings);
    expect(gate.judge(given(), 0, second.policy?.artifact).warnings).toEqual(first.warnings);
  });

  it('does not believe what was found under another schema', () => {
    const before = published(tenant([READ, LEVEL], SCHEMA));
    const { problems } = gate.judge(
      tenant([READ, LEVEL], SCHEMA.replace('level: Long', 'level: String')),
      0,
      before.artifact,
    );
    expect(problems).toMatchObject([{ file: 'policies/main.cedar', line: 2 }]);
  });

  it('does without an artifact of another format', () => {
    const other = gzipSync('{"format":2}\n');
    expect(gate.judge(tenant([READ]), 0, other).problems).toEqual([]);
  });
});
