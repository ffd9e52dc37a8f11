"""What half a megabyte of malice costs, kind by kind, the worst first.

    python benchmarks/hostile.py [WORD ...]

Each kind of page whose name holds one of the words (default: all) is read at 125, 250 and 500 KB, each in a process of
its own under limits. "×" is by how much the time grew from the smallest to the largest: about 4 is linear, 8 is n√n,
16 is quadratic. Exits with 1 when a page takes more than 0.5 s or 50 MB, says nonsense, or costs so much more than
linear time that it will soon. Other work on the machine only ever adds to a time: what is suspected is measured again,
and of each size the least counts.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.confined import Cost, Reader
from tests.hostile import KINDS

SIZES = (125_000, 250_000, 500_000)
ROUNDS = 3
MOST_SECONDS, MOST_MEGABYTES = 0.5, 50
FURTHER_TRIES = 6
MOST_GROWTH = 6  # over both doublings; caches that overflow and honest logarithms stay below
LEAST_SECONDS = 0.02  # growth of less is noise
SHOWN = 25


@dataclass(frozen=True, slots=True)
class Row:
    """A kind with what it cost at each size; None where its process died."""

    kind: str
    costs: tuple[Cost | None, ...]

    @property
    def seconds(self) -> float:
        last = self.costs[-1]
        return last.seconds if last else float("inf")

    @property
    def growth(self) -> float:
        first = self.costs[0]
        return self.seconds / first.seconds if first else float("inf")

    @property
    def why(self) -> str:
        """What is wrong with it; "" if nothing is."""
        last = self.costs[-1]
        if last is None:
            return "it raised, or a limit ended it"
        if last.faults:
            return last.faults[0]
        if self.seconds > MOST_SECONDS or last.megabytes > MOST_MEGABYTES:
            return "too dear"
        return "more than linear" if self.seconds > LEAST_SECONDS and self.growth > MOST_GROWTH else ""


def measured(reader: Reader, kind: str) -> Row:
    """The costs of a kind, measured until nothing is wrong with it or it has had its tries."""
    row = Row(kind, tuple(reader.read(kind, size, rounds=ROUNDS) for size in SIZES))
    for _ in range(FURTHER_TRIES):
        if not row.why:
            break
        again = [reader.read(kind, size, rounds=ROUNDS) for size in SIZES]
        row = Row(kind, tuple(map(lesser, row.costs, again)))
    return row


def lesser(one: Cost | None, other: Cost | None) -> Cost | None:
    """The least of each that two measurements of a page found; a process that died once, or nonsense, is no noise."""
    if not one or not other:
        return None
    faults = one.faults or other.faults
    return Cost(min(one.seconds, other.seconds), min(one.megabytes, other.megabytes), faults)


def shown(rows: list[Row]) -> Table:
    table = Table(title=f"{len(rows)} kinds of hostile pages; the worst {min(SHOWN, len(rows))}, and what is wrong")
    for heading in ("", *(f"ms, {size // 1000} KB" for size in SIZES), "×", "MB", ""):
        table.add_column(heading, justify="right" if heading else "left")
    for number, row in enumerate(sorted(rows, key=lambda row: row.seconds, reverse=True)):
        if number < SHOWN or row.why:
            last = row.costs[-1]
            times = [f"{cost.seconds * 1000:.0f}" if cost else "-" for cost in row.costs]
            table.add_row(row.kind, *times, f"{row.growth:.1f}", f"{last.megabytes:.0f}" if last else "-", row.why[:60])
    return table


def main() -> None:
    words = sys.argv[1:] or [""]
    reader = Reader()
    rows = [measured(reader, kind) for kind in KINDS if any(word in kind for word in words)]
    reader.close()
    Console(width=140).print(shown(rows), markup=False)
    sys.exit(any(row.why for row in rows))


if __name__ == "__main__":
    main()
