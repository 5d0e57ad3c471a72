import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { axeFindings, sidewaysScroll } from '../../apps/web/test-support/axe.js';
import { press, signInByKeyboard, tabTo, type } from './accessibility/keyboard.js';
import { SCREENS, type World } from './accessibility/screens.js';
import { makeWorld } from './accessibility/world.js';
import { ConsoleBrowser, type Screen } from './support/console-browser.js';
import { type Demo, type PersonName, startDemo } from './support/demo.js';
import { Leftovers } from './support/leftovers.js';
import { describeDriving } from './support/needs.js';
import { resize, SCHEMES, showIn, snapshot } from './support/pictures.js';

// A start may have to build first.
jest.setTimeout(240_000);

describeDriving('chromium', 'the console, for everybody', (chromium) => {
  const leftovers = new Leftovers();
  const screens = new Map<PersonName | undefined, Screen>();
  let demo: Demo;
  let browser: ConsoleBrowser;
  let world: World;

  beforeAll(async () => {
    demo = leftovers.keep(await startDemo());
    browser = leftovers.keep(await ConsoleBrowser.launch(demo, chromium));
    world = await makeWorld(demo);
  });
  afterAll(() => leftovers.stop());

  const screenOf = async (who: PersonName | undefined): Promise<Screen> => {
    const screen =
      screens.get(who) ?? (await (who === undefined ? browser.open() : browser.signIn(who)));
    screens.set(who, screen);
    return screen;
  };

  it.each(SCREENS)(
    '$name has no axe finding in light or dark, fits 320 px with nothing cut off, and the browser has no complaint',
    async ({ name, who, path, arrive }) => {
      const { page, complaints } = await screenOf(who);
      const before = complaints.length;
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(`${demo.url}${path(world)}`);
      await arrive(page);
      for (const scheme of SCHEMES) {
        await showIn(page, scheme);
        expect({ scheme, findings: await axeFindings(page) }).toEqual({ scheme, findings: [] });
        await snapshot(page, `screen-${name}-${scheme}`);
      }
      await resize(page, { width: 320, height: 640 });
      const narrow = {
        sideways: await sidewaysScroll(page),
        cut: await page.evaluate(findCutText),
      };
      await snapshot(page, `screen-${name}-narrow`);
      await resize(page, { width: 1280, height: 860 });
      expect(narrow).toEqual({ sideways: 0, cut: [] });
      expect(await page.evaluate(findCutText)).toEqual([]);
      for (const navigation of await page.getByRole('navigation').all())
        expect(await navigation.locator('[aria-current]').count()).toBeLessThanOrEqual(1);
      expect(complaints.slice(before)).toEqual([]);
    },
  );

  it('takes a request from sign-in to approval without a mouse', async () => {
    const reason = 'Asked with nothing but a keyboard';
    const { page: dana } = await browser.open();
    await signInByKeyboard(dana, demo.person('dana'));
    await press(dana, dana.getByRole('link', { name: 'Ask for access' }));
    await type(dana, dana.getByLabel('For how long'), '20 min');
    await type(dana, dana.getByLabel('Reason'), reason);
    await press(dana, dana.getByRole('button', { name: 'Submit request' }));
    await dana.getByText('You asked for this. Two-person rule.').waitFor();

    const { page: omar } = await browser.open();
    await signInByKeyboard(omar, demo.person('omar'));
    const row = omar.getByRole('listitem').filter({ hasText: reason });
    await press(omar, row.getByRole('link'));
    await tabTo(omar, omar.getByRole('radio', { name: 'Deny' }));
    await omar.keyboard.press('ArrowDown');
    await type(omar, omar.getByLabel('Approve for'), '10 min');
    await type(omar, omar.getByLabel('Reason for your answer'), 'Reviewed with a keyboard');
    await press(omar, omar.getByRole('button', { name: 'Approve prod-db-reader for 10 min' }));
    await omar.getByText('The request is approved').waitFor();
    await dana.getByText('The request is approved').waitFor();
  });

  it('shows where the keyboard is, wherever it goes', async () => {
    const { page } = await screenOf('omar');
    await page.goto(`${demo.url}/requests`);
    await page.getByRole('list', { name: 'Access requests' }).waitFor();
    for (let tabs = 0; tabs < 20; tabs += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(describeFocus)).toMatchObject({ isShown: true });
    }
  });
});

/** Runs in the page: what has the focus, and whether an outline says so, its own or one drawn around its row. */
function describeFocus(): { readonly what: string; readonly isShown: boolean } {
  const focused = document.activeElement ?? document.body;
  const isShown = [null, '::after'].some((part) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(focused, part);
    return outlineStyle !== 'none' && outlineWidth !== '0px';
  });
  return { what: focused.outerHTML.slice(0, 120), isShown: isShown || focused === document.body };
}

/** Runs in the page: texts of which a part can't be seen, not even by scrolling. */
function findCutText(): readonly string[] {
  return Array.from(document.querySelectorAll<HTMLElement>('body *'))
    .filter((element) => {
      const { overflowX, position } = getComputedStyle(element);
      const isHidden = position === 'absolute' && element.clientWidth <= 1;
      const isClipped = overflowX === 'hidden' || overflowX === 'clip';
      const isCut = isClipped && !isHidden && element.scrollWidth > element.clientWidth + 1;
      return isCut && element.innerText !== '';
    })
    .map(({ innerText, outerHTML }) => `${innerText.slice(0, 60)} in ${outerHTML.slice(0, 80)}`);
}
