import { Alert, Button, NativeSelect, Text, TextInput, Title } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { lastTenant, rememberTenant } from '../preferences.js';
import { loginAddress, type TenantChoice } from '../session.js';
import { strings } from './strings.js';

interface SignedOutProps {
  /** Tenants that this broker tells; empty when it keeps them to itself. */
  readonly tenants: readonly TenantChoice[];
  readonly why: 'never' | 'asked' | 'ended';
  /** Path to come back to. */
  readonly returnTo: string;
  readonly go?: (address: string) => void;
}

/** The page of somebody who is not signed in: what this is, and the one button. */
export function SignedOut({
  tenants,
  why,
  returnTo,
  go = (address) => window.location.assign(address),
}: SignedOutProps) {
  const [tenant, setTenant] = useState(tenants[0]?.id ?? lastTenant());
  const [isMissing, setMissing] = useState(false);
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (tenant.trim() === '') return setMissing(true);
    rememberTenant(tenant.trim());
    go(loginAddress(tenant.trim(), returnTo));
  };
  return (
    <main className="sp-signed-out">
      <title>{`${strings.signIn} · ${strings.product}`}</title>
      <div className="sp-card">
        <Title order={1}>{strings.product}</Title>
        <Text size="lg">{strings.promise}</Text>
        <Text>{strings.what}</Text>
        {why !== 'never' && (
          <Alert role="status" color="yellow">
            {why === 'asked' ? strings.signedOut : strings.sessionEnded}
          </Alert>
        )}
        <form onSubmit={onSubmit} noValidate>
          <TenantField
            tenants={tenants}
            value={tenant}
            onChange={setTenant}
            isMissing={isMissing}
          />
          <Button type="submit" size="md" mt="md">
            {strings.signIn}
          </Button>
        </form>
      </div>
    </main>
  );
}

interface TenantFieldProps {
  readonly tenants: readonly TenantChoice[];
  readonly value: string;
  readonly onChange: (tenant: string) => void;
  readonly isMissing: boolean;
}

function TenantField({ tenants, value, onChange, isMissing }: TenantFieldProps) {
  if (tenants.length === 1) return null;
  const error = isMissing && value.trim() === '' ? strings.tenantMissing : undefined;
  if (tenants.length > 1) {
    const data = tenants.map((tenant) => ({ value: tenant.id, label: tenant.name }));
    return (
      <NativeSelect
        label={strings.tenant}
        data={data}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      label={strings.tenant}
      description={strings.tenantHelp}
      autoCapitalize="none"
      autoComplete="organization"
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
    />
  );
}
