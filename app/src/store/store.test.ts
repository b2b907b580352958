import { describe, expect, it } from 'vitest';
import spec from '../../../spec/sync/entities.json' with { type: 'json' };
import { PROMISES } from './contract.ts';
import { ENTITY_NAMES, FIELDS } from './entities.ts';
import { openNode } from './node.ts';
import { storageProblem } from './problems.ts';
import { columnsOf, migrate, NewerLayout } from './schema.ts';
import { parameterNames } from './sql.ts';

describe('the port over node:sqlite', () => {
  for (const [promise, keep] of Object.entries(PROMISES)) {
    it(promise, () => {
      const port = openNode();
      keep(port);
      port.close();
    });
  }
});

describe('the device tables', () => {
  it('have the columns of spec/sync/entities.json', () => {
    const port = openNode();
    migrate(port);
    for (const [entity, { fields }] of Object.entries(spec.entities)) {
      const columns = port.rows(`SELECT name FROM pragma_table_info('${entity}')`).map(([name]) => name);
      expect(columns).toEqual(['book_id', 'id', 'ver', 'deleted', ...Object.keys(fields), 'extra']);
    }
    expect(ENTITY_NAMES.every((entity) => columnsOf(entity).length === Object.keys(FIELDS[entity]).length + 4)).toBe(true);
    port.close();
  });
});

describe('parameters', () => {
  it('are found outside of text, names and comments', () => {
    expect(parameterNames(`SELECT ':a', ":b", :c, 'it''s :d', :c2 /* :e */ -- :f\n, :c`)).toEqual(['c', 'c2']);
  });
});

describe('trouble with storage', () => {
  it.each([
    [new NewerLayout('x'), 'storage_newer'],
    [new Error('SQLITE_FULL: sqlite3 result code 13: database or disk is full'), 'storage_full'],
    [new DOMException('x', 'QuotaExceededError'), 'storage_full'],
    [new DOMException('x', 'NoModificationAllowedError'), 'storage_busy'],
    [new DOMException('Security error when calling GetDirectory', 'SecurityError'), 'storage_unavailable'],
    [new Error('SQLITE_NOTADB: file is not a database'), 'storage_unreadable'],
    [new Error('other'), 'storage_failed']
  ])('%s is said in words', (error, code) => {
    const problem = storageProblem(error);
    expect(problem.code).toBe(code);
    expect(problem.message).toMatch(/[.)]$/);
  });
});
