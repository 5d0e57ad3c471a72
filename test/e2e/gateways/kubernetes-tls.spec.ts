import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import type { AdmissionResponse } from '../../support/admission-reviews.js';
import { manifestCalled, reviewOf } from '../../support/admission-reviews.js';
import { startInProcess } from '../../support/broker-in-process.js';
import { startFlakyProxy, type FlakyProxy } from '../../support/flaky-proxy.js';
import { keyOf, packFor } from '../../support/kubernetes-cluster.js';
import { Leftovers } from '../support/leftovers.js';
import { describeDriving } from '../support/needs.js';
import { kubernetesTls } from './gateway-programs.js';
import { startGateway } from './start-gateway.js';

jest.setTimeout(180_000);

const TENANT = 'cluster';

/** As an API server asks: over https, with the CA from `caBundle` and the key from its kubeconfig. */
describeDriving('nginx', 'the webhook behind nginx of deploy/gateways/kubernetes', (program) => {
  const leftovers = new Leftovers();
  let origin = '';
  let ca = '';
  let wire: FlakyProxy;
  beforeAll(async () => {
    const broker = await startInProcess();
    leftovers.keep({ stop: () => broker.close() });
    await broker.client.ok('PUT', `/v1/tenants/${TENANT}`, {
      key: broker.adminToken,
      json: { files: Object.fromEntries(packFor(TENANT, {})) },
    });
    wire = await startFlakyProxy(Number(new URL(broker.url).port));
    leftovers.keep({ stop: () => wire.close() });
    const settings = { upstream: '', sallyport: `127.0.0.1:${wire.port}`, key: '' };
    const gateway = await startGateway(kubernetesTls, program, settings, ({ directory }) => {
      ca = certificateIn(directory);
    });
    leftovers.keep(gateway);
    origin = gateway.origin.replace('http:', 'https:');
  });
  afterAll(() => leftovers.stop());

  const admit = (name: string, headers: Record<string, string> = {}) =>
    post(`${origin}/v1/kubernetes/admission?timeout=3s`, reviewOf(manifestCalled(name)), ca, {
      authorization: `Bearer ${keyOf(TENANT, 'enforce')}`,
      ...headers,
    });
  const responseOf = ({ text }: { readonly text: string }) =>
    (JSON.parse(text) as { response: AdmissionResponse }).response;

  test('admits and denies', async () => {
    expect(responseOf(await admit('keeps every rule'))).toMatchObject({ allowed: true });
    const denied = await admit('is privileged');
    expect(denied.status).toBe(200);
    expect(responseOf(denied)).toMatchObject({ allowed: false, status: { code: 403 } });
  });

  test('lets nobody in by a header that is the proxy’s', async () => {
    const headers = { authorization: '', 'x-sallyport-key': keyOf(TENANT, 'enforce') };
    expect((await admit('keeps every rule', headers)).status).toBe(401);
  });

  test('offers nothing of the broker but this', async () => {
    expect((await post(`${origin}/access/v1/evaluation`, {}, ca, {})).status).toBe(404);
  });

  test('has no answer that admits when the broker is gone', async () => {
    wire.refuse();
    expect((await admit('keeps every rule')).status).toBe(502);
  });
});

/** A certificate for 127.0.0.1, and its key beside it; returns the certificate, which is its own CA. */
function certificateIn(directory: string): string {
  const file = (name: string) => join(directory, name);
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', file('tls.key'), '-out', file('tls.crt'), '-days', '1'],
      ...['-subj', '/CN=sallyport', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ],
    { stdio: 'pipe' },
  );
  return readFileSync(file('tls.crt'), 'utf8');
}

function post(
  url: string,
  json: object,
  ca: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly text: string }> {
  const sent = { 'content-type': 'application/json', ...headers };
  return new Promise((resolve, reject) => {
    const asking = request(url, { method: 'POST', ca, headers: sent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asking.on('error', reject).end(JSON.stringify(json));
  });
}
