/** What jsdom lacks and the console's libraries expect of a browser. Imported before anything else in component specs. */
import { jest } from '@jest/globals';
import { TextDecoder, TextEncoder } from 'node:util';

Object.assign(globalThis, { TextDecoder, TextEncoder });

window.matchMedia = (media) =>
  ({
    media,
    matches: media.includes('prefers-reduced-motion'),
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
    dispatchEvent: () => false,
    onchange: null,
  }) satisfies MediaQueryList;

window.ResizeObserver = class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};

Object.assign(document, {
  fonts: { addEventListener: () => undefined, removeEventListener: () => undefined },
});

window.scrollTo = () => undefined;
Element.prototype.scrollIntoView = () => undefined;
window.CSS ??= { escape: (text: string) => text } as typeof CSS;
jest.setTimeout(40_000);
