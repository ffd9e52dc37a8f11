"""How much of real pages is read rightly, and at what cost, by us and by peers over the same pages in one run.

    python benchmarks/extract.py [FOLDER]

FOLDER holds labelled pages and their manifest.jsonl. Accuracy is by the rules of the scorer that comes with them
(per field: right answers and right silences of all labels, in per cent). Time is of each page the best of some turns,
all readers taking turns on every page, so that all see the same machine. It is told in milliseconds and, page by
page, as a multiple of selectolax's own parse of that page, which finds nothing: the machine's speed cancels out.

The C library is told to keep the memory of one page for the next. Else it may give it back, or may not, by how the
heap happens to lie, and the parser, which takes the most, is twice as fast in one run as in another.
"""

import ctypes
import importlib.util
import io
import json
import sys
import warnings
from collections import Counter, defaultdict
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from statistics import mean, median
from types import ModuleType

from peers import FIELDS, Answers, Reader, here, metafresh, parse_only, readers
from rich.console import Console
from rich.table import Table

TURNS = 2
IN_A_ROW = 7  # the first reads after another reader find cold caches, which is the other's doing
SLOW_SECONDS = 0.01  # what takes longer is little disturbed: once a turn is enough
WARM_UP_PAGES = 30
PARSE = "selectolax, parse only"
OURS = "metafresh"
SHARED = Path(__file__).resolve().parents[2] / "shared"

# <malloc.h>: from which size on blocks are the kernel's own, and how much free memory is kept; 32 MiB is the most.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
KEPT_BYTES = 32 * 1024 * 1024

Pages = list[tuple[Answers, bytes]]
Times = dict[str, list[float]]


def measured(extractors: dict[str, Reader], pages: Pages) -> tuple[Times, dict[str, dict[str, Answers]]]:
    """Of each reader the best seconds of each page, in their order, and what it answered, by page."""
    for row, page in pages[:WARM_UP_PAGES]:  # allocators, lazy imports, just-in-time compilers
        for read in extractors.values():
            read(page, row["url"])
    times: Times = {name: [] for name in extractors}
    answers: dict[str, dict[str, Answers]] = defaultdict(dict)
    for row, page in pages:
        best = dict.fromkeys(extractors, float("inf"))
        for _ in range(TURNS):
            for name, read in extractors.items():
                for _ in range(IN_A_ROW if best[name] < SLOW_SECONDS else 1):
                    reading = read(page, row["url"])
                    best[name] = min(best[name], reading.seconds)
                    if reading.answers is not None:
                        answers[name][row["id"]] = reading.answers | {"id": row["id"]}
        for name, seconds in best.items():
            times[name].append(seconds)
    return times, answers


def accuracy(pages: Pages, answers: dict[str, dict[str, Answers]], names: list[str], scorer: ModuleType) -> Table:
    table = Table(title=f"{len(pages)} pages, exact in per cent")
    for heading in ("", *FIELDS, "failed pages"):
        table.add_column(heading.replace("_", " "), justify="right" if heading else "left")
    for name in names:
        tally, _ = scorer.score([row for row, _ in pages], answers[name])
        exact = [share(tally.get(field)) for field in FIELDS]
        table.add_row(name, *exact, str(len(pages) - len(answers[name])))
    return table


def share(count: Counter[str] | None) -> str:
    """Right answers and right silences of a field, in per cent; a reader that never answers does not read it."""
    return f"{100 * count['exact'] / count['labels']:.1f}" if count and count["answered"] else "-"


def cost(times: Times) -> Table:
    table = Table(title="time a page, and as a multiple of selectolax's parse of that page")
    for heading in ("", "ms, median", "ms, mean", "× parse, median", "× parse, mean", "× ours, median", "× ours, mean"):
        table.add_column(heading, justify="right" if heading else "left")
    ratios = {
        name: [one / other for one, other in zip(seconds, times[PARSE], strict=True)] for name, seconds in times.items()
    }
    ours = ratios[OURS]
    for name, seconds in times.items():
        row = [1000 * median(seconds), 1000 * mean(seconds), median(ratios[name]), mean(ratios[name])]
        row += [median(ratios[name]) / median(ours), mean(ratios[name]) / mean(ours)]
        table.add_row(name, *(f"{figure:.2f}" for figure in row))
    return table


def keep_memory() -> None:
    """As the module says; only glibc has to be told."""
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        for threshold in (M_TRIM_THRESHOLD, M_MMAP_THRESHOLD):
            mallopt(threshold, KEPT_BYTES)


def scorer_beside(folder: Path) -> ModuleType | None:
    path = folder.parents[1] / "tools" / "score_pages.py"
    spec = importlib.util.spec_from_file_location("score_pages", path) if path.is_file() else None
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    keep_memory()
    console = Console(width=140)
    folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else SHARED / "corpus" / "pages"
    manifest = folder / "manifest.jsonl"
    scorer = scorer_beside(folder)
    if not manifest.is_file() or scorer is None:
        console.print(f"skipped: {folder} holds no manifest.jsonl, or ../../tools/score_pages.py is not beside it")
        return
    rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines() if line.strip()]
    pages = [(row, (folder / row["file"]).read_bytes()) for row in rows]
    extractors = {PARSE: here(parse_only), OURS: here(metafresh)}
    for name, read in readers():
        if isinstance(read, str):
            console.print(f"left out: {name}, {read}")
        else:
            extractors[name] = read
    warnings.simplefilter("ignore")
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):  # peers chat
        times, answers = measured(extractors, pages)
    console.print(accuracy(pages, answers, [name for name in extractors if name != PARSE], scorer))
    console.print(cost(times))


if __name__ == "__main__":
    main()
