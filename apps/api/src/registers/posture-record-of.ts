import type { DeviceDefinition } from '@sallyport/contracts';
import type { PostureRecord } from '@sallyport/risk';

/** A device's row: what was reported, and by whom. The moment of the check has a column of its own. */
export interface StoredDevice extends Omit<DeviceDefinition, 'id' | 'checkedAt'> {
  /** `directory`, or the actor that reported it. */
  readonly source: string;
  /** Set where the directory says how long before the apply it was checked, so that the directory can be written back. */
  readonly checkedAgoSeconds?: number;
}

export function postureRecordOf(
  id: string,
  device: StoredDevice,
  checkedAtMs: number,
): PostureRecord {
  const { owner, checkedAgoSeconds: _, ...reported } = device;
  const record = { deviceId: id, ...reported, checkedAtMs };
  return owner === undefined ? record : { ...record, ownerId: owner.id };
}

/** Epoch ms of a definition's check, seen from `nowMs`. */
export function checkedAtMs(
  { checkedAt }: Pick<DeviceDefinition, 'checkedAt'>,
  nowMs: number,
): number {
  return 'atMs' in checkedAt ? checkedAt.atMs : nowMs - checkedAt.agoSeconds * 1000;
}
