import { describe, expect, it } from '@jest/globals';
import { renderScreen } from '../../test-support/render-screen.js';
import { fireEvent, screen } from '@testing-library/react';
import { ADA, DANA } from '../../test-support/fixture-people.js';
import { describeStates } from '../../test-support/screen-states.js';
import { areShortcutsOn } from '../preferences.js';
import { tokenErrors, tokenState } from './token-rules.js';

describeStates('API tokens', {
  address: '/settings',
  viewer: ADA,
  operation: 'ApiTokens',
  data: /nightly-export$/,
});

describe('settings', () => {
  it('switch single keys off, and then none acts', async () => {
    const { address } = renderScreen('/settings', DANA);
    fireEvent.click(await screen.findByRole('switch', { name: 'Single-key shortcuts' }));
    expect(areShortcutsOn()).toBe(false);
    fireEvent.keyDown(document.body, { key: 'g' });
    fireEvent.keyDown(document.body, { key: 'r' });
    expect(address()).toBe('/settings');
    fireEvent.click(screen.getByRole('switch', { name: 'Single-key shortcuts' }));
    fireEvent.keyDown(document.body, { key: 'g' });
    fireEvent.keyDown(document.body, { key: 'r' });
    await screen.findByRole('heading', { name: 'Nothing waits for you' });
  });

  it('show the secret of a new token once', async () => {
    renderScreen('/settings', ADA);
    fireEvent.change(await screen.findByLabelText(/^Name/), { target: { value: 'nightly' } });
    fireEvent.click(screen.getByRole('button', { name: 'Create token' }));
    await screen.findByText(/spt_acme_/);
    fireEvent.click(screen.getByRole('button', { name: 'I have copied it' }));
    expect(screen.queryByText(/spt_acme_/)).toBeNull();
  });

  it('offer no API tokens to a member, and say who may make them', async () => {
    const { asked } = renderScreen('/settings', DANA);
    await screen.findByText(/made by people with the role admin or auditor/);
    expect(asked.some(({ name }) => name === 'ApiTokens')).toBe(false);
  });
});

describe('rules of API tokens', () => {
  it.each([
    [{ name: '', roles: ['auditor'], days: '30' }, ['name']],
    [{ name: 'x', roles: [], days: '30' }, ['roles']],
    [{ name: 'x', roles: ['auditor'], days: '0' }, ['days']],
    [{ name: 'x', roles: ['auditor'], days: '366' }, ['days']],
    [{ name: 'x', roles: ['auditor'], days: '1.5' }, ['days']],
    [{ name: 'x', roles: ['auditor'], days: '365' }, []],
  ])('%j is held up by %j', (draft, fields) => {
    expect(Object.keys(tokenErrors(draft))).toEqual(fields);
  });

  it('a revoked token is revoked, whatever its expiry; others end by time', () => {
    const expiresAt = '2026-11-22T06:00:00Z';
    expect(tokenState({ revokedAt: '2026-11-01T00:00:00Z', expiresAt }, 0)).toBe('revoked');
    expect(tokenState({ revokedAt: null, expiresAt }, Date.parse(expiresAt))).toBe('expired');
    expect(tokenState({ revokedAt: null, expiresAt }, Date.parse(expiresAt) - 1)).toBe('active');
  });
});
