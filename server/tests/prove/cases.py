"""Stories with a name: seeds that found something once, told again with each `make test`.

A seed is another story when the stories change. So each names the rule whose removal it notices (`ablations.py`), and
one that does not notice it any more fails: take another seed, or better write a few lines in `directed/`.
"""

from __future__ import annotations

SEEDS: dict[str, tuple[int, int, str]] = {
    "a change is pushed again after its record was collected": (17, 60, "history of collected changes"),
    "a change is pushed again after its record and its row went": (16, 300, "floor of collected tombstones"),
}
"""Name to (seed, steps, rule)."""
