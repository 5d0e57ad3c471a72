import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { strings } from './strings.js';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for the accessible name: "Copy entry id". */
  readonly what: string;
}

/** Copies a text and says so. */
export function CopyButton({ text, what }: CopyButtonProps) {
  const clipboard = useClipboard({ timeout: 2_000 });
  return (
    <Button
      variant="subtle"
      size="compact-xs"
      onClick={() => clipboard.copy(text)}
      aria-label={clipboard.copied ? `${strings.copied} ${what}` : `${strings.copy} ${what}`}
    >
      {clipboard.copied ? strings.copied : strings.copy}
    </Button>
  );
}

/** A short form of an id with a button that copies the whole. */
export function IdChip({ id, what }: { readonly id: string; readonly what: string }) {
  return (
    <span className="sp-id">
      <code title={id}>{id.length > 16 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id}</code>
      <CopyButton text={id} what={what} />
    </span>
  );
}
