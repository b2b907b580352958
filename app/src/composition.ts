/** The rooms as the core wants them: the ledger's plans and queries, the reports. */
import type { QueryName } from './api.ts';
import { seedOps } from './ledger/defaults.ts';
import { plan } from './ledger/plan.ts';
import { duePlans } from './ledger/posting.ts';
import { isLedgerQuery, query, reads } from './ledger/queries.ts';
import { bookReport, READS, type ReportName } from './reports/index.ts';
import type { Rooms } from './rooms.ts';

interface ReportParams {
  name: ReportName;
  params: Record<string, unknown>;
}

export const rooms: Rooms = {
  plan,
  due: ({ port, book_id, today, mint }) => duePlans(port, book_id, today, mint),
  query(name, port, book_id, params, today) {
    if (isLedgerQuery(name)) return query(name, port, book_id, params, today);
    const asked = params as ReportParams;
    return bookReport(port, book_id, asked.name, { today, ...asked.params } as Parameters<typeof bookReport>[3]);
  },
  reads: (name: QueryName) => (isLedgerQuery(name) ? reads(name) : READS),
  seed: seedOps
};
