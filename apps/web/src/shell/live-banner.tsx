import { Alert } from '@mantine/core';
import { formatRelative } from '../ui/durations.js';
import { useNow } from '../clock.js';
import { useLiveStatus } from './live-context.js';
import { strings } from './strings.js';

/** Says when live updates stopped; the data stays on the screen. Short interruptions are not worth a word. */
export function LiveBanner() {
  const status = useLiveStatus();
  const now = useNow(2_000);
  if (status.state !== 'lost' || now - status.sinceMs < 3_000) return null;
  return (
    <Alert color="yellow" mb="md" role="status">
      {strings.liveLost(formatRelative(status.sinceMs - now))}
    </Alert>
  );
}
