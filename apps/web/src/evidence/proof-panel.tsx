import { Alert, Button, Group, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { problemOf, type Problem } from '../graphql.js';
import type { EntryProof } from '../graphql-types.js';
import { announce } from '../shell/announcer.js';
import { useShortcut } from '../shell/shortcuts.js';
import { Card } from '../ui/page.js';
import { ProblemState } from '../ui/states.js';
import { PROOF, type EntryDetail } from './documents.js';
import { saveFile } from './export-evidence.js';
import { LadderView } from './ladder-view.js';
import { strings } from './proof-strings.js';
import { VerdictView } from './verdict-view.js';
import { verifyEntry, type Verification } from './verify-entry.js';

type ProofState =
  | { readonly at: 'idle' | 'working' | 'pending' }
  | { readonly at: 'failed'; readonly problem: Problem }
  | { readonly at: 'done'; readonly proof: EntryProof; readonly result: Verification };

const RETRY_MS = 3_000;

/** The proof of an entry, and its verification in this browser. Loaded only when an entry is looked at. */
function ProofPanel({ entry }: { readonly entry: EntryDetail }) {
  const client = useClient();
  const [state, setState] = useState<ProofState>({ at: 'idle' });
  const verify = async () => {
    setState((before) => (before.at === 'pending' ? before : { at: 'working' }));
    const { data, error } = await client
      .query(PROOF, { id: entry.id }, { requestPolicy: 'network-only' })
      .toPromise();
    if (error) return setState({ at: 'failed', problem: problemOf(error) });
    const proof = data?.entryProof ?? null;
    if (proof === null) return setState({ at: 'pending' });
    const result = verifyEntry(entry, proof);
    announce(result.ok ? strings.announceOk : strings.announceFail);
    setState({ at: 'done', proof, result });
  };
  useShortcut('v', () => void verify());
  useRetry(state.at === 'pending', () => void verify());
  return (
    <Card title={strings.proof}>
      <Text mb="sm">{strings.intro}</Text>
      <Group mb="sm">
        <Button
          onClick={() => void verify()}
          loading={state.at === 'working'}
          aria-keyshortcuts="v"
        >
          {state.at === 'done' ? strings.verifyAgain : strings.verify}
        </Button>
        {state.at === 'done' && <DownloadProof id={entry.id} proof={state.proof} />}
      </Group>
      {state.at === 'pending' && (
        <Alert color="blue" role="status">
          {strings.pending}
        </Alert>
      )}
      {state.at === 'failed' && (
        <ProblemState problem={state.problem} retry={() => void verify()} />
      )}
      {state.at === 'done' && (
        <>
          <VerdictView
            key={state.proof.proof}
            entryId={entry.id}
            proof={state.proof}
            result={state.result}
          />
          {state.result.ok && <LadderView proof={state.proof} treeSize={state.result.treeSize} />}
        </>
      )}
    </Card>
  );
}

// eslint-disable-next-line no-restricted-exports -- React.lazy takes a default export
export default ProofPanel;

function DownloadProof({ id, proof }: { readonly id: string; readonly proof: EntryProof }) {
  return (
    <Button
      variant="default"
      onClick={() => saveFile(new Blob([proof.proof], { type: 'text/plain' }), `${id}.tlog-proof`)}
    >
      {strings.download}
    </Button>
  );
}

function useRetry(isPending: boolean, retry: () => void): void {
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!isPending) return undefined;
    const timer = setTimeout(() => {
      retry();
      setRound((before) => before + 1);
    }, RETRY_MS);
    return () => clearTimeout(timer);
    // A round is one wait; `retry` is a new function on every render.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isPending, round]);
}
