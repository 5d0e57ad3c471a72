import type { PeerCertificate } from 'node:tls';
import { isSpiffeId } from '../../decide/index.js';

/**
 * The SPIFFE ID of a verified client certificate; undefined where it has none, or more than one URI (X509-SVID §2). Node puts
 * quotes around an alternative name that could be taken for two; with one of those, a certificate names nobody.
 */
export function peerSpiffeId(certificate: PeerCertificate | undefined): string | undefined {
  const listed = certificate?.subjectaltname ?? '';
  if (listed.includes('"')) return undefined;
  const names = listed.split(', ');
  const [uri, ...others] = names.filter((name) => name.startsWith('URI:'));
  if (uri === undefined || others.length > 0) return undefined;
  const id = uri.slice('URI:'.length);
  return isSpiffeId(id) ? id : undefined;
}
