/** The rooms as the core wants them: the ledger's plans and queries, the reports. */
import type { QueryName } from './api.ts';
import { seedOps } from './ledger/defaults.ts';
import { plan } from './ledger/plan.ts';
import { duePlans } from './ledger/posting.ts';
import { isLedgerQuery, query, reads } from './ledger/queries.ts';
import { budgetStates } from './reports/budgets.ts';
import { bookReport, readAhead, READS, type ReportName } from './reports/index.ts';
import { unusualView } from './reports/unusual.ts';
import type { Rooms } from './rooms.ts';

/** What the reports that are no sums read. */
const READ: Partial<Record<QueryName, readonly string[]>> = {
  budgetStates: [...READS, 'budget', 'budget_amount', 'schedule'],
  unusual: ['transaction', 'payee', 'schedule']
};

interface ReportParams {
  name: ReportName;
  params: Record<string, unknown>;
}

export const rooms: Rooms = {
  plan,
  due: ({ port, book_id, today, mint }) => duePlans(port, book_id, today, mint),
  query(name, port, book_id, params, today) {
    if (isLedgerQuery(name)) return query(name, port, book_id, params, today);
    if (name === 'budgetStates') return budgetStates(port, book_id, (params as { day?: string }).day ?? today, today);
    if (name === 'unusual') return unusualView(port, book_id, today);
    const asked = params as ReportParams;
    return bookReport(port, book_id, asked.name, { today, ...asked.params } as Parameters<typeof bookReport>[3]);
  },
  reads: (name: QueryName) => (isLedgerQuery(name) ? reads(name) : (READ[name] ?? READS)),
  ahead: readAhead,
  seed: seedOps
};
