import { useSyncExternalStore } from 'react';

const SHORTCUTS_KEY = 'sallyport-shortcuts';
const TENANT_KEY = 'sallyport-tenant';
const listeners = new Set<() => void>();

/** Whether single-key shortcuts act; kept in this browser. WCAG 2.1.4 asks that they can be switched off. */
export function areShortcutsOn(): boolean {
  return read(SHORTCUTS_KEY) !== 'off';
}

export function setShortcutsOn(isOn: boolean): void {
  write(SHORTCUTS_KEY, isOn ? 'on' : 'off');
  listeners.forEach((listener) => listener());
}

export function useShortcutsOn(): boolean {
  return useSyncExternalStore((changed) => {
    listeners.add(changed);
    return () => listeners.delete(changed);
  }, areShortcutsOn);
}

/** The tenant that was last signed in to from this browser; empty when there was none. */
export function lastTenant(): string {
  return read(TENANT_KEY) ?? '';
}

export function rememberTenant(tenant: string): void {
  write(TENANT_KEY, tenant);
}

// Storage can be closed to us (private modes, policies): then the default holds.
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Then it is asked again next time.
  }
}
