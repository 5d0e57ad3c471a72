import { Badge } from '@mantine/core';
import { strings } from './strings.js';

/** Decision as word, shape and colour: ✓ permit, ✕ deny. */
export function DecisionBadge({ decision }: { readonly decision: boolean }) {
  return (
    <Badge
      variant="light"
      color={decision ? 'green' : 'red'}
      radius="sm"
      tt="none"
      leftSection={<span aria-hidden="true">{decision ? '✓' : '✕'}</span>}
    >
      {decision ? strings.permit : strings.deny}
    </Badge>
  );
}

const STATES: Readonly<Record<string, { readonly color: string; readonly shape: string }>> = {
  pending: { color: 'yellow', shape: '◔' },
  approved: { color: 'green', shape: '✓' },
  active: { color: 'green', shape: '●' },
  denied: { color: 'red', shape: '✕' },
  revoked: { color: 'red', shape: '✕' },
};

/** State of a request or grant as word, shape and colour; states without a colour of their own are grey. */
export function StateBadge({ state }: { readonly state: string }) {
  const { color, shape } = STATES[state] ?? { color: 'gray', shape: '○' };
  return (
    <Badge
      variant="light"
      color={color}
      radius="sm"
      tt="none"
      leftSection={<span aria-hidden="true">{shape}</span>}
    >
      {state}
    </Badge>
  );
}
