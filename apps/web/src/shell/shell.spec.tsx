import { describe, expect, it } from '@jest/globals';
import { renderScreen } from '../../test-support/render-screen.js';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { MantineProvider } from '@mantine/core';
import { DANA, OMAR } from '../../test-support/fixture-people.js';
import { loginAddress } from '../session.js';
import { SignedOut } from './signed-out.js';

describe('frame', () => {
  it('leads past its navigation, names its landmarks and titles the tab', async () => {
    renderScreen('/grants', OMAR);
    await screen.findByRole('heading', { name: 'One role is held right now' });
    expect(screen.getByRole('link', { name: 'Skip to content' }).getAttribute('href')).toBe(
      '#main',
    );
    expect(screen.getByRole('navigation', { name: 'Main' })).not.toBeNull();
    expect(document.title).toBe('Grants · Sallyport');
  });

  it('moves the focus to the headline of the next screen', async () => {
    renderScreen('/me', DANA);
    await screen.findByRole('heading', { name: 'What the broker knows about you' });
    fireEvent.click(screen.getByRole('link', { name: 'Settings' }));
    const heading = await screen.findByRole('heading', { level: 1, name: 'Settings' });
    await waitFor(() => expect(document.activeElement).toBe(heading));
  });

  it('goes places by palette: typed, chosen with the arrows, entered', async () => {
    const { address } = renderScreen('/requests', DANA);
    await screen.findByRole('heading', { name: 'Nothing waits for you' });
    fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
    const field = await screen.findByRole('combobox', { name: 'Search or jump to' });
    fireEvent.change(field, { target: { value: 'ledger' } });
    expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual([
      'Find “ledger” in the log',
      'Open entry ledger',
    ]);
    fireEvent.keyDown(field, { key: 'ArrowDown' });
    fireEvent.keyDown(field, { key: 'ArrowUp' });
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(address()).toBe('/evidence?text=ledger'));
  });

  it('lists the shortcuts behind ?', async () => {
    renderScreen('/requests', DANA);
    await screen.findByRole('heading', { name: 'Nothing waits for you' });
    fireEvent.keyDown(document.body, { key: '?' });
    await screen.findByRole('dialog', { name: 'Keyboard shortcuts' });
  });

  it('says when live updates are lost, after a moment', async () => {
    const { live } = renderScreen('/requests', DANA);
    await screen.findByRole('heading', { name: 'Nothing waits for you' });
    live.setStatus({ state: 'lost', sinceMs: Date.now() - 12_000 });
    await screen.findByText(/Live updates lost 12 s ago, retrying/);
  });

  it('warns before the session ends, and renews it without leaving the page', async () => {
    renderScreen('/requests', DANA, (_fixture, world) => {
      const iso = world.iso.bind(world);
      world.iso = (offsetMs) => iso(offsetMs === 55 * 60_000 ? 4 * 60_000 : offsetMs);
    });
    const link = await screen.findByRole('link', { name: /Stay signed in/ });
    expect(link.getAttribute('href')).toBe('/auth/login?tenant=acme&returnTo=%2Fsigned-in');
    expect(link.getAttribute('target')).toBe('_blank');
  });

  it('names an address that is none', async () => {
    renderScreen('/nowhere', DANA);
    await screen.findByRole('heading', { name: 'No such page' });
  });
});

describe('sign-in page', () => {
  it('goes straight to the only tenant, and back to where one was', () => {
    const went = showSignedOut([{ id: 'acme', name: 'Acme Health' }]);
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(went).toEqual(['/auth/login?tenant=acme&returnTo=%2Fgrants']);
  });

  it('asks for the tenant when none is told, and says when it is missing', async () => {
    localStorage.clear();
    const went = showSignedOut([]);
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await screen.findByText('Name the tenant that you belong to.');
    expect(went).toEqual([]);
    fireEvent.change(screen.getByLabelText('Tenant'), { target: { value: ' acme ' } });
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(went).toEqual(['/auth/login?tenant=acme&returnTo=%2Fgrants']);
  });

  it('lets one choose between several', () => {
    const went = showSignedOut([
      { id: 'acme', name: 'Acme Health' },
      { id: 'beta', name: 'Beta Bank' },
    ]);
    fireEvent.change(screen.getByLabelText('Tenant'), { target: { value: 'beta' } });
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(went).toEqual(['/auth/login?tenant=beta&returnTo=%2Fgrants']);
  });

  it('writes addresses that carry any path safely', () => {
    expect(loginAddress(undefined, '/evidence?text=a&b=c')).toBe(
      '/auth/login?returnTo=%2Fevidence%3Ftext%3Da%26b%3Dc',
    );
  });
});

function showSignedOut(tenants: readonly { id: string; name: string }[]): string[] {
  const went: string[] = [];
  render(
    <MantineProvider env="test">
      <SignedOut
        tenants={tenants}
        why="ended"
        returnTo="/grants"
        go={(address) => went.push(address)}
      />
    </MantineProvider>,
  );
  return went;
}
