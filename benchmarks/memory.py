"""Whether memory grows with the pages that were read: the peak after 1,000, 5,000 and 10,000.

    python benchmarks/memory.py [FOLDER]

FOLDER holds pages (`*.html`); they are read in turns, each time with other bytes, so that nothing remembers them.
"""

import resource
import sys
from pathlib import Path

from crawler import extract

SHARED = Path(__file__).resolve().parents[2] / "shared"
MARKS = (1_000, 5_000, 10_000)
_UNIT = 1 if sys.platform == "darwin" else 1024


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT / 1e6


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "corpus" / "pages"
    pages = [path.read_bytes() for path in sorted(folder.glob("*.html"))]
    if not pages:
        print(f"skipped: there are no pages in {folder}; name a folder that has some")
        return
    print(f"{len(pages)} pages read in turns; peak of memory: {peak_megabytes():.1f} MB before the first", end="")
    for count in range(MARKS[-1]):
        page = pages[count % len(pages)] + b"<!-- %d -->" % count
        extract(page, f"https://tidings.example/{count}")
        if count + 1 in MARKS:
            print(f", {peak_megabytes():.1f} after {count + 1:,}", end="", flush=True)
    print()


if __name__ == "__main__":
    main()
