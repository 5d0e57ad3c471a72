import type { Indexes, Lists } from './indexes.js';
import type { PendingChanges, PendingFact } from './pending-changes.js';

/** The indexes as they are once every pending change is made: what is read is settled first. The entity store settles for itself. */
export function settlingIndexes(made: Indexes, pending: PendingChanges): Indexes {
  return {
    entities: {
      store: made.entities.store,
      change: (ref, record) => {
        pending.settleEntity(ref);
        made.entities.change(ref, record);
      },
    },
    devices: {
      ...settling('device', made.devices, pending),
      get size() {
        return made.devices.size;
      },
      get: (id) => {
        pending.settleItem('device', id);
        return made.devices.get(id);
      },
    },
    consents: settling('consent', made.consents, pending),
    grants: settling('grant', made.grants, pending),
    places: made.places,
  };
}

function settling<V>(kind: PendingFact['kind'], made: Lists<V>, pending: PendingChanges): Lists<V> {
  return {
    get size() {
      return made.size;
    },
    list: (owner, ownerKind) => {
      pending.settleListsOf(kind, owner);
      return made.list(owner, ownerKind);
    },
    put: (id, value, ownerKind) => {
      pending.settleItem(kind, id);
      made.put(id, value, ownerKind);
    },
    delete: (id) => {
      pending.settleItem(kind, id);
      made.delete(id);
    },
    ownerOf: (id) => made.ownerOf(id),
    entries: (ownerKind) => {
      pending.settleAll(kind);
      return made.entries(ownerKind);
    },
  };
}
