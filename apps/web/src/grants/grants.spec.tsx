import { describe, expect, it } from '@jest/globals';
import { renderScreen } from '../../test-support/render-screen.js';
import { fireEvent, screen, within } from '@testing-library/react';
import { DANA, OMAR } from '../../test-support/fixture-people.js';
import { FixtureWorld } from '../../test-support/fixture-world.js';
import { describeStates } from '../../test-support/screen-states.js';

describeStates('grants', {
  address: '/grants',
  viewer: OMAR,
  operation: 'Grants',
  data: /Dana holds prod-db-reader/,
  empty: /No grant is live/,
  topic: 'grants',
});

describe('grants', () => {
  it('tick down and end by themselves', async () => {
    const world = new FixtureWorld();
    world.review(OMAR, world.submit(DANA, 600, 'Compare the ledger').id, 'APPROVE', 'fine', 2);
    renderScreen('/grants', OMAR, undefined, world);
    await screen.findByText('Dana holds prod-db-reader');
    await screen.findByText('Dana held prod-db-reader', undefined, { timeout: 15_000 });
    expect(screen.queryByRole('button', { name: /^Revoke/ })).toBeNull();
  });

  it('are revoked in two steps, with a reason', async () => {
    const { asked } = renderScreen('/grants', OMAR);
    fireEvent.click(await screen.findByRole('button', { name: 'Revoke prod-db-reader of Dana' }));
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Revoke prod-db-reader of Dana' }),
    );
    expect(dialog.getByText(/of it would be left. Its tokens stop working at once/)).not.toBeNull();
    fireEvent.click(dialog.getByRole('button', { name: 'Revoke prod-db-reader now' }));
    await dialog.findByText('Say why.');
    expect(asked.some(({ name }) => name === 'Revoke')).toBe(false);
    fireEvent.change(dialog.getByLabelText(/Reason/), {
      target: { value: 'The incident is over' },
    });
    fireEvent.click(dialog.getByRole('button', { name: 'Revoke prod-db-reader now' }));
    await screen.findByText(/No grant is live/);
    expect(asked.find(({ name }) => name === 'Revoke')?.variables).toMatchObject({
      reason: 'The incident is over',
    });
  });

  it('are given back by their holder, who cannot revoke', async () => {
    const { asked } = renderScreen('/grants', DANA);
    fireEvent.click(await screen.findByRole('button', { name: 'Give back prod-db-reader' }));
    expect(screen.queryByRole('button', { name: /^Revoke/ })).toBeNull();
    fireEvent.click(await screen.findByRole('button', { name: 'Give back prod-db-reader now' }));
    await screen.findByText(/No grant is live/);
    expect(asked.some(({ name }) => name === 'GiveBack')).toBe(true);
  });

  it('that are over say when, by whom and why', async () => {
    const { world } = renderScreen('/grants?tab=ended', OMAR, (_fixture, prepared) => {
      const [grant] = prepared.grants;
      if (grant) prepared.end(grant.id, 'revoked', OMAR, 'The incident is over');
    });
    expect(world.grants).toHaveLength(1);
    await screen.findByText(/by omar@acme.example: “The incident is over”/);
  });
});
