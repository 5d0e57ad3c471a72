import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { tellAccess } from './story/access.js';
import { tellEvidence } from './story/evidence.js';
import { tellExpiry } from './story/expiry.js';
import { tellFacts } from './story/facts.js';
import type { Cast } from './story/cast.js';
import { ConsoleBrowser } from './support/console-browser.js';
import { startDemo } from './support/demo.js';
import { Gateway } from './support/gateway.js';
import { Leftovers } from './support/leftovers.js';
import { describeDriving } from './support/needs.js';

// A start may have to build first.
jest.setTimeout(240_000);

/** The main job, in order: each chapter goes on where the one before it stopped. */
describeDriving('chromium', 'the story of Dana, Omar and Aude', (chromium) => {
  let cast: Cast;
  const all = () => cast;

  const leftovers = new Leftovers();
  beforeAll(async () => {
    const demo = leftovers.keep(await startDemo());
    const browser = leftovers.keep(await ConsoleBrowser.launch(demo, chromium));
    const gateway = new Gateway(demo, await demo.danasToken());
    const dana = await browser.signIn('dana');
    const omar = await browser.signIn('omar');
    cast = { demo, browser, gateway, dana, omar, tokens: [] };
  });
  afterAll(() => leftovers.stop());

  tellAccess(all);
  tellExpiry(all);
  tellFacts(all);
  tellEvidence(all);

  it('leaves nothing that a browser complains about', () => {
    expect([...cast.dana.complaints, ...cast.omar.complaints]).toEqual([]);
  });
});
