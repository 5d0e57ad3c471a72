/** Arguments of every keyset-paged field. */
export interface PageArgs {
  readonly first: number;
  readonly after?: string | null;
}

/** One page of the items, each as it is shown. */
export function paged<Item, Node>(
  items: readonly Item[],
  { first, after }: PageArgs,
  show: (item: Item) => Node,
) {
  const start = after ? Number(after) : 0;
  const end = start + first;
  return {
    nodes: items.slice(start, end).map(show),
    nextCursor: end < items.length ? String(end) : null,
  };
}
