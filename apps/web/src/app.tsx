import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { AppRouter } from './router.js';
import { Console } from './shell/console.js';
import { SessionGate } from './shell/session-gate.js';
import { cssVariables, theme } from './theme.js';

const schemes = localStorageColorSchemeManager({ key: 'sallyport-color-scheme' });

/** The whole console: theme, sign-in, screens. */
export function App({ router }: { readonly router: AppRouter }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      colorSchemeManager={schemes}
    >
      <Notifications position="bottom-right" containerWidth={360} />
      <SessionGate>{(leave) => <Console router={router} leave={leave} />}</SessionGate>
    </MantineProvider>
  );
}
