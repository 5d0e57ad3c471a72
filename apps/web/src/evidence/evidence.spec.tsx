import { describe, expect, it } from '@jest/globals';
import { renderScreen } from '../../test-support/render-screen.js';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { AUDE, DANA } from '../../test-support/fixture-people.js';
import { storyWorld } from '../../test-support/fixture-story.js';
import { describeStates } from '../../test-support/screen-states.js';

describeStates('the log', {
  address: '/evidence',
  viewer: AUDE,
  operation: 'Entries',
  data: /Denied: dana@acme.example read prod/,
  empty: /The log has no entries yet/,
});

describeStates('an entry', {
  address: `/evidence/${deniedEntry()}`,
  viewer: AUDE,
  operation: 'Entry',
  data: /Denied: dana@acme.example read prod/,
  empty: /There is no such entry/,
});

describe('log', () => {
  it('is filtered by its address, and each filter can be taken away', async () => {
    const { asked, address } = renderScreen(
      '/evidence?subject=dana%40acme.example&decision=deny',
      AUDE,
    );
    await screen.findByText('Denied: dana@acme.example read prod');
    expect(screen.queryByText('Permitted: dana@acme.example read prod')).toBeNull();
    expect(asked.find(({ name }) => name === 'Entries')?.variables['filter']).toEqual({
      subject: 'dana@acme.example',
      decision: false,
    });
    fireEvent.click(screen.getByRole('button', { name: 'Remove Decision: deny' }));
    await screen.findByText('Permitted: dana@acme.example read prod');
    expect(address()).toBe('/evidence?subject=dana%40acme.example');
  });

  it('says when a filter matches nothing', async () => {
    renderScreen('/evidence?text=nothing-like-this', AUDE);
    await screen.findByText('No entry matches this filter.');
  });

  it('stays still while it grows, tells how many came, and shows them when asked', async () => {
    const { world, live, asked } = renderScreen('/evidence', AUDE);
    await screen.findByText('Denied: dana@acme.example read prod');
    await waitFor(() => expect(asked.some(({ name }) => name === 'LogSize')).toBe(true));
    await waitFor(() => expect(asked.filter(({ name }) => name === 'Entries')).toHaveLength(1));
    world.decide(DANA, false);
    world.decide(DANA, false);
    live.emit('log', { size: world.log.entries.length });
    fireEvent.click(await screen.findByRole('button', { name: '2 newer entries — show' }));
    await waitFor(() =>
      expect(screen.getAllByText('Denied: dana@acme.example read prod')).toHaveLength(3),
    );
    expect(screen.queryByText(/newer entr/, { selector: 'button *' })).toBeNull();
  });

  it('asks how long it is when updates come back, and claims nothing new when nothing is', async () => {
    const { live, asked } = renderScreen('/evidence', AUDE);
    await screen.findByText('Denied: dana@acme.example read prod');
    const before = asked.filter(({ name }) => name === 'LogSize').length;
    live.emit('log', {});
    await waitFor(() =>
      expect(asked.filter(({ name }) => name === 'LogSize').length).toBe(before + 1),
    );
    expect(screen.queryByRole('button', { name: /newer entr/ })).toBeNull();
  });

  it('loads older entries page by page', async () => {
    const world = storyWorld();
    for (let count = 0; count < 60; count += 1) world.decide(DANA, false);
    renderScreen('/evidence', AUDE, undefined, world);
    fireEvent.click(await screen.findByRole('button', { name: 'Load older' }));
    await screen.findByText(/tenant.applied by admin/);
    expect(screen.queryByRole('button', { name: 'Load older' })).toBeNull();
  });

  it('tells a member that only their own entries are here', async () => {
    renderScreen('/evidence', DANA);
    await screen.findByText(/You see the entries that concern you/);
  });
});

describe('export', () => {
  it('says what the zip holds before it is made, and what went wrong', async () => {
    renderScreen('/evidence?decision=deny', AUDE);
    await screen.findByText('Denied: dana@acme.example read prod');
    fireEvent.click(screen.getByRole('button', { name: 'Export' }));
    await screen.findByText(/The zip holds 1 entry/);
    const sent: { address: string; init: RequestInit }[] = [];
    globalThis.fetch = ((address: string, init: RequestInit) => {
      sent.push({ address, init });
      return Promise.reject(new TypeError('Failed to fetch'));
    }) as typeof fetch;
    fireEvent.click(screen.getByRole('button', { name: 'Download zip' }));
    await screen.findByText('The broker could not be reached.');
    expect(sent[0]?.address).toBe('/v1/tenants/acme/exports');
    expect(sent[0]?.init.headers).toMatchObject({ 'x-sallyport-csrf': '1' });
    expect(sent[0]?.init.body).toBe('{"filter":{"decision":false}}');
  });
});

describe('verification on the screen', () => {
  it('ticks every step, and says what was proven and what was not', async () => {
    await openEntry();
    fireEvent.click(screen.getByRole('button', { name: 'Verify in this browser' }));
    await screen.findByText(/Proven: exactly these bytes are entry 1/);
    expect(screen.getByText(/Not proven: that what the entry says is true/)).not.toBeNull();
    expect(screen.getByRole('list', { name: 'Steps' }).children).toHaveLength(6);
    expect(screen.getByRole('button', { name: 'Download .tlog-proof' })).not.toBeNull();
  });

  it('is red and plain when a byte was changed, and hands out the evidence', async () => {
    await openEntry((world, id) => world.tampered.add(id));
    fireEvent.click(screen.getByRole('button', { name: 'Verify in this browser' }));
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toMatch(/Verification failed/);
    expect(alert.textContent).toMatch(/Do not rely on this entry/);
    expect(screen.getByRole('button', { name: 'Copy evidence of the failure' })).not.toBeNull();
    expect(screen.queryByText(/Proven:/)).toBeNull();
  });

  it('waits for the next checkpoint by itself', async () => {
    const { world } = await openEntry((prepared) => (prepared.log.published = 0));
    fireEvent.click(screen.getByRole('button', { name: 'Verify in this browser' }));
    await screen.findByText(/Pending: the next checkpoint/);
    world.log.publish();
    await screen.findByText(/Proven: exactly these bytes/, undefined, { timeout: 8_000 });
  });
});

function deniedEntry(world = storyWorld()): string {
  return String(world.log.entries[1]?.['id']);
}

async function openEntry(
  prepare: (world: ReturnType<typeof storyWorld>, id: string) => void = () => undefined,
) {
  const world = storyWorld();
  const id = deniedEntry(world);
  prepare(world, id);
  const shown = renderScreen(`/evidence/${id}`, AUDE, undefined, world);
  await screen.findByRole('button', { name: 'Verify in this browser' });
  return shown;
}
