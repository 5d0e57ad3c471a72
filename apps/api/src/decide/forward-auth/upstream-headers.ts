import type { DecisionOutcome } from '../decision-outcome.js';
import { headerText } from './header-text.js';

/** What an application behind a gateway may believe. All four are named in every permit, so that a gateway overwrites what a client sent. */
const IDENTITY = [
  'x-sallyport-subject',
  'x-sallyport-groups',
  'x-sallyport-token',
  'x-decision-id',
];

/** What only gateways say to Sallyport, or Sallyport to gateways; no application should see a client's version of it. */
const INTERNAL = [
  'x-sallyport-key',
  'x-sallyport-reason',
  'x-sallyport-warning',
  'x-device-id',
  'x-original-method',
  'x-original-uri',
  'x-original-url',
  'x-forwarded-method',
  'x-forwarded-uri',
];

/** Headers for the application behind the gateway, an empty value where there is nothing to say. */
export function upstreamHeaders(
  { decisionId, subject, facts, token }: DecisionOutcome,
  groups: readonly string[] = [],
): Readonly<Record<string, string>> {
  const given: Readonly<Record<string, string>> = {
    // Without facts nobody established who asks: a permit of an enforcement point that only observes.
    'x-sallyport-subject': facts ? headerText(`${subject.type}:${subject.id}`) : '',
    'x-sallyport-groups': groups.map((group) => encodeURIComponent(group)).join(','),
    'x-sallyport-token': token?.accessToken ?? '',
    'x-decision-id': decisionId,
  };
  return Object.fromEntries(IDENTITY.map((name) => [name, given[name] ?? '']));
}

/** Names that a gateway should take out of the request, given what it will put in. */
export function headersToRemove(given: Readonly<Record<string, string>>): string {
  return [...IDENTITY.filter((name) => !given[name]), ...INTERNAL].join(',');
}
