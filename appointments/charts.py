"""Where the bars of a chart stand: plain geometry, drawn by templates/admin/_bars.html."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, GAP = 120, 0.2


@dataclass(frozen=True)
class Bar:
    """A rectangle from the base line up; without a value it has no height."""

    x: float
    y: float
    width: float
    height: float
    value: int | None


@dataclass(frozen=True)
class Chart:
    """Bars of equal width, the highest possible one as high as the chart."""

    width: int
    top: int
    bars: tuple[Bar, ...]

    height = HEIGHT


def chart(values: Sequence[int | None], width: int, top: int | None = None) -> Chart:
    """A bar for each value, left to right; `top` is the value of a full bar (default: the highest, at least 1)."""
    top = top or max([1, *(value for value in values if value is not None)])
    step = width / max(len(values), 1)
    bars = []
    for number, value in enumerate(values):
        height = round(HEIGHT * (value or 0) / top, 1)
        left, thick = round(step * (number + GAP / 2), 1), round(step * (1 - GAP), 1)
        bars.append(Bar(left, round(HEIGHT - height, 1), thick, height, value))
    return Chart(width, top, tuple(bars))
