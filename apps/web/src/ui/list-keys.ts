import { useEffect, type RefObject } from 'react';
import { useShortcut } from '../shell/shortcuts.js';
import { returnFocus } from './focus-return.js';

/**
 * `j` and `k` move the focus over the rows (`data-row-id`) inside `list`, `o` opens one; Enter is the browser's own. When the person comes
 * back from a row, the focus returns to it as soon as it is there (`rows` are their ids); a
 * list that only accompanies its open row has no `listPath`.
 */
export function useListKeys(
  list: RefObject<HTMLElement | null>,
  listPath: string | undefined,
  rows: readonly string[],
): void {
  useShortcut('j', () => moveFocus(list.current, 1));
  useShortcut('k', () => moveFocus(list.current, -1));
  useShortcut('o', () => openFocused(list.current));
  const key = rows.join(' ');
  useEffect(() => {
    if (listPath !== undefined && key !== '') returnFocus(listPath, list.current);
  }, [list, listPath, key]);
}

function openFocused(list: HTMLElement | null): void {
  const row = document.activeElement;
  if (row instanceof HTMLElement && row.matches('[data-row-id]') && list?.contains(row))
    row.click();
}

function moveFocus(list: HTMLElement | null, by: 1 | -1): void {
  const rows = [...(list?.querySelectorAll<HTMLElement>('[data-row-id]') ?? [])];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = at === -1 && by === -1 ? rows.length - 1 : at + by;
  rows[next]?.focus();
}
