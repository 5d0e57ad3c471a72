import { useSyncExternalStore } from 'react';

const SHORTCUTS_KEY = 'sallyport-shortcuts';
const listeners = new Set<() => void>();

/** Whether single-key shortcuts act; kept in this browser. WCAG 2.1.4 asks that they can be switched off. */
export function areShortcutsOn(): boolean {
  return read(SHORTCUTS_KEY) !== 'off';
}

export function setShortcutsOn(isOn: boolean): void {
  try {
    localStorage.setItem(SHORTCUTS_KEY, isOn ? 'on' : 'off');
  } finally {
    listeners.forEach((listener) => listener());
  }
}

export function useShortcutsOn(): boolean {
  return useSyncExternalStore((changed) => {
    listeners.add(changed);
    return () => listeners.delete(changed);
  }, areShortcutsOn);
}

// Storage can be closed to us (private modes, policies): then the default holds.
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
