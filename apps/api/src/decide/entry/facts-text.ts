import type {
  AuthnFacts,
  ConsentFacts,
  DeviceFacts,
  EntityRef,
  Facts,
  GrantFacts,
  NetworkFacts,
  RiskFacts,
} from '@sallyport/contracts';
import { Remembered } from '../facts/remembered.js';
import { escaped, inOnePiece, listed, quoted } from './canonical-text.js';
import { LastText } from './last-text.js';

// Canonical JSON, member by member: each function names its members in the order of RFC 8785 §3.2.3. An absent one is left out.

export function factsText(facts: Facts): string {
  return lastFacts.textOf(facts);
}

// The questions of a batch are mostly decided on the same facts.
const lastFacts = new LastText(textOf);

function textOf(facts: Facts): string {
  const { authn, consent, device, grants, missing, network, nowMs, registerVersion, risk } = facts;
  let text = `{"authn":${authnText(authn)}`;
  if (consent !== undefined) text += `,"consent":${consentText(consent)}`;
  if (device !== undefined) text += `,"device":${devices.get(device)}`;
  text += `,"grants":${listed(grants, (grant) => grantTexts.get(grant))},"missing":${codesText(missing)}`;
  if (network !== undefined) text += `,"network":${networks.get(network)}`;
  text += `,"nowMs":${nowMs},"registerVersion":${registerVersion}`;
  if (risk !== undefined) text += `,"risk":${risks.get(risk)}`;
  return `${text}}`;
}

// These facts are the same objects for as long as what they were made of does not change.
const devices = new Remembered((device: DeviceFacts) => inOnePiece(deviceText(device)));
const grantTexts = new Remembered((grant: GrantFacts) => inOnePiece(grantText(grant)));
const networks = new Remembered((network: NetworkFacts) => inOnePiece(networkText(network)));
const risks = new Remembered((risk: RiskFacts) => inOnePiece(riskText(risk)));

export function refText({ type, id }: EntityRef): string {
  return `{"id":"${escaped(id)}","type":"${escaped(type)}"}`;
}

/** Codes of ours: nothing in them needs an escape. */
export function codesText(codes: readonly string[]): string {
  return codes.length === 0 ? '[]' : `["${codes.join('","')}"]`;
}

function authnText({
  acr,
  amr,
  authTime,
  expiresAtMs,
  issuer,
  method,
  verified,
}: AuthnFacts): string {
  let text = '{';
  if (acr !== undefined) text += `"acr":${quoted(acr)},`;
  if (amr !== undefined) text += `"amr":${listed(amr, quoted)},`;
  if (authTime !== undefined) text += `"authTime":${authTime},`;
  if (expiresAtMs !== undefined) text += `"expiresAtMs":${expiresAtMs},`;
  if (issuer !== undefined) text += `"issuer":${quoted(issuer)},`;
  return `${text}"method":"${method}","verified":${verified}}`;
}

function consentText({ directive, expiresAtMs, purpose, status }: ConsentFacts): string {
  let text = '{';
  if (directive !== undefined) text += `"directive":"${escaped(directive)}",`;
  if (expiresAtMs !== undefined) text += `"expiresAtMs":${expiresAtMs},`;
  if (purpose !== undefined) text += `"purpose":"${escaped(purpose)}",`;
  return `${text}"status":"${status}"}`;
}

function deviceText(device: DeviceFacts): string {
  const { compliant, diskEncrypted, firewall, managed, os, osVersion, screenLock } = device;
  let text = `{"checkedAtMs":${device.checkedAtMs}`;
  if (compliant !== undefined) text += `,"compliant":${compliant}`;
  if (diskEncrypted !== undefined) text += `,"diskEncrypted":${diskEncrypted}`;
  if (firewall !== undefined) text += `,"firewall":${firewall}`;
  text += `,"freshUntilMs":${device.freshUntilMs},"id":${quoted(device.id)}`;
  if (managed !== undefined) text += `,"managed":${managed}`;
  if (os !== undefined) text += `,"os":${quoted(os)}`;
  if (osVersion !== undefined) text += `,"osVersion":${quoted(osVersion)}`;
  if (screenLock !== undefined) text += `,"screenLock":${screenLock}`;
  return `${text}}`;
}

function grantText({ breakGlass, endsAtMs, id, role }: GrantFacts): string {
  return `{"breakGlass":${breakGlass},"endsAtMs":${endsAtMs},"id":${quoted(id)},"role":${refText(role)}}`;
}

function networkText({ anonymizer, asn, continent, country, ip, region }: NetworkFacts): string {
  let text = '{';
  if (anonymizer !== undefined) text += `"anonymizer":${anonymizer},`;
  if (asn !== undefined) text += `"asn":${asn},`;
  if (continent !== undefined) text += `"continent":${quoted(continent)},`;
  if (country !== undefined) text += `"country":${quoted(country)},`;
  text += `"ip":${quoted(ip)}`;
  if (region !== undefined) text += `,"region":${quoted(region)}`;
  return `${text}}`;
}

function riskText({ level, reasons, score }: RiskFacts): string {
  return `{"level":"${level}","reasons":${codesText(reasons)},"score":${score}}`;
}
