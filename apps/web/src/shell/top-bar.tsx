import { Badge, Button, Kbd, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { signOut } from '../session.js';
import { announce } from './announcer.js';
import { SessionLeft } from './session-clock.js';
import { tellTabs } from './session-channel.js';
import { useSession } from './session-context.js';
import { strings } from './strings.js';

const ENVIRONMENT_COLORS: Readonly<Record<string, string>> = {
  production: 'red',
  staging: 'yellow',
};

/** Environment, tenant, search, who is signed in and for how long, and the way out. */
export function TopBar({ openPalette }: { readonly openPalette: () => void }) {
  const { me } = useSession();
  return (
    <header className="sp-top">
      <Link to="/requests" className="sp-brand">
        {strings.product}
      </Link>
      <Badge
        variant="light"
        radius="sm"
        tt="none"
        color={ENVIRONMENT_COLORS[me.environment] ?? 'blue'}
      >
        {me.environment}
      </Badge>
      <Text size="sm" fw={550} component="span" className="sp-tenant">
        {me.tenantName}
      </Text>
      <Button
        variant="default"
        size="xs"
        onClick={openPalette}
        aria-keyshortcuts="Control+K Meta+K"
        className="sp-search"
        rightSection={<Kbd size="xs">Ctrl K</Kbd>}
      >
        {strings.search}
      </Button>
      <Who />
    </header>
  );
}

function Who() {
  const { me } = useSession();
  return (
    <span className="sp-who">
      <SessionLeft />
      <Link
        to="/me"
        className="sp-me"
        aria-label={strings.signedInAs(me.name)}
        title={strings.signedInAs(me.email ?? me.id)}
      >
        {me.name}
      </Link>
      <SignOutButton />
    </span>
  );
}

function SignOutButton() {
  const { leave } = useSession();
  const [isLeaving, setLeaving] = useState(false);
  const onClick = async () => {
    setLeaving(true);
    try {
      await signOut();
      tellTabs('signed-out');
      leave('asked');
    } catch {
      announce(strings.signOutFailed);
      setLeaving(false);
    }
  };
  return (
    <Button variant="subtle" size="compact-sm" onClick={() => void onClick()} loading={isLeaving}>
      {strings.signOut}
    </Button>
  );
}
