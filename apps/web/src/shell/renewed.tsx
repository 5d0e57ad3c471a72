import { Text } from '@mantine/core';
import { useEffect } from 'react';
import { Page } from '../ui/page.js';
import { tellTabs } from './session-channel.js';
import { strings } from './strings.js';

/** Where the renewal of a session ends: tells the other tabs, and has nothing else to do. */
export function Renewed() {
  useEffect(() => tellTabs('renewed'), []);
  return (
    <Page title={strings.renewedTitle} headline={strings.renewedTitle}>
      <Text>{strings.renewed}</Text>
    </Page>
  );
}
