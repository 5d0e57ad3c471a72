import { useMantineColorScheme } from '@mantine/core';
import { Spotlight, spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { AREAS } from './navigation.js';
import { strings } from './strings.js';

interface CommandPaletteProps {
  readonly showShortcuts: () => void;
  /** Grows by one each time the palette is asked for. */
  readonly openings: number;
}

/** Ctrl/Cmd-K: every area and act by name; what is typed can also be an entry's id or a text to find in the log. */
function CommandPalette({ showShortcuts, openings }: CommandPaletteProps) {
  const [query, setQuery] = useState('');
  const actions = useActions(showShortcuts, query.trim());
  useEffect(() => {
    if (openings > 0) spotlight.open();
  }, [openings]);
  return (
    <Spotlight
      actions={actions}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      highlightQuery={false}
      nothingFound={strings.paletteEmpty}
      searchProps={{ 'aria-label': strings.search, placeholder: strings.search }}
      aria-label={strings.search}
    />
  );
}

// eslint-disable-next-line no-restricted-exports -- React.lazy takes a default export
export default CommandPalette;

function useActions(showShortcuts: () => void, query: string): SpotlightActionData[] {
  const navigate = useNavigate();
  const { toggleColorScheme } = useMantineColorScheme();
  const areas = AREAS.map(({ to, label }) => ({
    id: to,
    label,
    onClick: () => void navigate({ to }),
  }));
  const acts = [
    {
      id: 'ask',
      label: strings.askForAccess,
      onClick: () => void navigate({ to: '/requests/new' }),
    },
    { id: 'scheme', label: strings.colourScheme, onClick: () => toggleColorScheme() },
    { id: 'shortcuts', label: strings.showShortcuts, onClick: showShortcuts },
  ];
  if (query === '') return [...areas, ...acts];
  const typed = [
    {
      id: 'find',
      label: strings.findInLog(query),
      onClick: () => void navigate({ to: '/evidence', search: { text: query } }),
    },
    {
      id: 'entry',
      label: strings.openEntry(query),
      onClick: () => void navigate({ to: '/evidence/$id', params: { id: query } }),
    },
  ];
  return [...areas, ...acts, ...(/\s/.test(query) ? typed.slice(0, 1) : typed)];
}
