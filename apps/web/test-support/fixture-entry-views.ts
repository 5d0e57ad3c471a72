import type { Entry, EntryFilter } from '../src/graphql-types.js';
import type { FixtureWorld } from './fixture-world.js';

/** Entries that a filter selects, newest first. */
export function findEntries(
  world: FixtureWorld,
  filter: EntryFilter | null | undefined,
): readonly number[] {
  return world.log.entries
    .flatMap((entry, index) => (matches(entry, filter ?? {}) ? [index] : []))
    .reverse();
}

function matches(entry: Readonly<Record<string, unknown>>, filter: EntryFilter): boolean {
  const subject = entry['subject'] as { id?: string } | undefined;
  const resource = entry['resource'] as { id?: string; type?: string } | undefined;
  const tests: readonly (readonly [wanted: unknown, found: unknown])[] = [
    [filter.type, entry['type']],
    [filter.subject, subject?.id],
    [filter.action, entry['action']],
    [filter.resourceId, resource?.id],
    [filter.resourceType, resource?.type],
    [filter.decision, entry['decision']],
    [filter.requestId, entry['requestId']],
  ];
  if (tests.some(([wanted, found]) => wanted !== undefined && wanted !== null && wanted !== found))
    return false;
  return (
    filter.text === undefined || filter.text === null || JSON.stringify(entry).includes(filter.text)
  );
}

/** One logged entry as the API shows it. */
export function presentEntry(world: FixtureWorld, index: number): Omit<Entry, 'related'> {
  const raw = world.log.entries[index] as Readonly<Record<string, unknown>>;
  const [subject, resource] = [
    raw['subject'] as Entry['subject'],
    raw['resource'] as Entry['resource'],
  ];
  const decision = typeof raw['decision'] === 'boolean' ? raw['decision'] : null;
  return {
    id: String(raw['id']),
    index,
    type: String(raw['type']),
    time: String(raw['time']),
    actor: String(raw['actor']),
    decision,
    subject: subject ?? null,
    action: (raw['action'] as string | undefined) ?? null,
    resource: resource ?? null,
    pep: (raw['pep'] as string | undefined) ?? null,
    reasons: ((raw['reasons'] as string[] | undefined) ?? []).map((code) => ({
      code,
      message: `Sentence of ${code}.`,
    })),
    policyVersion: (raw['policyVersion'] as string | undefined) ?? null,
    summary:
      decision === null
        ? `${String(raw['type'])} by ${String(raw['actor'])}`
        : `${decision ? 'Permitted' : 'Denied'}: ${subject?.id ?? ''} read ${resource?.id ?? ''}`,
    raw,
    leafHash: world.log.leafHash(index),
    published: index < world.log.published,
  };
}
