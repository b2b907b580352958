/** What travels between a page and the worker, directly or through the tab that owns it. Types only. */
import type { Problem, Status } from '../api.ts';

export type CallKind = 'query' | 'command' | 'identity' | 'remote' | 'sync' | 'files' | 'lock';

export interface Call {
  tab: string;
  call: number;
  kind: CallKind;
  name: string;
  args: unknown;
  /** The open book as the page knew it: what changes something is refused when another tab has opened another meanwhile. */
  book?: string | undefined;
  /** Minted before the call leaves the page: the same call sent twice is one change. */
  mid: string;
  now_ms: number;
  today: string;
  /** 10 random bytes in hex: the ids of the rows it makes follow from them. */
  seed: string;
}

export type Reply =
  | { tab: string; call: number; data: unknown; reads?: readonly string[] }
  | { tab: string; call: number; problem: Problem };

/** What the worker tells everybody: `files` when the database's own files have come and are open. */
export type News = { news: 'status'; status: Status } | { news: 'changed'; tables: string[] } | { news: 'ready' } | { news: 'files' };

/** Between tabs: a tab asks whether somebody leads; the leader says so and repeats the worker's news. */
export type TabMessage = { hello: string } | { leader: string; status: Status | null } | Call | Reply | News;
