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
import { listed, quoted } from './canonical-text.js';

// Canonical JSON, member by member: each function names its members in the order of RFC 8785 §3.2.3. An absent one is left out.

export function factsText(facts: Facts): string {
  const { authn, consent, device, grants, missing, network, nowMs, registerVersion, risk } = facts;
  let text = `{"authn":${authnText(authn)}`;
  if (consent !== undefined) text += `,"consent":${consentText(consent)}`;
  if (device !== undefined) text += `,"device":${deviceText(device)}`;
  text += `,"grants":${listed(grants, grantText)},"missing":${listed(missing, quoted)}`;
  if (network !== undefined) text += `,"network":${networkText(network)}`;
  text += `,"nowMs":${nowMs},"registerVersion":${registerVersion}`;
  if (risk !== undefined) text += `,"risk":${riskText(risk)}`;
  return `${text}}`;
}

export function refText({ type, id }: EntityRef): string {
  return `{"id":${quoted(id)},"type":${quoted(type)}}`;
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
  if (directive !== undefined) text += `"directive":${quoted(directive)},`;
  if (expiresAtMs !== undefined) text += `"expiresAtMs":${expiresAtMs},`;
  if (purpose !== undefined) text += `"purpose":${quoted(purpose)},`;
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
  return `{"level":"${level}","reasons":${listed(reasons, quoted)},"score":${score}}`;
}
