import { Alert, Code, Text } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import type { EntryProof } from '../graphql-types.js';
import { CopyButton } from '../ui/copy-button.js';
import { formatUtc } from '../ui/durations.js';
import { rememberKey, type KeyMemory } from './known-key.js';
import { strings } from './proof-strings.js';
import type { Check, Verification } from './verify-entry.js';

interface VerdictViewProps {
  readonly entryId: string;
  readonly proof: EntryProof;
  readonly result: Verification;
}

const TICK_MS = 180;

/** The steps, ticked one by one, then what was and what was not proven; a failure is red, wide and plain. */
export function VerdictView({ entryId, proof, result }: VerdictViewProps) {
  const shown = useTicks(result.checks.length);
  const isComplete = shown >= result.checks.length;
  return (
    <>
      <ol className="sp-checks" aria-label={strings.steps}>
        {result.checks.slice(0, shown).map((check) => (
          <Step key={check.name} check={check} />
        ))}
      </ol>
      {isComplete && result.ok && (
        <Proven proof={proof} index={result.index} treeSize={result.treeSize} />
      )}
      {isComplete && !result.ok && (
        <Failed entryId={entryId} proof={proof} checks={result.checks} reason={result.reason} />
      )}
    </>
  );
}

function Step({ check }: { readonly check: Check }) {
  return (
    <li data-ok={check.ok}>
      <span aria-hidden="true" className="sp-check-mark">
        {check.ok ? '✓' : '✕'}
      </span>
      <div>
        <strong>{strings.step[check.name]}</strong>{' '}
        <span className="sp-visually-hidden">{check.ok ? strings.passed : strings.failed}</span>
        <div className="sp-dim sp-wrap">{check.detail}</div>
      </div>
    </li>
  );
}

function Proven({
  proof,
  index,
  treeSize,
}: {
  readonly proof: EntryProof;
  readonly index: number;
  readonly treeSize: number;
}) {
  return (
    <Alert color="green" title={`✓ ${strings.verified}`} role="status">
      <Text mb="xs">{strings.provesYes(index, treeSize)}</Text>
      {strings.provesNo.map((sentence) => (
        <Text key={sentence} mb="xs">
          {sentence}
        </Text>
      ))}
      <Key proof={proof} />
    </Alert>
  );
}

function Key({ proof }: { readonly proof: EntryProof }) {
  const [memory] = useState<KeyMemory>(() => remember(proof));
  return (
    <div>
      <strong>{strings.keyTitle}</strong> {memory.state === 'first-seen' && strings.keyFirst}
      {memory.state === 'same' && strings.keySame(formatUtc(memory.since))}
      {memory.state === 'changed' && (
        <>
          {strings.keyChanged(formatUtc(memory.since))}{' '}
          <Code className="sp-wrap">{memory.before}</Code>
        </>
      )}
      <Code block className="sp-wrap">
        {proof.vkey}
      </Code>
    </div>
  );
}

interface FailedProps {
  readonly entryId: string;
  readonly proof: EntryProof;
  readonly checks: readonly Check[];
  readonly reason: string;
}

function Failed({ entryId, proof, checks, reason }: FailedProps) {
  const evidence = JSON.stringify({ entryId, reason, checks, ...proof }, null, 2);
  return (
    <div role="alert" className="sp-failure">
      <h3>✕ {strings.fails}</h3>
      <p>{strings.failsWhat(reason)}</p>
      <p>{strings.failsMeaning}</p>
      <p>{strings.failsDo}</p>
      <CopyButton text={evidence} what={strings.copyEvidence} />
    </div>
  );
}

function useTicks(count: number): number {
  const isReduced = useReducedMotion();
  const [shown, setShown] = useState(0);
  useEffect(() => {
    if (shown >= count) return undefined;
    const timer = setTimeout(
      () => setShown(isReduced ? count : shown + 1),
      isReduced ? 0 : TICK_MS,
    );
    return () => clearTimeout(timer);
  }, [shown, count, isReduced]);
  return shown;
}

function remember(proof: EntryProof): KeyMemory {
  try {
    return rememberKey(localStorage, proof.origin, proof.vkey, new Date().toISOString());
  } catch {
    // Storage is closed to us: then every key is new.
    return { state: 'first-seen' };
  }
}
