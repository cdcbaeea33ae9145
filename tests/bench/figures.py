"""What a benchmark found, beside what it was to reach."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

KB_PER_MB = 1024


def resident(pid: int) -> float:
    """What the process holds in memory now, in MB (proc(5), VmRSS)."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / KB_PER_MB


def seconds(act: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def medians(times: int, *acts: Callable[[], object]) -> list[float]:
    """The median seconds of each act. Runs are interleaved: a busy moment meets all of them; one more to warm up."""
    for act in acts:
        act()
    rounds = [[seconds(act) for act in acts] for _ in range(times)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


@dataclass
class Figures:
    """A table of one benchmark; printed line by line as the figures come in."""

    title: str
    missed: int = field(default=0, init=False)

    def __post_init__(self):
        """Say what is measured."""
        print(f"\n== {self.title}", flush=True)

    def _line(self, what: str, measured: float, unit: str, goal: str, holds: bool) -> None:
        self.missed += not holds
        words = "" if not goal else f"{goal:>12}  {'ok' if holds else 'MISSED'}"
        print(f"{what:<62} {measured:>10.4g} {unit:<8} {words}".rstrip(), flush=True)

    def note(self, what: str, measured: float, unit: str = "") -> None:
        """A figure without a goal: what others are compared with."""
        self._line(what, measured, unit, "", True)

    def at_most(self, what: str, measured: float, limit: float, unit: str = "") -> None:
        """A figure that must not be larger."""
        self._line(what, measured, unit, f"≤ {limit:g}", measured <= limit)

    def at_least(self, what: str, measured: float, limit: float, unit: str = "") -> None:
        """A figure that must not be smaller."""
        self._line(what, measured, unit, f"≥ {limit:g}", measured >= limit)

    def end(self) -> None:
        """Exit 1 when a goal was missed."""
        raise SystemExit(bool(self.missed))
