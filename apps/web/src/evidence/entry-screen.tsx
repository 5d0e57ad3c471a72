import { Code } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useLiveQuery } from '../live-query.js';
import { useShortcut } from '../shell/shortcuts.js';
import { CopyButton, IdChip } from '../ui/copy-button.js';
import { DecisionBadge } from '../ui/decision-badge.js';
import { formatUtc } from '../ui/durations.js';
import { actorText } from '../ui/entity-text.js';
import { Card, Page } from '../ui/page.js';
import { QueryView } from '../ui/query-view.js';
import { ReasonList } from '../ui/reason-list.js';
import { EmptyState, LoadingState } from '../ui/states.js';
import { When } from '../ui/when.js';
import { ENTRY, type EntryDetail } from './documents.js';
import { sortedJson } from './sorted-json.js';
import { storyOf } from './story.js';
import { strings, TYPE_WORDS } from './strings.js';

const ProofPanel = lazy(() => import('./proof-panel.js'));

/** `/evidence/$id`: the story of one entry, what belongs to it, its raw form and its proof. */
export function EntryScreen({ id }: { readonly id: string }) {
  const query = useLiveQuery(ENTRY, { id });
  const navigate = useNavigate();
  useShortcut('Escape', () => void navigate({ to: '/evidence' }));
  return (
    <div>
      <Link to="/evidence" className="sp-back" aria-keyshortcuts="Escape">
        ← {strings.back}
      </Link>
      <QueryView query={query} skeletonRows={6}>
        {({ entry }) =>
          entry === null ? (
            <Page title={strings.title} headline={strings.title}>
              <EmptyState>{strings.notFound}</EmptyState>
            </Page>
          ) : (
            <OneEntry entry={entry} />
          )
        }
      </QueryView>
    </div>
  );
}

function OneEntry({ entry }: { readonly entry: EntryDetail }) {
  return (
    <Page title={strings.entryTitle(entry.index)} headline={entry.summary}>
      <div className="sp-status">
        {entry.decision !== null && <DecisionBadge decision={entry.decision} />}
        <span>{TYPE_WORDS[entry.type] ?? entry.type}</span>
        <span>
          {formatUtc(entry.time, true)} (<When at={entry.time} />)
        </span>
        <span>{actorText(entry.actor)}</span>
        <IdChip id={entry.id} what={strings.entryId} />
      </div>
      {entry.reasons.length > 0 && <ReasonList reasons={entry.reasons} />}
      <Story entry={entry} />
      <Suspense fallback={<LoadingState rows={3} />}>
        <ProofPanel key={entry.id} entry={entry} />
      </Suspense>
      <Related entry={entry} />
      <RawEntry raw={entry.raw} />
    </Page>
  );
}

function Story({ entry }: { readonly entry: EntryDetail }) {
  return (
    <Card title={strings.story}>
      <ol className="sp-story">
        {storyOf(entry.raw).map((chapter) => (
          <li key={chapter.title}>
            <h3 className="sp-subhead">{chapter.title}</h3>
            <dl className="sp-facts">
              {chapter.lines.map((line) => (
                <div key={`${line.label} ${line.text}`}>
                  <dt>{line.label}</dt>
                  <dd>{line.text}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ol>
      <Pivots entry={entry} />
    </Card>
  );
}

function Pivots({ entry }: { readonly entry: EntryDetail }) {
  return (
    <p className="sp-links">
      {entry.subject && (
        <Link to="/evidence" search={{ subject: entry.subject.id }}>
          {strings.sameSubject}
        </Link>
      )}
      {entry.resource && (
        <Link
          to="/evidence"
          search={{ resourceType: entry.resource.type, resourceId: entry.resource.id }}
        >
          {strings.sameResource}
        </Link>
      )}
    </p>
  );
}

function Related({ entry }: { readonly entry: EntryDetail }) {
  return (
    <Card title={strings.related}>
      {entry.related.length === 0 && <p>{strings.noRelated}</p>}
      <ol className="sp-timeline">
        {entry.related.map((other) => (
          <li key={other.id}>
            <Link to="/evidence/$id" params={{ id: other.id }}>
              {other.summary}
            </Link>{' '}
            {other.decision !== null && <DecisionBadge decision={other.decision} />}{' '}
            <When at={other.time} />
          </li>
        ))}
      </ol>
    </Card>
  );
}

function RawEntry({ raw }: { readonly raw: unknown }) {
  const shown = sortedJson(raw);
  return (
    <details className="sp-card">
      <summary>{strings.raw}</summary>
      <p className="sp-dim">{strings.rawHelp}</p>
      <CopyButton text={shown} what={strings.raw.toLowerCase()} />
      <Code block tabIndex={0} role="region" aria-label={strings.raw} className="sp-raw">
        {shown}
      </Code>
    </details>
  );
}
