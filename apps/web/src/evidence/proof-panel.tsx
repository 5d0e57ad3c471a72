import { Alert, Button, Group, Text } from '@mantine/core';
import type { EntryProof } from '../graphql-types.js';
import { useShortcut } from '../shell/shortcuts.js';
import { Card } from '../ui/page.js';
import { ProblemState } from '../ui/states.js';
import type { EntryDetail } from './documents.js';
import { saveFile } from './export-evidence.js';
import { LadderView } from './ladder-view.js';
import { strings } from './proof-strings.js';
import { useVerification } from './use-verification.js';
import { VerdictView } from './verdict-view.js';

/** The proof of an entry, and its verification in this browser. Loaded only when an entry is looked at. */
function ProofPanel({ entry }: { readonly entry: EntryDetail }) {
  const { state, verify } = useVerification(entry);
  const done = state.at === 'done' ? state : undefined;
  useShortcut('v', verify);
  return (
    <Card title={strings.proof}>
      <Text mb="sm">{strings.intro}</Text>
      <Group mb="sm">
        <Button onClick={verify} loading={state.at === 'working'} aria-keyshortcuts="v">
          {done ? strings.verifyAgain : strings.verify}
        </Button>
        {done && <DownloadProof id={entry.id} proof={done.proof} />}
      </Group>
      {state.at === 'pending' && (
        <Alert color="blue" role="status">
          {strings.pending}
        </Alert>
      )}
      {state.at === 'failed' && <ProblemState problem={state.problem} retry={verify} />}
      {done && (
        <VerdictView
          key={done.proof.proof}
          entryId={entry.id}
          proof={done.proof}
          result={done.result}
        />
      )}
      {done?.result.ok && <LadderView proof={done.proof} treeSize={done.result.treeSize} />}
    </Card>
  );
}

// eslint-disable-next-line no-restricted-exports -- React.lazy takes a default export
export default ProofPanel;

function DownloadProof({ id, proof }: { readonly id: string; readonly proof: EntryProof }) {
  const save = () => saveFile(new Blob([proof.proof], { type: 'text/plain' }), `${id}.tlog-proof`);
  return (
    <Button variant="default" onClick={save}>
      {strings.download}
    </Button>
  );
}
