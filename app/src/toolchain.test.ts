// What the other unit tests stand on: a Node that brings SQLite with FTS5.
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';

test('node:sqlite can be imported and knows full-text search', () => {
  const database = new DatabaseSync(':memory:');
  database.exec("CREATE VIRTUAL TABLE note USING fts5(body); INSERT INTO note VALUES ('green tea')");
  const rows = database.prepare("SELECT body FROM note WHERE note MATCH 'tea'").all();
  expect(rows.map((row) => row['body'])).toEqual(['green tea']);
});
