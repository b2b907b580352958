/** What travels between this device and the server (SYNC 2.4, 2.7, 2.8): the shapes of server/outlay/sync/wire.py. */
import type { EntityName } from '../store/entities.ts';
import type { Table } from '../store/table.ts';

export interface Op {
  e: EntityName;
  id: string;
  k: 'create' | 'set' | 'inc' | 'delete' | 'restore';
  f?: Record<string, unknown>;
  into?: string | null;
  unlock?: boolean;
}

export interface Mutation {
  seq: number;
  mid: string;
  /** The version this device had read when the change was made. */
  base: number;
  /** Milliseconds since the epoch by this device's clock. */
  made_at: number;
  name: string;
  ops: Op[];
}

export interface PushRequest {
  epoch: string;
  device: string;
  name?: string;
  schema: number;
  sent_at: number;
  cursor: string;
  last_ack: number;
  limit: number;
  mutations: Mutation[];
}

/** entity, id, version, deleted, fields. */
export type WireRow = [string, string, number, boolean, Record<string, unknown>];

/** seq, mutation id, status, version, result. */
export type WireAck = [number, string, string, number, unknown];

export interface Page {
  epoch: string;
  from: string;
  to: string;
  head: number;
  more: boolean;
  rows: WireRow[];
  acks: WireAck[];
  time: number;
  /** What the person may do in the book now. */
  role?: 'owner' | 'editor' | 'viewer' | null;
}

export interface PushResponse {
  results: { seq: number; mid: string; status: string; ver: number; result: unknown }[];
  stop: 'gap' | 'forked' | null;
  page: Page;
}

export interface SnapshotPage {
  epoch: string;
  /** `after` of the page before. */
  from: string | null;
  v0: number;
  /** By entity: id, ver and its fields, as the server holds them. */
  tables: Record<string, Table>;
  after: string | null;
  more: boolean;
  total: number;
}

export interface Digest {
  ver: number;
  tables: Record<string, { count: number; xor: string }>;
}

/** The version part of a cursor `VER:ID`. */
export function versionOf(cursor: string | null): number {
  return cursor === null ? 0 : Number.parseInt(cursor, 10);
}

/** The cursor of someone who has read every row up to a version. */
export function cursorAt(version: number): string {
  return `${version}:~`;
}
