import { Alert, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { EffectPreview } from '../graphql-types.js';
import { useLiveQuery, type LiveQuery } from '../live-query.js';
import { exactDuration } from '../ui/durations.js';
import { entityText } from '../ui/entity-text.js';
import { Card } from '../ui/page.js';
import { LoadingState } from '../ui/states.js';
import { EFFECT } from './documents.js';
import { isEffectKnown } from './review-rules.js';
import { strings } from './strings.js';

export type EffectQuery = LiveQuery<{ readonly effectPreview: EffectPreview }>;

/** What approving for that long would allow, computed by the broker now; recomputed shortly after the duration changes. */
export function useEffectPreview(id: string, durationSeconds: number): EffectQuery {
  const [settled] = useDebouncedValue(durationSeconds, 300);
  return useLiveQuery(EFFECT, { id, durationSeconds: settled }, ['grants']);
}

/** The preview that may be trusted: none while it failed or is out of date. */
export function currentPreview(query: EffectQuery): EffectPreview | undefined {
  return query.problem === undefined ? query.data?.effectPreview : undefined;
}

/** "What it would allow": counts and samples, the conditions that remain, or that it is unknown. */
export function EffectCard({
  query,
  durationSeconds,
}: {
  readonly query: EffectQuery;
  readonly durationSeconds: number;
}) {
  const preview = currentPreview(query);
  return (
    <Card title={strings.allows}>
      {preview && <Preview preview={preview} durationSeconds={durationSeconds} />}
      {preview && !isEffectKnown(preview) && <Unknown why={strings.incomplete} />}
      {query.problem && <Unknown why={query.problem.message} />}
      {preview === undefined && query.problem === undefined && <LoadingState rows={2} />}
    </Card>
  );
}

function Unknown({ why }: { readonly why: string }) {
  return (
    <Alert color="yellow" title={strings.unknownEffect} mt="xs">
      {strings.unknownEffectWhy(why)}
    </Alert>
  );
}

function Preview({
  preview,
  durationSeconds,
}: {
  readonly preview: EffectPreview;
  readonly durationSeconds: number;
}) {
  const more = Math.max(0, preview.permitsAfter - preview.permitsToday);
  return (
    <>
      <Text>{strings.allowsCount(preview.permitsToday, preview.permitsAfter, more)}</Text>
      <ul className="sp-plain-list">
        {preview.newlyPermitted.map((sample) => (
          <li key={`${sample.action} ${sample.resource.type} ${sample.resource.id}`}>
            <span aria-hidden="true">✓ </span>
            <strong>{strings.allowsSample(sample.action, entityText(sample.resource))}</strong>{' '}
            {sample.policy !== null && (
              <span className="sp-dim">{strings.byPolicy(sample.policy)}</span>
            )}
          </li>
        ))}
      </ul>
      {preview.conditions.length > 0 && (
        <>
          <Text mt="xs">{strings.conditions}</Text>
          <ul>
            {preview.conditions.map((condition) => (
              <li key={condition}>{condition}</li>
            ))}
          </ul>
        </>
      )}
      <Text size="sm" c="dimmed" mt="xs">
        {strings.allowsFor(exactDuration(durationSeconds))}
      </Text>
    </>
  );
}
