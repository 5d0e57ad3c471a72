import type { PepDefinition, PepOpaPath } from '@sallyport/contracts';
import { acme } from '../acme.fake.js';
import { startBroker, type TestBroker } from '../decide.fake.js';

export const OPA_PATHS: readonly PepOpaPath[] = [
  { path: 'app/allow', preset: 'generic', view: 'boolean' },
  { path: 'app/result', preset: 'generic', view: 'object' },
  {
    path: 'mapped/allow',
    preset: 'generic',
    view: 'boolean',
    input: {
      subject: { type: 'user', id: '/user' },
      action: '/verb',
      resource: { type: 'door', id: '/doors/0/number' },
      context: { purpose: '/why', source: 'app' },
    },
  },
  {
    path: 'mapped/token',
    preset: 'generic',
    view: 'object',
    input: { token: '/jwt', action: 'knock', resource: { type: 'door', id: '/door' } },
  },
  { path: 'kong/allow', preset: 'kong', view: 'boolean' },
  { path: 'kong', preset: 'kong', view: 'object' },
  {
    path: 'kong/consumer',
    preset: 'kong',
    view: 'object',
    input: { subject: { type: 'user', id: '/consumer/username' } },
  },
  { path: 'apisix', preset: 'apisix', view: 'object' },
  { path: 'envoy/authz/allow', preset: 'envoy', view: 'object' },
  { path: 'envoy/bool', preset: 'envoy', view: 'boolean' },
];

/** A broker whose gateway speaks OPA: everybody may knock at `/doors/{id}`, nobody may open. */
export function startOpaBroker(changes: Partial<PepDefinition> = {}): Promise<TestBroker> {
  const [gateway] = acme().peps as [PepDefinition];
  const resource = { type: 'door', id: '{id}' };
  const routes = [
    ...gateway.routes,
    { method: 'GET', path: '/doors/{id}', action: 'knock', resource },
    { method: 'POST', path: '/doors/{id}', action: 'open', resource },
    { method: 'PUT', path: '/doors/{id}', action: 'knock', resource, cookie: 'session' },
  ];
  return startBroker(acme({ peps: [{ ...gateway, routes, opa: OPA_PATHS, ...changes }] }));
}

/** The bodies that the plugins send (their sources and documentation, as of 2026). */
export const kong = (method: string, path: string, headers: object = {}, more: object = {}) => ({
  input: {
    request: {
      http: {
        host: 'app.example',
        port: '8000',
        tls: {},
        method,
        scheme: 'http',
        path,
        querystring: {},
        headers: { host: 'app.example', ...headers },
      },
    },
    client_ip: '193.99.144.80',
    ...more,
  },
});

export const apisix = (method: string, path: string, headers: object = {}) => ({
  input: {
    type: 'http',
    request: {
      scheme: 'http',
      path,
      headers: { host: 'app.example', ...headers },
      query: {},
      port: 9080,
      method,
      host: 'app.example',
    },
    var: {
      timestamp: 1_764_000_000,
      server_addr: '127.0.0.1',
      server_port: '9080',
      remote_addr: '193.99.144.80',
      remote_port: '41852',
    },
  },
});

export const envoy = (method: string, path: string, headers: object = {}) => ({
  input: {
    attributes: {
      source: { address: { socketAddress: { address: '193.99.144.80', portValue: 33_772 } } },
      request: {
        time: '2026-11-22T10:00:00Z',
        http: {
          id: '1',
          method,
          path,
          host: 'app.example',
          scheme: 'http',
          protocol: 'HTTP/1.1',
          headers: { ':method': method, ':path': path, ...headers },
        },
      },
      metadataContext: {},
    },
    parsed_path: decodeURIComponent(path.split('?')[0] ?? '')
      .slice(1)
      .split('/'),
    parsed_query: {},
    parsed_body: null,
    truncated_body: false,
    version: { encoding: 'protojson', ext_authz: 'v3' },
  },
});
