import { useEffect, useState } from 'react';

const BATCH_MS = 1_000;
const listeners = new Set<(message: string) => void>();

/** Says a sentence to screen readers, politely; what comes within a second is said together. */
export function announce(message: string): void {
  listeners.forEach((listener) => listener(message));
}

/** The polite live region of the console. */
export function Announcer() {
  const [text, setText] = useState('');
  useEffect(() => {
    let batch: string[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listener = (message: string) => {
      if (!batch.includes(message)) batch.push(message);
      timer ??= setTimeout(() => {
        setText(batch.join(' '));
        batch = [];
        timer = undefined;
      }, BATCH_MS);
    };
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      clearTimeout(timer);
    };
  }, []);
  return (
    <div role="status" aria-live="polite" aria-label="Announcements" className="sp-visually-hidden">
      {text}
    </div>
  );
}
