import { useEffect, useEffectEvent } from 'react';
import { areShortcutsOn } from '../preferences.js';

/** Keys of a shortcut: one key ("j", "?") or a sequence of two ("g r"). */
export type Keys = string;

interface Binding {
  readonly keys: Keys;
  readonly run: () => void;
}

const SEQUENCE_MS = 1_000;
const bindings = new Set<Binding>();

/** What the keys pressed so far mean: a binding, the beginning of one, or nothing. */
export function matchKeys(
  pressed: readonly string[],
  known: readonly Keys[],
): Keys | 'prefix' | undefined {
  const typed = pressed.join(' ');
  if (known.includes(typed)) return typed;
  return known.some((keys) => keys.startsWith(`${typed} `)) ? 'prefix' : undefined;
}

/** Whether single keys must be left to what has the focus: fields, open dialogs, keys held with a modifier. */
export function isForField(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.target;
  if (!(target instanceof Element)) return false;
  if (target.closest('input, textarea, select, [contenteditable="true"]') !== null) return true;
  return target.ownerDocument.querySelector('[role="dialog"]') !== null;
}

/** Binds keys while the component is mounted. The newest binding of the same keys wins. */
export function useShortcut(keys: Keys, run: () => void): void {
  const act = useEffectEvent(run);
  useEffect(() => {
    const binding = { keys, run: () => act() };
    bindings.add(binding);
    return () => {
      bindings.delete(binding);
    };
  }, [keys]);
}

/** Listens to the whole window; mounted once, by the frame. */
export function useShortcutListener(): void {
  useEffect(() => {
    let pressed: string[] = [];
    let lastMs = 0;
    const onKey = (event: KeyboardEvent) => {
      if (!areShortcutsOn() || isForField(event)) return;
      pressed = event.timeStamp - lastMs > SEQUENCE_MS ? [event.key] : [...pressed, event.key];
      lastMs = event.timeStamp;
      const known = [...bindings].map((binding) => binding.keys);
      const found = matchKeys(pressed, known) ?? matchKeys([event.key], known);
      if (found === 'prefix') {
        pressed = pressed.slice(-1);
        return;
      }
      pressed = [];
      if (found === undefined) return;
      event.preventDefault();
      [...bindings].findLast((binding) => binding.keys === found)?.run();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
