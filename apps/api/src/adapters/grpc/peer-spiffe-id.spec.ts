import type { PeerCertificate } from 'node:tls';
import { expect, test } from '@jest/globals';
import { peerSpiffeId } from './peer-spiffe-id.js';

const ID = 'spiffe://mesh.example/ns/edge/sa/gateway';

test.each([
  [`URI:${ID}`, ID],
  [`DNS:gateway.example, URI:${ID}, IP Address:10.0.0.1`, ID],
  [`URI:${ID}, URI:${ID}`, undefined],
  [`URI:${ID}, URI:https://gateway.example`, undefined],
  [`URI:https://gateway.example`, undefined],
  // How Node writes an alternative name that was made to look like two.
  [`DNS:"a, URI:${ID}"`, undefined],
  [`DNS:"a, URI:${ID}, DNS:b"`, undefined],
  [`URI:"${ID}"`, undefined],
  ['', undefined],
  [undefined, undefined],
])('the SPIFFE ID of a certificate with the names %j is %j', (subjectaltname, expected) => {
  expect(peerSpiffeId({ subjectaltname } as PeerCertificate)).toBe(expected);
});

test('nobody is who presents no certificate', () => {
  expect(peerSpiffeId(undefined)).toBeUndefined();
});
