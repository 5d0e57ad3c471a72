import { Alert, Anchor, Group, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useNow } from '../clock.js';
import { loginAddress } from '../session.js';
import { formatDuration } from '../ui/durations.js';
import { announce } from './announcer.js';
import { useSession } from './session-context.js';
import { strings } from './strings.js';

/** The warning comes this long before the end: WCAG 2.2.1 asks for time to act. */
const WARN_SECONDS = 5 * 60;

/** "session 48 min left", to the minute. */
export function SessionLeft() {
  const seconds = useSecondsLeft(10_000);
  const shown = seconds < 60 ? seconds : Math.floor(seconds / 60) * 60;
  return (
    <Text size="sm" c="dimmed" component="span">
      {strings.sessionLeft(formatDuration(shown))}
    </Text>
  );
}

/** Warns before the session ends, with a way to renew it in another tab, so that nothing typed here is lost. */
export function SessionWarning() {
  const { me, leave, refresh } = useSession();
  const seconds = useSecondsLeft(1_000);
  const isNear = seconds <= WARN_SECONDS;
  const isOver = seconds <= 0;
  useEffect(() => {
    if (isNear) announce(strings.sessionWarning(formatDuration(WARN_SECONDS)));
  }, [isNear]);
  useEffect(() => {
    if (isOver) leave('ended');
  }, [isOver, leave]);
  useEffect(() => {
    const onFocus = () => isNear && refresh();
    window.addEventListener('focus', onFocus);
    return () => window.removeEventListener('focus', onFocus);
  }, [isNear, refresh]);
  if (!isNear || isOver) return null;
  return (
    <Alert color="yellow" mb="md">
      <Group justify="space-between">
        <span>{strings.sessionWarning(formatDuration(seconds))}</span>
        <Anchor href={loginAddress(me.tenant, '/signed-in')} target="_blank" rel="opener">
          {strings.stay} <span className="sp-visually-hidden">{strings.opensTab}</span>
        </Anchor>
      </Group>
    </Alert>
  );
}

function useSecondsLeft(intervalMs: number): number {
  const { me } = useSession();
  const now = useNow(intervalMs);
  return Math.ceil((new Date(me.sessionExpiresAt).getTime() - now) / 1000);
}
