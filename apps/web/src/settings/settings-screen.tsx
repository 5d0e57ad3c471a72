import {
  SegmentedControl,
  Stack,
  Switch,
  Text,
  useMantineColorScheme,
  type MantineColorScheme,
} from '@mantine/core';
import { setShortcutsOn, useShortcutsOn } from '../preferences.js';
import { useRoles } from '../shell/session-context.js';
import { Card, Page } from '../ui/page.js';
import { ApiTokens } from './api-tokens.js';
import { strings } from './strings.js';

/** `/settings`: this browser's preferences, and the API tokens of the tenant. */
export function SettingsScreen() {
  const { isAdmin, isAuditor } = useRoles();
  return (
    <Page title={strings.title} headline={strings.headline}>
      <BrowserSettings />
      <Card title={strings.tokens}>
        <Text mb="sm">{isAdmin || isAuditor ? strings.tokensHelp : strings.tokensNeed}</Text>
        {(isAdmin || isAuditor) && (
          <ApiTokens
            offeredRoles={isAdmin ? ['admin', 'auditor'] : ['auditor']}
            canRevoke={isAdmin}
          />
        )}
      </Card>
    </Page>
  );
}

function BrowserSettings() {
  const areShortcutsOn = useShortcutsOn();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Card title={strings.thisBrowser}>
      <Stack gap="md" align="flex-start">
        <div>
          <Switch
            label={strings.shortcuts}
            aria-describedby="shortcuts-help"
            checked={areShortcutsOn}
            onChange={(event) => setShortcutsOn(event.currentTarget.checked)}
          />
          <Text size="sm" c="dimmed" id="shortcuts-help">
            {strings.shortcutsHelp}
          </Text>
        </div>
        <div>
          <Text size="sm" fw={500} mb={4} id="scheme-label">
            {strings.scheme}
          </Text>
          <SegmentedControl
            aria-labelledby="scheme-label"
            value={colorScheme}
            onChange={(value) => setColorScheme(value as MantineColorScheme)}
            data={Object.entries(strings.schemes).map(([value, label]) => ({ value, label }))}
          />
        </div>
      </Stack>
    </Card>
  );
}
