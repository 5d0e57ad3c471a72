import type { DecisionOutcome } from '../decision-outcome.js';
import { headerText } from './header-text.js';

/** What only gateways say to Sallyport, or Sallyport to gateways; no application should see a client's version of it. */
const INTERNAL = [
  'x-sallyport-key',
  'x-sallyport-reason',
  'x-sallyport-message',
  'x-sallyport-warning',
  'x-device-id',
  'x-original-method',
  'x-original-uri',
  'x-original-url',
  'x-forwarded-method',
  'x-forwarded-uri',
];
/** More would not pass every proxy; the application is told of no group rather than of some. */
const MAX_GROUPS_LENGTH = 4_096;

/**
 * What an application behind a gateway may believe. Every name is there, with an empty value where there is nothing to say, so that
 * a gateway overwrites what a client sent.
 */
export function upstreamHeaders(
  { decisionId, subject, facts, token }: DecisionOutcome,
  groups: readonly string[] = [],
): Readonly<Record<string, string>> {
  const listed = groups.map((group) => encodeURIComponent(group)).join(',');
  return {
    // Without facts nobody established who asks: a permit of an enforcement point that only observes.
    'x-sallyport-subject': facts ? headerText(`${subject.type}:${subject.id}`) : '',
    'x-sallyport-groups': listed.length > MAX_GROUPS_LENGTH ? '' : listed,
    'x-sallyport-token': token?.accessToken ?? '',
    'x-decision-id': decisionId,
  };
}

/** Names that Envoy takes out of the request after it has put in what is given. */
export function headersToRemove(given: Readonly<Record<string, string>>): string {
  const empty = Object.keys(given).filter((name) => given[name] === '');
  return [...empty, ...INTERNAL].join(',');
}
