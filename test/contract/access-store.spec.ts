import { AccessStoreFake } from '../../apps/api/src/access/access-store.fake.js';
import { PostgresAccessStore } from '../../apps/api/src/adapters/postgres/access/postgres-access-store.js';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { bundleOf, type StoredEntries } from '../../apps/api/src/adapters/postgres/log/segment.js';
import { PostgresAuditLog } from '../../apps/api/src/adapters/postgres/log/postgres-audit-log.js';
import { decodeEntry, decodeEntryBundle } from '@sallyport/audit';
import { createDatabase } from '../support/postgres.js';
import { describeAccessStore } from './access-store.contract.js';

describeAccessStore('AccessStoreFake', () => {
  const store = new AccessStoreFake();
  return Promise.resolve({
    store,
    logged: (tenantId) =>
      Promise.resolve(
        store.logged.filter((line) => line.tenantId === tenantId).map(({ entry }) => entry.type),
      ),
    close: () => Promise.resolve(),
  });
});

describeAccessStore('PostgresAccessStore', async () => {
  const database = await createDatabase();
  const connection = new Database({ url: database.url, poolSize: 4 });
  const log = new PostgresAuditLog(connection);
  for (const tenantId of ['acme', 'other']) {
    await connection.rawTx(tenantId, (tx) =>
      tx.query(`INSERT INTO tenants (id, display_name, settings) VALUES ($1, $1, '{}')`, [
        tenantId,
      ]),
    );
  }
  return {
    store: new PostgresAccessStore(connection, log),
    logged: async (tenantId) => {
      const segments = await connection.rawTx(tenantId, (tx) =>
        tx.query<StoredEntries>(
          'SELECT entries AS packed, unpacked_bytes FROM log_segments ORDER BY first_index',
        ),
      );
      return segments
        .flatMap((segment) => decodeEntryBundle(bundleOf(segment)))
        .map((bytes) => String((decodeEntry(bytes) as { type: unknown }).type));
    },
    close: async () => {
      await log.close();
      await connection.close();
      await database.drop();
    },
  };
});
