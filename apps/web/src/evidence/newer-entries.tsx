import { Button } from '@mantine/core';
import { useState } from 'react';
import { useLiveQuery } from '../live-query.js';
import { announce } from '../shell/announcer.js';
import { useLive } from '../shell/live-context.js';
import { LOG_SIZE } from './documents.js';
import { strings } from './strings.js';

const NO_VARIABLES = {};

/** "37 newer entries — show": the log grows under the screen, the screen stays still until asked. */
export function NewerEntries({ show }: { readonly show: () => void }) {
  const query = useLiveQuery(LOG_SIZE, NO_VARIABLES);
  const asked = query.data?.checkpoint?.logSize;
  const [told, setTold] = useState<number>();
  const [shown, setShown] = useState<number>();
  // What is on the screen is as long as the log was when it was first asked.
  if (shown === undefined && asked !== undefined) setShown(asked);
  useLive('log', (event) => {
    // After a reconnect or a poll nobody says how long the log is: ask.
    if (event.size === undefined) return query.refetch();
    setTold(event.size);
    announce(strings.newer(newerCount(shown, event.size)));
  });
  const size = Math.max(asked ?? 0, told ?? 0);
  const count = newerCount(shown, size);
  if (count === 0 || size === 0) return null;
  const onClick = () => {
    setTold(undefined);
    setShown(size);
    show();
  };
  return (
    <Button variant="light" onClick={onClick} fullWidth mb="sm">
      {strings.newer(count)} — {strings.show}
    </Button>
  );
}

/** How many entries came since the screen was loaded; undefined when the length at that time is not known. */
export function newerCount(shown: number | undefined, size: number): number | undefined {
  return shown === undefined ? undefined : Math.max(0, size - shown);
}
