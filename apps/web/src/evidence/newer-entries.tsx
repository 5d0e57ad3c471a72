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
  const size = useLiveQuery(LOG_SIZE, NO_VARIABLES);
  const [grown, setGrown] = useState<number | 'unknown'>();
  useLive('log', (event) => {
    setGrown(event.size ?? 'unknown');
    const more = newerCount(size.data?.checkpoint?.logSize, event.size ?? 'unknown');
    if (more !== 0) announce(strings.newer(more));
  });
  if (grown === undefined) return null;
  const count = newerCount(size.data?.checkpoint?.logSize, grown);
  if (count === 0) return null;
  const onClick = () => {
    setGrown(undefined);
    size.refetch();
    show();
  };
  return (
    <Button variant="light" onClick={onClick} fullWidth mb="sm">
      {strings.newer(count)} — {strings.show}
    </Button>
  );
}

/** How many entries came since the screen was loaded; undefined when that cannot be told. */
export function newerCount(
  loaded: number | undefined,
  grown: number | 'unknown',
): number | undefined {
  if (loaded === undefined || grown === 'unknown') return undefined;
  return Math.max(0, grown - loaded);
}
