import type { PostureRecord } from '@sallyport/risk';
import type { DeviceIndex } from '../indexes.js';
import type { PartialLists } from './partial-lists.js';

/** Devices by id, as decisions ask for them, and by owner, as screens do. */
export class PartialDevices implements DeviceIndex {
  constructor(
    private readonly byId: PartialLists<PostureRecord>,
    private readonly byOwner: PartialLists<PostureRecord>,
  ) {}

  get size(): number {
    return this.byId.size;
  }

  get(id: string): PostureRecord | undefined {
    return this.byId.list(id)[0];
  }

  list(owner: string): readonly PostureRecord[] {
    return this.byOwner.list(owner);
  }

  entries(): Iterable<readonly [owner: string, records: readonly PostureRecord[]]> {
    return this.byOwner.entries();
  }

  put(id: string, record: PostureRecord): void {
    this.byId.put(id, record);
    this.byOwner.put(id, record);
  }

  delete(id: string): void {
    this.byId.delete(id);
    this.byOwner.delete(id);
  }

  ownerOf(id: string): string | undefined {
    return this.byOwner.ownerOf(id);
  }
}
