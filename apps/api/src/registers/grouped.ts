/** Values by id that are also listed by group; reading a group allocates nothing. */
export class Grouped<V> {
  private readonly byId = new Map<
    string,
    { readonly group: string | undefined; readonly value: V }
  >();
  private readonly groups = new Map<string, Map<string, V>>();
  private readonly lists = new Map<string, readonly V[]>();

  get(id: string): V | undefined {
    return this.byId.get(id)?.value;
  }

  list(group: string): readonly V[] {
    const known = this.lists.get(group);
    if (known) return known;
    const members = this.groups.get(group);
    if (!members) return NOTHING;
    const list = [...members.values()];
    this.lists.set(group, list);
    return list;
  }

  put(id: string, group: string | undefined, value: V): void {
    this.delete(id);
    this.byId.set(id, { group, value });
    if (group === undefined) return;
    this.lists.delete(group);
    const members = this.groups.get(group);
    if (members) members.set(id, value);
    else this.groups.set(group, new Map([[id, value]]));
  }

  delete(id: string): void {
    const group = this.byId.get(id)?.group;
    this.byId.delete(id);
    if (group === undefined) return;
    this.lists.delete(group);
    const members = this.groups.get(group);
    members?.delete(id);
    if (members?.size === 0) this.groups.delete(group);
  }

  values(): V[] {
    return [...this.byId.values()].map(({ value }) => value);
  }
}

const NOTHING: readonly never[] = [];
