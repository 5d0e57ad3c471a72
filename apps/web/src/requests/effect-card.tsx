import { Alert, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { EffectPreview } from '../graphql-types.js';
import type { Problem } from '../graphql.js';
import { useLiveQuery } from '../live-query.js';
import { exactDuration } from '../ui/durations.js';
import { entityText } from '../ui/entity-text.js';
import { Card } from '../ui/page.js';
import { LoadingState } from '../ui/states.js';
import { EFFECT } from './documents.js';
import { strings } from './strings.js';

/** What is known about the effect of approving for a duration. */
export interface Effect {
  /** The preview for exactly that duration; absent while it is computed and when that failed. */
  readonly preview: EffectPreview | undefined;
  readonly problem: Problem | undefined;
  /** Whether the whole effect is known; undefined while it is computed. Unknown needs an extra tick to approve. */
  readonly isKnown: boolean | undefined;
}

/** What approving for that long would allow, computed by the broker; recomputed shortly after the duration changes. */
export function useEffectPreview(id: string, durationSeconds: number, isPending: boolean): Effect {
  const [settled] = useDebouncedValue(durationSeconds, 300);
  const { data, problem } = useLiveQuery(
    EFFECT,
    { id, durationSeconds: settled },
    ['grants'],
    !isPending,
  );
  if (settled !== durationSeconds) {
    return { preview: undefined, problem: undefined, isKnown: undefined };
  }
  if (problem) return { preview: undefined, problem, isKnown: false };
  const preview = data?.effectPreview;
  return { preview, problem, isKnown: preview?.complete };
}

interface EffectCardProps {
  readonly effect: Effect;
  readonly durationSeconds: number;
}

/** "What it would allow": counts and samples, the conditions that remain, or that it is unknown. */
export function EffectCard({ effect, durationSeconds }: EffectCardProps) {
  const { preview, problem, isKnown } = effect;
  return (
    <Card title={strings.allows}>
      {preview && <Preview preview={preview} durationSeconds={durationSeconds} />}
      {preview && isKnown === false && <Unknown why={strings.incomplete} />}
      {problem && <Unknown why={problem.message} />}
      {isKnown === undefined && <LoadingState rows={2} />}
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
