import { useNow } from '../clock.js';
import { formatDuration } from './durations.js';
import { strings } from './strings.js';

interface TimeLeftProps {
  readonly startsAt: string;
  readonly endsAt: string;
}

/** "9 min 40 s left" over a thin bar; says "ended" by itself at the end. */
export function TimeLeft({ startsAt, endsAt }: TimeLeftProps) {
  const now = useNow(1_000);
  const end = new Date(endsAt).getTime();
  const whole = Math.max(1, end - new Date(startsAt).getTime());
  const share = Math.min(1, Math.max(0, (end - now) / whole));
  const isOver = now >= end;
  return (
    <div className="sp-time-left">
      <span>{isOver ? strings.ended : strings.timeLeft(formatDuration((end - now) / 1000))}</span>
      <svg
        className="sp-bar"
        viewBox="0 0 100 4"
        preserveAspectRatio="none"
        aria-hidden="true"
        focusable="false"
      >
        <rect className="sp-bar-track" width="100" height="4" />
        <rect className="sp-bar-fill" width={share * 100} height="4" />
      </svg>
    </div>
  );
}
