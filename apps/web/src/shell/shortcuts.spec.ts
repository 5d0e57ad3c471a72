import { describe, expect, it } from '@jest/globals';
import { isForField, matchKeys } from './shortcuts.js';

describe('shortcuts', () => {
  it('know a key, the beginning of a sequence, and nothing', () => {
    const known = ['g r', 'j', '?'];
    expect(matchKeys(['j'], known)).toBe('j');
    expect(matchKeys(['g'], known)).toBe('prefix');
    expect(matchKeys(['g', 'r'], known)).toBe('g r');
    expect(matchKeys(['x'], known)).toBeUndefined();
  });

  it('leave keys to fields, to dialogs and to the browser', () => {
    document.body.innerHTML = '<input id="field" /><p id="text"></p>';
    expect(isForField(press('j', 'text'))).toBe(false);
    expect(isForField(press('j', 'field'))).toBe(true);
    expect(isForField(press('j', 'text', { ctrlKey: true }))).toBe(true);
    document.body.insertAdjacentHTML('beforeend', '<div role="dialog"></div>');
    expect(isForField(press('j', 'text'))).toBe(true);
  });
});

function press(key: string, target: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, ...more });
  document.getElementById(target)?.dispatchEvent(event);
  return event;
}
