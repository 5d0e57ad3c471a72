import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@sallyport/contracts';
import fc from 'fast-check';
import { objectFacts } from './object-facts.js';

const POD = { group: '', kind: 'Pod' };
const DIGEST = `sha256:${'b'.repeat(64)}`;
const ANY = fc.jsonValue({ maxDepth: 5 }) as fc.Arbitrary<never>;

const podOf = (spec: object) => objectFacts(POD, { spec } as JsonObject, (one) => one === DIGEST);
const containerOf = (container: object, spec: object = {}) =>
  podOf({ ...spec, containers: [{ name: 'c', image: 'nginx', ...container }] });
const askedOf = (facts: ReturnType<typeof objectFacts>) => facts.attributes['pod'] as JsonObject;

describe('the facts of a pod', () => {
  it('say of a container that sets nothing all that is wrong with that', () => {
    expect(askedOf(containerOf({}))).toEqual({
      containers: ['c'],
      images: ['nginx'],
      registries: ['docker.io'],
      repositories: ['docker.io/library/nginx'],
      imagesWithoutDigest: ['nginx'],
      imagesWithLatestTag: ['nginx'],
      imagesWithoutProvenance: ['nginx'],
      privilegedContainers: [],
      privilegeEscalation: ['c'],
      runAsRoot: ['c'],
      writableRootFilesystem: ['c'],
      addedCapabilities: [],
      keepsCapabilities: ['c'],
      withoutLimits: ['c'],
      withoutRequests: ['c'],
      hostPorts: [],
      hostNetwork: false,
      hostPID: false,
      hostIPC: false,
      hostPaths: [],
      volumeTypes: [],
      serviceAccount: 'default',
      automountsToken: true,
    });
  });

  it.each<[string, object, object, object]>([
    ['privileged', { securityContext: { privileged: true } }, {}, { privilegedContainers: ['c'] }],
    [
      'a Windows host process, from the pod',
      {},
      { securityContext: { windowsOptions: { hostProcess: true } } },
      { privilegedContainers: ['c'] },
    ],
    [
      'capabilities in any spelling',
      { securityContext: { capabilities: { add: ['CAP_net_admin', 'NET_ADMIN'], drop: ['all'] } } },
      {},
      { addedCapabilities: ['NET_ADMIN'], keepsCapabilities: [] },
    ],
    ['not root by the pod', {}, { securityContext: { runAsNonRoot: true } }, { runAsRoot: [] }],
    [
      'root by the container, whatever the pod says',
      { securityContext: { runAsNonRoot: false } },
      { securityContext: { runAsNonRoot: true } },
      { runAsRoot: ['c'] },
    ],
    [
      'a user that is root, whatever else is said',
      { securityContext: { runAsUser: 0, runAsNonRoot: true } },
      {},
      { runAsRoot: ['c'] },
    ],
    ['a user that is not', { securityContext: { runAsUser: 65532 } }, {}, { runAsRoot: [] }],
    [
      'limits, which are requests too',
      { resources: { limits: { cpu: '1', memory: '1Gi' } } },
      {},
      { withoutLimits: [], withoutRequests: [] },
    ],
    [
      'half a limit',
      { resources: { limits: { cpu: 1 }, requests: { memory: '1Gi' } } },
      {},
      { withoutLimits: ['c'], withoutRequests: [] },
    ],
    [
      'limits of the pod',
      {},
      { resources: { limits: { cpu: '1', memory: '1Gi' } } },
      { withoutLimits: [] },
    ],
    [
      'host paths in one spelling',
      {},
      { volumes: [{ name: 'v', hostPath: { path: '//var/./log/' } }] },
      { hostPaths: ['/var/log'], volumeTypes: ['hostPath'] },
    ],
    [
      'provenance that the register has',
      { image: `ghcr.io/a/b@${DIGEST}` },
      {},
      { imagesWithoutProvenance: [], imagesWithoutDigest: [], imagesWithLatestTag: [] },
    ],
    [
      'ports of the host',
      { ports: [{ containerPort: 80, hostPort: 80 }, { containerPort: 81 }] },
      {},
      { hostPorts: [80] },
    ],
    ['the host’s namespaces', {}, { hostPID: true }, { hostPID: true, hostIPC: false }],
  ])('tell %s', (_what, container, spec, expected) => {
    const facts = containerOf(container, spec);
    expect(facts.oddities).toEqual([]);
    expect(askedOf(facts)).toMatchObject(expected);
  });

  it.each(['initContainers', 'ephemeralContainers'])('count %s like the others', (list) => {
    const facts = podOf({
      containers: [{ name: 'main', image: 'a' }],
      [list]: [{ name: 'x', image: 'evil.example/b', securityContext: { privileged: true } }],
    });
    expect(askedOf(facts)).toMatchObject({
      privilegedContainers: ['x'],
      registries: ['docker.io', 'evil.example'],
    });
  });

  it.each<[string, object]>([
    ['spec', { spec: [] }],
    ['spec.containers', { spec: { containers: {} } }],
    ['spec.containers', { spec: { containers: [] } }],
    ['spec.containers[0]', { spec: { containers: [null] } }],
    ['spec.containers[0].image', { spec: { containers: [{ name: 'c' }] } }],
    [
      'spec.containers[0].securityContext.privileged',
      { spec: { containers: [{ image: 'a', securityContext: { privileged: 'true' } }] } },
    ],
    ['spec.hostNetwork', { spec: { containers: [{ image: 'a' }], hostNetwork: 1 } }],
    [
      'spec.volumes[0].hostPath.path',
      { spec: { containers: [{ image: 'a' }], volumes: [{ hostPath: { path: '/a/../etc' } }] } },
    ],
    [
      'spec.volumes[0].hostPath.path',
      { spec: { containers: [{ image: 'a' }], volumes: [{ hostPath: {} }] } },
    ],
    ['metadata.labels[team]', { metadata: { labels: { team: 1 } } }],
  ])('name %s, which has another shape than Kubernetes gives it', (path, object) => {
    expect(objectFacts(POD, object as JsonObject, () => true).oddities).toContain(path);
  });

  it('are those of the pods that a workload of any kind runs', () => {
    const template = { spec: { containers: [{ name: 'c', image: 'a' }], hostIPC: true } };
    const workloads: [string, string, object][] = [
      ['apps', 'Deployment', { spec: { template } }],
      ['apps', 'StatefulSet', { spec: { template } }],
      ['apps', 'DaemonSet', { spec: { template } }],
      ['apps', 'ReplicaSet', { spec: { template } }],
      ['', 'ReplicationController', { spec: { template } }],
      ['', 'PodTemplate', { template }],
      ['batch', 'Job', { spec: { template } }],
      ['batch', 'CronJob', { spec: { jobTemplate: { spec: { template } } } }],
    ];
    for (const [group, kind, object] of workloads) {
      const facts = objectFacts({ group, kind }, object as JsonObject, () => false);
      expect(facts.oddities).toEqual([]);
      expect(askedOf(facts)).toMatchObject({ hostIPC: true, containers: ['c'] });
    }
  });

  it('leave out what a large annotation and the last applied manifest hold', () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"c2VjcmV0"}}',
      large: 'x'.repeat(257),
      team: 'a',
    };
    const facts = objectFacts(
      { group: '', kind: 'Secret' },
      { metadata: { annotations } },
      () => true,
    );
    expect(facts.attributes).toMatchObject({
      annotations: { team: 'a' },
      annotationKeys: ['kubectl.kubernetes.io/last-applied-configuration', 'large', 'team'],
    });
    expect(JSON.stringify(facts)).not.toContain('c2VjcmV0');
  });
});

