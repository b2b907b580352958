"""Stories with a name: what a seed once found, and schedules that chance rarely meets. `make test` tells them all.

A new failure becomes a case: its seed with the number of steps in SEEDS, or better a few lines in `directed.py`.
"""

from __future__ import annotations

SEEDS: dict[str, tuple[int, int]] = {
    "a parked change is pushed again after its record was collected": (8, 300),
    "a change is pushed again after its record was collected": (7, 300),
    "an undo takes back what was counted": (19, 300),
}
"""Name to (seed, steps)."""
