"""Reports by category: where money goes or comes from, and how that changes."""

from outlay.kernel.money import allocate
from outlay.reports import shapes
from outlay.reports.book import Book
from outlay.reports.flows import WHOLE_BP
from outlay.reports.shapes import Amount
from outlay.reports.sums import Sums


def allocation(book: Book) -> shapes.Allocation:
    """Every top category with its subcategories in it, and its share of the whole."""
    flow = book.ask.flow or "expense"
    by_top: dict[str, dict[str, Sums]] = {}
    for cell in book.reader.cells("category", book.whole()):
        under = by_top.setdefault(book.parents.get(cell.part, cell.part), {})
        under.setdefault(cell.part, book.values.sums()).add(cell)
    whole = {top: book.together(list(under.values())) for top, under in by_top.items()}
    amounts = {top: book.values.amount(sums, flow) for top, sums in whole.items()}
    order = _largest_first(amounts)
    rows = []
    for top, share_bp in zip(order, _shares(WHOLE_BP, [amounts[top] for top in order]), strict=True):
        children = _children(book, top, by_top[top], flow, share_bp)
        rows.append(shapes.Allocated(top or None, share_bp, amounts[top], children))
    together = book.together(list(whole.values()))
    return shapes.Allocation(
        flow=flow,
        total=book.values.amount(together, flow),
        categories=rows,
        **book.header(together),
    )


def _children(book: Book, top: str, under: dict[str, Sums], flow: str, share_bp: int) -> list[shapes.Slice]:
    if list(under) == [top]:
        return []
    amounts = {key: book.values.amount(sums, flow) for key, sums in under.items()}
    order = _largest_first(amounts)
    shares = _shares(share_bp, [amounts[key] for key in order])
    return [shapes.Slice(key or None, share, amounts[key]) for key, share in zip(order, shares, strict=True)]


def _largest_first(amounts: dict[str, Amount]) -> list[str]:
    return sorted(amounts, key=lambda key: (-amounts[key].base_minor, key))


def _shares(whole_bp: int, amounts: list[Amount]) -> list[int]:
    """Basis points that sum to the whole (largest remainder); zeros when nothing has a base value."""
    weights = [amount.base_minor for amount in amounts]
    return allocate(whole_bp, weights) if any(weights) else [0] * len(weights)


def trend_by_category(book: Book) -> shapes.TrendByCategory:
    """A series per top category; of an asked category one for itself and one per subcategory."""
    flow, buckets = book.ask.flow or "expense", book.cut(book.ask.bucket)
    parents = {} if book.ask.category else book.parents
    by: dict[str, list[Sums]] = {}
    for cell in book.reader.cells("category", buckets):
        key = parents.get(cell.part, cell.part)
        if key not in by:
            by[key] = [book.values.sums() for _ in buckets.spans]
        by[key][cell.bucket].add(cell)
    whole = {key: book.together(points) for key, points in by.items()}
    amounts = {key: book.values.amount(sums, flow) for key, sums in whole.items()}
    series = [
        shapes.Series(key or None, amounts[key], [book.values.amount(point, flow) for point in by[key]])
        for key in _largest_first(amounts)
    ]
    columns = [book.together([points[i] for points in by.values()]) for i in range(len(buckets.spans))]
    together = book.together(columns)
    return shapes.TrendByCategory(
        bucket=book.ask.bucket,
        flow=flow,
        buckets=[shapes.Span(*span) for span in buckets.spans],
        series=series,
        total=book.values.amount(together, flow),
        points=[book.values.amount(column, flow) for column in columns],
        **book.header(together),
    )
