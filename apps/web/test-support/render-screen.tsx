import './dom.js';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { act, configure, render } from '@testing-library/react';
import { Provider } from 'urql';
import { createApiClient } from '../src/graphql.js';
import { createAppRouter } from '../src/router.js';
import { WithSession } from '../src/shell/console.js';
import { LiveContext } from '../src/shell/live-context.js';
import type { LiveEvent, LiveHub, LiveStatus, LiveTopic } from '../src/shell/live-hub.js';
import { cssVariables, theme } from '../src/theme.js';
import { fixtureFetch, type FixtureFetch } from './fixture-fetch.js';
import type { Person } from './fixture-people.js';
import { storyWorld } from './fixture-story.js';
import type { FixtureWorld } from './fixture-world.js';

// The whole page in every message hides what failed; and computing the style of every ancestor takes most of the time.
configure({
  defaultHidden: true,
  getElementError: (message) => new Error(message ?? 'not found'),
  asyncUtilTimeout: 10_000,
});

export interface Screen extends FixtureFetch {
  readonly world: FixtureWorld;
  readonly live: FakeHub;
  /** Path and search of the address. */
  readonly address: () => string;
}

/** Renders the signed-in console at an address, over a world in memory. */
export function renderScreen(
  address: string,
  viewer: Person,
  prepare: (fixture: FixtureFetch, world: FixtureWorld) => void = () => undefined,
  world: FixtureWorld = storyWorld(),
): Screen {
  const fixture = fixtureFetch(world, viewer);
  prepare(fixture, world);
  globalThis.fetch = fixture.fetch;
  const live = new FakeHub();
  const router = createAppRouter(createMemoryHistory({ initialEntries: [address] }));
  render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} env="test">
      <Notifications />
      <Provider value={createApiClient(() => undefined)}>
        <LiveContext value={live}>
          <WithSession leave={() => undefined}>
            <RouterProvider router={router} />
          </WithSession>
        </LiveContext>
      </Provider>
    </MantineProvider>,
  );
  return { ...fixture, world, live, address: () => router.state.location.href };
}

/** A hub that says what a test tells it to say. */
export class FakeHub implements LiveHub {
  readonly #listeners = new Map<LiveTopic, Set<(event: LiveEvent) => void>>();
  readonly #watchers = new Set<() => void>();
  #status: LiveStatus = { state: 'live' };

  on(topic: LiveTopic, listener: (event: LiveEvent) => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  nudge(topic: LiveTopic): void {
    this.emit(topic, {});
  }

  emit(topic: LiveTopic, event: LiveEvent): void {
    act(() => this.#listeners.get(topic)?.forEach((listener) => listener(event)));
  }

  setStatus(status: LiveStatus): void {
    this.#status = status;
    act(() => this.#watchers.forEach((watcher) => watcher()));
  }

  status(): LiveStatus {
    return this.#status;
  }

  onStatus(listener: () => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  start(): () => void {
    return () => undefined;
  }
}
