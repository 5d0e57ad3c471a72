import type { Demo } from './demo.js';

/** An entry of acme's log as the API lists it. */
export interface Listed {
  readonly index: number;
  readonly summary: string;
  readonly published: boolean;
  readonly entry: {
    readonly id: string;
    readonly type: string;
    readonly time: string;
    readonly reason?: string;
    readonly tokenId?: string;
    readonly grantId?: string;
    readonly grants?: readonly string[];
    readonly durationSeconds?: number;
    readonly endsAt?: string;
  };
}

/** Entries that a filter selects, newest first. */
export async function entriesOf(
  { client, adminToken }: Pick<Demo, 'client' | 'adminToken'>,
  filter: Readonly<Record<string, string>>,
): Promise<readonly Listed[]> {
  const query = new URLSearchParams({ limit: '200', ...filter }).toString();
  const { entries } = await client.ok<{ entries: readonly Listed[] }>(
    'GET',
    `/v1/tenants/acme/entries?${query}`,
    { key: adminToken },
  );
  return entries;
}
