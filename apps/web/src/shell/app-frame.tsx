import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { Announcer } from './announcer.js';
import { LiveBanner } from './live-banner.js';
import { NavRail } from './nav-rail.js';
import { SessionWarning } from './session-clock.js';
import { ShortcutHelp } from './shortcut-help.js';
import { useShortcut, useShortcutListener } from './shortcuts.js';
import { strings } from './strings.js';
import { TopBar } from './top-bar.js';
import { useNavigationShortcuts } from './navigation.js';
import { usePaletteKey } from './palette-key.js';

const CommandPalette = lazy(() => import('./command-palette.js'));

/** What every signed-in screen stands in: top bar, left rail, banners, palette, shortcuts, live region. */
export function AppFrame() {
  const [isHelpOpen, setHelpOpen] = useState(false);
  const palette = usePaletteKey();
  useShortcutListener();
  useNavigationShortcuts();
  useShortcut('?', () => setHelpOpen(true));
  useShortcut('y', () => void navigator.clipboard.writeText(window.location.href));
  return (
    <div className="sp-frame">
      <a className="sp-skip" href="#main">
        {strings.skip}
      </a>
      <TopBar openPalette={palette.open} />
      <NavRail />
      <main id="main" tabIndex={-1} className="sp-main">
        <SessionWarning />
        <LiveBanner />
        <Outlet />
      </main>
      <ShortcutHelp isOpen={isHelpOpen} close={() => setHelpOpen(false)} />
      {palette.isWanted && (
        <Suspense>
          <CommandPalette
            isOpen={palette.isOpen}
            close={palette.close}
            showShortcuts={() => setHelpOpen(true)}
          />
        </Suspense>
      )}
      <Announcer />
    </div>
  );
}
