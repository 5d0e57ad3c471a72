import { useMantineColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { AREAS } from './navigation.js';
import { strings } from './strings.js';

/** One line of the palette. */
export interface PaletteAction {
  readonly id: string;
  readonly label: string;
  readonly run: () => void;
}

/** Every area and act whose name has what is typed; then what else the typed text can be: a search, an entry's id. */
export function usePaletteActions(
  typed: string,
  showShortcuts: () => void,
): readonly PaletteAction[] {
  const navigate = useNavigate();
  const { toggleColorScheme } = useMantineColorScheme();
  const named: readonly PaletteAction[] = [
    ...AREAS.map(({ to, label }) => ({ id: to, label, run: () => void navigate({ to }) })),
    { id: 'ask', label: strings.askForAccess, run: () => void navigate({ to: '/requests/new' }) },
    { id: 'scheme', label: strings.colourScheme, run: toggleColorScheme },
    { id: 'shortcuts', label: strings.showShortcuts, run: showShortcuts },
  ];
  const query = typed.trim();
  if (query === '') return named;
  const find = () => void navigate({ to: '/evidence', search: { text: query } });
  const open = () => void navigate({ to: '/evidence/$id', params: { id: query } });
  return [
    ...named.filter(({ label }) => label.toLowerCase().includes(query.toLowerCase())),
    { id: 'find', label: strings.findInLog(query), run: find },
    ...(/\s/.test(query) ? [] : [{ id: 'entry', label: strings.openEntry(query), run: open }]),
  ];
}
