"""How much memory a long backlog takes: all of it is due, and few of its pages are asked for.

    python benchmarks/backlog.py [--articles 100000] [--million]

All records are looked at first, since a run with a limit spends it on whom it is due to; then so many pages are asked
for, and the rest stays due.
"""

import argparse
import tempfile
from pathlib import Path

import farm_records
from farm import running
from farm_pages import Plan
from process import cores, cost
from rich.console import Console
from rich.table import Table

ARTICLES, MILLION = 100_000, 1_000_000
ASKED = 500


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--articles", type=int, default=ARTICLES)
    options.add_argument("--million", action="store_true", help="1,000,000 too: ten minutes and a GB of disk")
    chosen = options.parse_args()
    console, (farm_core, core) = Console(width=150), cores()
    table = Table(title="a backlog of which few pages are asked for")
    for heading in ("articles due", "peak MB", "requests for pages", "s", "CPU s"):
        table.add_column(heading, justify="right")
    for articles in (0, chosen.articles, *([MILLION] if chosen.million else [])):
        plan = Plan(pages=articles)
        with running(plan, ready=0, core=farm_core) as farm, tempfile.TemporaryDirectory() as work:
            farm_records.write(Path(work, "records"), plan, range(articles))
            command = farm_records.crawl(Path(work), farm.port, delay=0.1, per_host=1)
            spent = cost([*command, "--limit", str(ASKED)], core)
            if spent.code:
                console.print(f"metafresh ended with {spent.code}: {spent.said}", markup=False)
            asked = sum(asked.path != "/robots.txt" for asked in farm.log())
        figures = (f"{spent.megabytes:.0f}", f"{asked:,}", f"{spent.seconds:.0f}", f"{spent.cpu:.0f}")
        table.add_row(f"{articles:,}", *figures)
    console.print(table)


if __name__ == "__main__":
    main()
