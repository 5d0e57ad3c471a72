/**
 * One transaction of one tenant. Row-level security binds it to that tenant, whatever the statement says.
 * Adapters pass it between stores so that a state change and its log entry commit together.
 */
export interface TenantTx {
  readonly tenantId: string;
  /** Parameterised SQL (`$1`…). `bytea` arrives as Uint8Array, `bigint` as bigint, `jsonb` parsed, `timestamptz` as Date. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}
