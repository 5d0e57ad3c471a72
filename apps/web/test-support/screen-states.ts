import './dom.js';
import { describe, expect, it } from '@jest/globals';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import type { Person } from './fixture-people.js';
import { FixtureWorld } from './fixture-world.js';
import { renderScreen } from './render-screen.js';

interface StatesOf {
  readonly address: string;
  readonly viewer: Person;
  /** Operation that loads the screen's data. */
  readonly operation: string;
  /** Text that is there when the data is. */
  readonly data: RegExp;
  /** Text that says that there is nothing, in a world where nothing happened. */
  readonly empty?: RegExp;
  /** Topic whose events refetch the screen; without one it is not refetched by events. */
  readonly topic?: 'requests' | 'grants';
}

/** The states that every screen is designed in: loading, data, empty, failed, forbidden, stale. */
export function describeStates(name: string, states: StatesOf): void {
  const { address, viewer, operation, data, empty, topic } = states;
  describe(`states of ${name}`, () => {
    it('shows a skeleton only once loading takes longer than 150 ms', async () => {
      renderScreen(address, viewer, ({ answers }) => answers.set(operation, { kind: 'never' }));
      await waitFor(() => expect(document.querySelector('[aria-busy="true"]')).not.toBeNull());
      expect(screen.queryAllByText('Loading…')).toEqual([]);
      await screen.findAllByText('Loading…');
    });

    it('shows its data under one headline', async () => {
      renderScreen(address, viewer);
      await screen.findAllByText(data);
      expect(screen.getAllByRole('heading', { level: 1 })).toHaveLength(1);
    });

    if (empty !== undefined) {
      it('says what would be here when there is nothing', async () => {
        renderScreen(address, viewer, undefined, new FixtureWorld());
        await screen.findByText(empty);
      });
    }

    it('says what failed, with a trace id to quote, and tries again', async () => {
      const { answers } = renderScreen(address, viewer, (fixture) =>
        fixture.answers.set(operation, {
          kind: 'error',
          code: 'internal',
          message: 'the broker failed; try again',
        }),
      );
      await screen.findByText('the broker failed; try again');
      expect(screen.getByText('trace-4711')).not.toBeNull();
      answers.delete(operation);
      fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
      await screen.findAllByText(data);
    });

    it('says which role is missing and who can give it', async () => {
      renderScreen(address, viewer, ({ answers }) =>
        answers.set(operation, {
          kind: 'error',
          code: 'forbidden',
          message: 'this needs the role auditor',
        }),
      );
      await screen.findByText('this needs the role auditor');
      expect(screen.getByText(/Administrators of this tenant/)).not.toBeNull();
    });

    if (topic !== undefined) {
      it('keeps its data when a refresh fails, and says how old it is', async () => {
        const { answers, live } = renderScreen(address, viewer);
        await screen.findAllByText(data);
        answers.set(operation, { kind: 'unreachable' });
        live.emit(topic, {});
        await screen.findByText(/could not be refreshed/);
        expect(screen.getAllByText(data).length).toBeGreaterThan(0);
      });
    }
  });
}