describe('the facts of anything at all', () => {
  it('are had without a fault, and always the same', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), ANY), (object) => {
        const once = objectFacts(POD, object, () => false);
        expect(objectFacts(POD, structuredClone(object), () => false)).toEqual(once);
        expect(once.attributes['pod'] !== undefined || once.oddities.length > 0).toBe(true);
      }),
    );
  });

  it('say of a container, wherever it stands and whatever is beside it, that it is privileged or odd', () => {
    const list = fc.constantFrom('containers', 'initContainers', 'ephemeralContainers');
    const good = fc.record({ name: fc.string(), image: fc.constant('nginx') });
    fc.assert(
      fc.property(list, fc.array(good), ANY, ANY, (where, others, privileged, beside) => {
        fc.pre(privileged !== false && privileged !== null);
        const bad = { name: 'bad', image: 'a', securityContext: { privileged }, beside };
        const spec = { containers: [{ name: 'c', image: 'a' }], [where]: [...others, bad] };
        const facts = podOf(spec);
        const names = askedOf(facts)['privilegedContainers'] as string[];
        expect(names.includes('bad') || facts.oddities.length > 0).toBe(true);
      }),
    );
  });

  it('never take what is odd in one place for what is harmless', () => {
    const field = fc.constantFrom('hostNetwork', 'hostPID', 'hostIPC', 'containers', 'volumes');
    fc.assert(
      fc.property(field, ANY, (name, value) => {
        const facts = podOf({ containers: [{ name: 'c', image: 'a' }], [name]: value });
        const isAsExpected =
          value === null ||
          (name.startsWith('host') ? typeof value === 'boolean' : Array.isArray(value));
        if (!isAsExpected) expect(facts.oddities).toContain(`spec.${name}`);
      }),
    );
  });
});
