let isFirstPage = true;
let opened: { readonly listPath: string; readonly rowId: string } | undefined;

/** Remembers the row that was opened from the list at `listPath`. */
export function rememberOpened(listPath: string, rowId: string): void {
  opened = { listPath, rowId };
}

/** Whether the heading should leave the focus alone: on the first page, or when a row of this list waits for it. */
export function takeFocusReturn(path: string): boolean {
  const leaveAlone = isFirstPage || opened?.listPath === path;
  isFirstPage = false;
  return leaveAlone;
}

/** Focuses the remembered row, once it is there. */
export function returnFocus(listPath: string, list: HTMLElement | null): void {
  if (opened?.listPath !== listPath || list === null) return;
  const row = list.querySelector<HTMLElement>(`[data-row-id="${CSS.escape(opened.rowId)}"]`);
  if (row === null) return;
  opened = undefined;
  row.focus();
}

/** Puts the focus on the headline, when what had it goes away. */
export function focusHeadline(): void {
  document.querySelector<HTMLElement>('h1')?.focus();
}
