/** How the log's key compares with the one that this browser saw first. */
export type KeyMemory =
  | { readonly state: 'first-seen' }
  | { readonly state: 'same'; readonly since: string }
  | { readonly state: 'changed'; readonly since: string; readonly before: string };

type Store = Pick<Storage, 'getItem' | 'setItem'>;

/**
 * Remembers the first key of each log in this browser. The key comes from the same server as the proof, so on its own it
 * shows little; a key that changes between visits is worth a question.
 */
export function rememberKey(store: Store, origin: string, vkey: string, nowIso: string): KeyMemory {
  const name = `sallyport-log-key ${origin}`;
  const [before, since] = (store.getItem(name) ?? '').split(' ');
  if (before === undefined || before === '' || since === undefined) {
    store.setItem(name, `${vkey} ${nowIso}`);
    return { state: 'first-seen' };
  }
  return before === vkey ? { state: 'same', since } : { state: 'changed', since, before };
}
