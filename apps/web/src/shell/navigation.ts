import { useNavigate } from '@tanstack/react-router';
import { useShortcut } from './shortcuts.js';
import { strings } from './strings.js';

/** The areas of the console, in the order of the rail. */
export const AREAS = [
  { to: '/requests', label: strings.requests, keys: 'g r' },
  { to: '/grants', label: strings.grants, keys: 'g g' },
  { to: '/evidence', label: strings.evidence, keys: 'g e' },
  { to: '/me', label: strings.context, keys: 'g m' },
  { to: '/settings', label: strings.settings, keys: 'g s' },
] as const;

/** `g` then a letter goes to an area. */
export function useNavigationShortcuts(): void {
  const navigate = useNavigate();
  useShortcut('g r', () => void navigate({ to: '/requests' }));
  useShortcut('g g', () => void navigate({ to: '/grants' }));
  useShortcut('g e', () => void navigate({ to: '/evidence' }));
  useShortcut('g m', () => void navigate({ to: '/me' }));
  useShortcut('g s', () => void navigate({ to: '/settings' }));
}
