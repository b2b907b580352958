/** The preview of an import as the server sends it (server/outlay/importing/preview.py says the same). */
import type { AccountKind } from '$src/outlay';

export interface ImportQuestion {
  name: string;
  ask: string;
  /** Of `columns` the value is an object: what each column is. */
  choices: { value: string | number | boolean | Record<string, number>; label: string }[];
  /** The account in the file that it is about. */
  account: string | null;
  /** What of the file it is about, as it stands there. */
  about?: string | null;
}

export interface SourceAccount {
  key: string;
  name: string;
  kind: AccountKind | null;
  currency: string | null;
  rows: number;
  account_id: string | null;
  new: { name: string } | null;
  suggestions: string[];
}

export interface PreviewRow {
  index: number;
  line: number;
  day: string | null;
  /** As the file has it, while its currency is not known. */
  amount: string | null;
  amount_minor: number | null;
  currency: string | null;
  payee: string | null;
  note: string | null;
  state: 'new' | 'present' | 'possible' | 'faulty';
  selected: boolean;
  problem: { code: string; detail: string } | null;
}

export interface Preview {
  id: string;
  format: string;
  file_name: string;
  findings: Record<string, unknown>;
  questions: ImportQuestion[];
  accounts: SourceAccount[];
  counts: { rows: number; new: number; present: number; possible: number; faulty: number; skipped: number; selected: number };
  rows: PreviewRow[];
  rows_total: number;
}

export interface PastImport {
  id: string;
  status: 'preview' | 'done' | 'undone';
  format: string;
  created_at_ms: number;
  done_at_ms: number | null;
  count: number | null;
  file_name: string;
}

export interface Committed {
  import_id: string;
  created: number;
  present: number;
  possible: number;
  faulty: number;
}
