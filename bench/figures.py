"""What is measured: figures with their aims, rounds that alternate, and the table that a person reads."""

from __future__ import annotations

import operator
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

_HOLDS = {"≥": operator.ge, "≤": operator.le}


@dataclass(frozen=True)
class Figure:
    """One number. `aim` reads "≥ 1.0" or "≤ 16"; `about` says what it was measured against, or how."""

    name: str
    value: float
    unit: str
    aim: str = ""
    about: str = ""

    @property
    def met(self) -> bool | None:
        """None without an aim."""
        if not self.aim:
            return None
        sign, _, limit = self.aim.partition(" ")
        return bool(_HOLDS[sign](self.value, float(limit.replace(",", ""))))

    def as_json(self) -> dict[str, Any]:
        aim = {"aim": self.aim, "met": self.met} if self.aim else {}
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            **aim,
            "about": self.about,
        }


def alternate(rounds: int, **sides: Callable[[], float]) -> dict[str, list[float]]:
    """Runs the sides in turn, so that whatever else the machine does meets all of them. The first round
    warms up and is not counted."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name, side in sides.items():
            value = side()
            if number:
                found[name].append(value)
    return found


def ratio(over: Iterable[float], under: Iterable[float]) -> float:
    """The median of the rounds' ratios."""
    return statistics.median(a / b for a, b in zip(over, under, strict=True))


def table(title: str, figures: Iterable[Figure]) -> str:
    """Aligned lines under a heading."""
    lines = [title]
    for figure in figures:
        met = {None: "", True: "met", False: "MISSED"}[figure.met]
        lines.append(
            f"  {figure.name:<46} {_number(figure.value):>10} {figure.unit:<6} {figure.aim:<10} {met:<7} {figure.about}"
        )
    return "\n".join(line.rstrip() for line in lines)


def _number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"
