import { useCallback, useEffect, useState } from 'react';

interface PaletteKey {
  /** Whether the palette was ever asked for: only then its code is loaded. */
  readonly isWanted: boolean;
  /** Counts how often it was asked for. */
  readonly openings: number;
  readonly open: () => void;
}

/** Ctrl/Cmd-K, from anywhere, fields included. */
export function usePaletteKey(): PaletteKey {
  const [openings, setOpenings] = useState(0);
  const open = useCallback(() => setOpenings((count) => count + 1), []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      open();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [open]);
  return { isWanted: openings > 0, openings, open };
}
