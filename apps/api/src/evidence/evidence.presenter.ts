import { reasonSentence } from '@sallyport/contracts';
import type { GraphQLContext } from '../console/index.js';
import { holds } from '../console/viewer.js';
import type { EntryFilter, EntryScope } from './entry-index.ports.js';
import type { EntryView } from './evidence.service.js';
import type { EntryType } from './evidence.types.js';

/** An entry on its way to a screen, with what its own fields need to be resolved. */
export interface EntryNode extends EntryType {
  readonly view: EntryView;
  /** Only an entry that was asked for by its id tells its story: stories within stories would grow without end. */
  readonly tellsStory: boolean;
}

/** A page on its way to a screen. */
export interface EntryPageNode {
  readonly nodes: EntryNode[];
  readonly nextCursor?: string;
  readonly filter: EntryFilter;
}

export function presentEntry(view: EntryView, tellsStory = false): EntryNode {
  const { id, index, type, time, actor, decision, subject, action, resource, pep } = view.record;
  return {
    id,
    index,
    type,
    time,
    actor,
    ...(decision === undefined ? {} : { decision }),
    ...(subject === undefined ? {} : { subject: { ...subject } }),
    ...(action === undefined ? {} : { action }),
    ...(resource === undefined ? {} : { resource: { ...resource } }),
    ...(pep === undefined ? {} : { pep }),
    ...(view.record.policyVersion === undefined
      ? {}
      : { policyVersion: view.record.policyVersion }),
    reasons: view.record.reasons.map((code) => ({ code, message: reasonSentence(code) })),
    summary: view.summary,
    raw: view.entry,
    leafHash: view.leafHash,
    published: view.published,
    view,
    tellsStory,
  };
}

/** Auditors and admins see the whole log, everybody else what concerns them. */
export function scopeOf({ viewer }: GraphQLContext): EntryScope {
  return holds(viewer, 'auditor') ? 'everything' : viewer.subject;
}
