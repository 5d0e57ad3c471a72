import { Tooltip } from '@mantine/core';
import { useNow } from '../clock.js';
import { formatRelative, formatUtc } from './durations.js';

interface WhenProps {
  readonly at: string;
  /** In dense lists the time is no tab stop of its own; its exact form is part of the row's text instead. */
  readonly isQuiet?: boolean;
}

/** Tooltips stay inside the landmark whose text they explain. */
const IN_MAIN = { target: '#main' };

/** A moment: relative in the text, exact UTC and local time on hover and on focus. */
export function When({ at, isQuiet = false }: WhenProps) {
  const now = useNow(5_000);
  const exact = `${formatUtc(at)} · ${new Date(at).toLocaleString()} here`;
  return (
    <Tooltip
      label={exact}
      events={{ hover: true, focus: true, touch: true }}
      portalProps={IN_MAIN}
      multiline
      maw="80vw"
      withArrow
    >
      <time
        dateTime={at}
        tabIndex={isQuiet ? undefined : 0}
        className="sp-when"
        title={isQuiet ? exact : undefined}
      >
        {formatRelative(new Date(at).getTime() - now)}
      </time>
    </Tooltip>
  );
}
