/** The decision's own functions on facts in memory, with the tenant of zero-trust.mjs and a log that takes every entry at once and forgets it. */
import * as zeroTrust from './zero-trust.mjs';

const key = 'a-key-of-the-gateway-that-is-as-long-as-most';
const batchSize = 50;
const dist = (path) => import(`../../../apps/api/dist/${path}`);

export async function createStagesWorld() {
  await dist('platform/wasm-flags.js');
  const parts = await importParts();
  const facts = factsOf(parts);
  const services = await servicesOf(parts, facts);
  const { decide } = parts.createDecide(services);
  const pep = facts.pepByKey(key);
  const authenticator = new parts.Authenticator({
    facts,
    sessions: {},
    adminToken: 'the-admin-token-of-an-instance-is-long-too',
    origin: 'http://127.0.0.1',
  });
  const request = { headers: { authorization: `Bearer ${key}` } };
  const durations = new parts.RequestDurations();
  const requestId = '0190e2a4-8f3c-4d7e-9b1a-2c3d4e5f6a7b';
  const stages = stagesOf(parts, services, pep, requestId);
  return {
    ...stages,
    batchSize,
    bodies: zeroTrust.questionsOf(256).map((one) => bytes(zeroTrust.forSallyport(one))),
    batchBodies: zeroTrust
      .batchesOf(64, batchSize)
      .map((one) => bytes(zeroTrust.forSallyport(one, { isBatch: true }))),
    authenticate: () => authenticator.authenticate(request, 'pep'),
    observe: () => durations.observe('/access/v1/evaluation', 'POST', 200, 0.002),
    decide: async (question) =>
      stages.answer(await decide.decide({ pep, requestId, question, token: undefined })),
    decideBatch: async (body) => {
      const { value } = parts.parseStrictJson(body);
      const items = parts.readItems(parts.rawItems(value), value);
      const asked = items.map(({ question }) => question);
      const { outcomes } = await decide.decideAll({ pep, requestId }, asked, 'execute_all');
      return outcomes.map((outcome) => stages.answer(outcome)).join(',');
    },
  };
}

function stagesOf(parts, services, pep, requestId) {
  const { clock } = services;
  const asker = { pep, requestId };
  const ask = (question) => {
    const atMs = clock.nowMs();
    return parts.askedNow(asker, question, { decisionId: parts.newId(atMs), atMs });
  };
  const identify = (asked) =>
    parts.identifySubject(parts.authenticatePep(asked, services), services);
  const gather = (identified) => parts.gatherContext(identified, services);
  const evaluate = (gathered) => parts.evaluatePolicy(gathered, services);
  const judge = (question) => evaluate(gather(identify(ask(question))));
  return {
    parseStrictJson: parts.parseStrictJson,
    readQuestion: parts.readQuestion,
    read: (body) => [parts.readQuestion(body), parts.readOptions(body)],
    ask,
    identify,
    gather,
    evaluate,
    judge,
    outcomeOf: parts.outcomeOf,
    encode: (judged) =>
      parts.encodeDecision(judged, {
        decision: parts.answerOf(judged),
        endedAt: performance.now(),
      }),
    log: (entry) => services.auditLog.appendEncoded(pep.tenantId, [entry]),
    answer: (outcome) => parts.answerText(outcome, false),
  };
}

function factsOf({ FakeFactsRegister, CompiledEngine, readTenantDirectory }) {
  const files = new Map(Object.entries(zeroTrust.sallyportFiles()));
  files.set('peps.yaml', files.get('peps.yaml').replace('${SALLYPORT_BENCH_KEY}', key));
  const read = readTenantDirectory(files);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const facts = new FakeFactsRegister({ engine: new CompiledEngine() });
  facts.add(read.tenant);
  for (const row of zeroTrust.grantRows(Date.now())) facts.put(zeroTrust.tenant, grantFact(row));
  return facts;
}

function grantFact(row) {
  const subject = { type: row.subject_type, id: row.subject_id };
  const grant = {
    id: row.id,
    requestId: row.request_id,
    subjectId: row.subject_id,
    role: { type: row.role_type, id: row.role_id },
    startsAtMs: row.starts_at.getTime(),
    endsAtMs: row.ends_at.getTime(),
    state: row.state,
    version: 1,
  };
  return { kind: 'grant', key: [row.id], value: { subject, grant } };
}

async function servicesOf({ MmdbGeoLocator, SteadyClock, OpenSegment }, facts) {
  const segment = new OpenSegment();
  const logged = (entries) => {
    segment.clear();
    for (const entry of entries) segment.add(entry);
    return 0;
  };
  return {
    facts,
    auditLog: { appendEncoded: (_, entries) => Promise.resolve(logged(entries)) },
    clock: new SteadyClock(),
    sampler: { wantsNext: () => false },
    geo: await MmdbGeoLocator.open({}),
    settings: {
      publicUrl: 'http://127.0.0.1',
      deadlineMs: 2_000,
      maxFeedAgeMs: 5_000,
      cursorKey: new Uint8Array(32),
    },
    faults: {
      report: (event, error) => {
        throw new Error(event, { cause: error });
      },
    },
  };
}

/** Every export of these files, by name. */
async function importParts() {
  const files = await Promise.all([
    ...[
      'registers/facts.fake.js',
      'platform/clock.js',
      'platform/ids.js',
      'platform/health/request-durations.js',
      'platform/http/authenticator.js',
      'platform/http/strict-json.js',
      'adapters/geo/mmdb-geo-locator.js',
      'adapters/postgres/log/open-segment.js',
      'decide/create-decide.js',
      'decide/decision-outcome.js',
      'decide/decision-state.js',
      'decide/verdict.js',
      'decide/authzen/answer.js',
      'decide/authzen/batch-items.js',
      'decide/authzen/read-options.js',
      'decide/authzen/read-question.js',
      'decide/entry/encode-decision.js',
      'decide/steps/authenticate-pep.js',
      'decide/steps/evaluate-policy.js',
      'decide/steps/gather-context.js',
      'decide/steps/identify-subject.js',
    ].map(dist),
    import('../../../libs/contracts/dist/index.js'),
    import('../../../libs/policy/dist/index.js'),
  ]);
  return Object.assign({}, ...files);
}

function bytes(value) {
  return Buffer.from(JSON.stringify(value));
}
