import { Button, Group, TextInput } from '@mantine/core';
import { strings } from './strings.js';
import { exactDuration, parseDuration } from './durations.js';

interface DurationFieldProps {
  readonly label: string;
  readonly description: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly maxSeconds: number;
  readonly error?: string | undefined;
  readonly disabled?: boolean;
}

const PRESETS = [5 * 60, 10 * 60, 30 * 60, 3_600, 4 * 3_600, 8 * 3_600, 86_400];

/** A duration in words, with the usual ones one click away. */
export function DurationField({ maxSeconds, value, onChange, ...field }: DurationFieldProps) {
  const presets = PRESETS.filter((seconds) => seconds <= maxSeconds).slice(-4);
  return (
    <div>
      <TextInput
        {...field}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        autoComplete="off"
        maw={280}
      />
      <Group gap="xs" mt={6} role="group" aria-label={strings.usualDurations}>
        {presets.map((seconds) => (
          <Button
            key={seconds}
            size="compact-xs"
            variant="default"
            aria-pressed={parseDuration(value) === seconds}
            disabled={field.disabled ?? false}
            onClick={() => onChange(exactDuration(seconds))}
          >
            {exactDuration(seconds)}
          </Button>
        ))}
      </Group>
    </div>
  );
}
