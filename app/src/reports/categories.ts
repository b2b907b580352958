/** Reports by category: where money goes or comes from, and how that changes. */
import { allocate } from '../kernel/money.ts';
import type { Book } from './book.ts';
import { WHOLE_BP } from './flows.ts';
import { compare } from './rates.ts';
import type { Allocated, Allocation, Amount, Slice, TrendByCategory } from './shapes.ts';
import type { Sums } from './sums.ts';

type Amounts = Map<string, Amount>;

/** Every top category with its subcategories in it, and its share of the whole. */
export function allocation(book: Book): Allocation {
  const flow = book.ask.flow ?? 'expense';
  const byTop = new Map<string, Map<string, Sums>>();
  for (const cell of book.reader.cells('category', book.whole())) {
    const under = getOr(byTop, book.parents.get(cell.part) ?? cell.part, () => new Map<string, Sums>());
    getOr(under, cell.part, () => book.values.sums()).add(cell);
  }
  const whole = mapped(byTop, (under) => book.together(under.values()));
  const amounts = mapped(whole, (sums) => book.values.amount(sums, flow));
  const categories = shared(WHOLE_BP, amounts).map(
    ([top, slice]): Allocated => ({ ...slice, children: children(book, top, byTop.get(top)!, flow, slice.share_bp) })
  );
  const together = book.together(whole.values());
  return {
    report: 'allocation',
    flow,
    total: book.values.amount(together, flow),
    categories,
    ...book.header(together)
  };
}

function children(book: Book, top: string, under: Map<string, Sums>, flow: string, share: number): Slice[] {
  if (under.size === 1 && under.has(top)) return [];
  return shared(share, mapped(under, (sums) => book.values.amount(sums, flow))).map(([, slice]) => slice);
}

/** Largest first, with basis points that sum to the whole (largest remainder); zeros when nothing has a base value. */
function shared(wholeBp: number, amounts: Amounts): [string, Slice][] {
  const order = largestFirst(amounts);
  const weights = order.map(([, amount]) => amount.base_minor);
  const shares = weights.some((weight) => weight !== 0) ? allocate(wholeBp, weights) : weights.map(() => 0);
  return order.map(([key, sum], index) => [
    key,
    { category_id: key || null, share_bp: shares[index]!, sum }
  ]);
}

function largestFirst(amounts: Amounts): [string, Amount][] {
  return [...amounts].sort(([a, one], [b, other]) => other.base_minor - one.base_minor || compare(a, b));
}

/** A series per top category; of an asked category one for itself and one per subcategory. */
export function trendByCategory(book: Book): TrendByCategory {
  const flow = book.ask.flow ?? 'expense';
  const buckets = book.cut(book.ask.bucket);
  const parents = book.ask.category ? new Map<string, string>() : book.parents;
  const by = new Map<string, Sums[]>();
  for (const cell of book.reader.cells('category', buckets)) {
    const key = parents.get(cell.part) ?? cell.part;
    getOr(by, key, () => buckets.spans.map(() => book.values.sums()))[cell.bucket]!.add(cell);
  }
  const whole = mapped(by, (points) => book.together(points));
  const series = largestFirst(mapped(whole, (sums) => book.values.amount(sums, flow))).map(([key, total]) => ({
    category_id: key || null,
    total,
    points: by.get(key)!.map((point) => book.values.amount(point, flow))
  }));
  const columns = buckets.spans.map((_, index) => book.together([...by.values()].map((points) => points[index]!)));
  const together = book.together(columns);
  return {
    report: 'trend_by_category',
    bucket: book.ask.bucket,
    flow,
    buckets: buckets.spans.map(([from_day, to_day]) => ({ from_day, to_day })),
    series,
    total: book.values.amount(together, flow),
    points: columns.map((column) => book.values.amount(column, flow)),
    ...book.header(together)
  };
}

function mapped<A, B>(from: ReadonlyMap<string, A>, change: (value: A) => B): Map<string, B> {
  return new Map([...from].map(([key, value]) => [key, change(value)]));
}

function getOr<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
