import type { Command } from 'commander';
import { CliError, exitCodes } from './cli-io.js';

/** Which entries of the log are meant; the names of `EntryFilter` in docs/schema.graphql. */
const FILTERS = {
  type: 'kind of entry, for example decision',
  subject: 'id of the subject',
  action: 'name of the action',
  resourceType: 'type of the resource',
  resourceId: 'id of the resource',
  reason: 'reason code',
  pep: 'name of the enforcement point',
  grantId: 'id of the grant',
  requestId: 'id of the access request',
  policyVersion: 'policy version',
  from: 'not before this ISO time',
  to: 'before this ISO time',
  text: 'part of an id or a name',
} as const;

export type FilterOptions = { readonly [Name in keyof typeof FILTERS]?: string } & {
  readonly decision?: string;
};

export function addFilters(command: Command): void {
  command.option('--decision <permit|deny>', 'decisions with this answer');
  for (const [name, description] of Object.entries(FILTERS)) {
    command.option(`--${kebab(name)} <value>`, description);
  }
}

/** The filter as the broker reads it. Throws CliError for an answer that is none. */
export function filterOf(options: FilterOptions): Record<string, string | boolean> {
  const filter: Record<string, string | boolean> = {};
  for (const name of Object.keys(FILTERS) as (keyof typeof FILTERS)[]) {
    const value = options[name];
    if (value !== undefined) filter[name] = value;
  }
  const { decision } = options;
  if (decision === undefined) return filter;
  if (decision === 'permit' || decision === 'deny') {
    return { ...filter, decision: decision === 'permit' };
  }
  throw new CliError('--decision is permit or deny', exitCodes.usage);
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
