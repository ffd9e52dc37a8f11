"""A command in a process that says at its end how much memory it took.

    python -m tests.weighed FILE crawl records ...

writes megabytes into FILE: the peak of the process itself, which is not what its parent had before (Linux).
"""

import re
import sys
from pathlib import Path

from crawler.cli import main

_STATUS = Path("/proc/self/status")
CAN_WEIGH = _STATUS.exists()


def _peak() -> float:
    found = re.search(r"VmHWM:\s*(\d+) kB", _STATUS.read_text("ascii")) if CAN_WEIGH else None
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    file = Path(sys.argv[1])
    sys.argv = ["metafresh", *sys.argv[2:]]
    try:
        main()
    finally:
        file.write_text(str(_peak()))
