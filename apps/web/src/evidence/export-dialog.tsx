import { Button, Group, List, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Problem } from '../graphql.js';
import { notify } from '../shell/notify.js';
import { useSession } from '../shell/session-context.js';
import { Dialog } from '../ui/dialog.js';
import { ProblemState } from '../ui/states.js';
import { filterOf, type EntrySearch } from './entry-filter.js';
import { exportEvidence, saveFile } from './export-evidence.js';
import { strings } from './strings.js';

interface ExportDialogProps {
  readonly search: EntrySearch;
  readonly total: number | null;
  readonly close: () => void;
}

/** Says what the zip will hold before it is made. */
export function ExportDialog({ search, total, close }: ExportDialogProps) {
  const { me } = useSession();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const run = async () => {
    setBusy(true);
    setProblem(undefined);
    const outcome = await exportEvidence(me.tenant, filterOf(search));
    setBusy(false);
    if (!outcome.ok) return setProblem(outcome.problem);
    saveFile(outcome.zip, outcome.fileName);
    notify(strings.exported);
    close();
  };
  const isAll = Object.keys(search).length === 0;
  const uncounted = isAll ? strings.exportAll : strings.exportMatching;
  return (
    <Dialog title={strings.exportTitle} closeLabel={strings.cancel} close={close}>
      <Stack gap="md">
        <Text>{strings.exportWhat(total === null ? uncounted : strings.total(total))}</Text>
        <List>
          {strings.exportContents.map((item) => (
            <List.Item key={item}>{item}</List.Item>
          ))}
        </List>
        <Text>{strings.exportPersonal}</Text>
        {problem && <ProblemState problem={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {strings.cancel}
          </Button>
          <Button onClick={() => void run()} loading={isBusy}>
            {strings.exportNow}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
