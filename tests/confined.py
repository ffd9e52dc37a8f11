"""Hostile pages read in processes of their own, under limits: what hangs or swells dies there, not here.

    python -m tests.confined

answers each line `[kind, size, rounds]` with one of JSON: the `Cost`, or null where the process died.
"""

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import astuple, dataclass

from crawler import MetafreshError, extract
from tests.hostile import KINDS
from tests.sound import faults

URL = "https://tidings.example/tide"
# Far more than any page needs, and little enough for the machine.
CPU_SECONDS, MEGABYTES = 5, 1500
WARM = KINDS["many by-lines"](5_000).encode()
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """What reading a page took: CPU seconds, the best of the rounds; megabytes above the base at the peak.

    `faults` are the claims that no page may lead us to.
    """

    seconds: float
    megabytes: float
    faults: tuple[str, ...]


class Reader:
    """A process that reads hostile pages, each in a child of its own."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.confined"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def read(self, kind: str, size: int, *, rounds: int = 1) -> Cost | None:
        """What it took to read a page of the kind; None if its process died: it raised, crashed or met a limit."""
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps([kind, size, rounds]), file=self._process.stdin, flush=True)
        found = json.loads(self._process.stdout.readline())
        return Cost(found[0], found[1], tuple(found[2])) if found else None

    def close(self) -> None:
        self._process.communicate()


def _serve() -> None:
    extract(WARM, URL)
    for line in sys.stdin:
        kind, size, rounds = json.loads(line)
        reading, writing = os.pipe()
        if not (child := os.fork()):
            os.write(writing, json.dumps(astuple(_measured(kind, size, rounds))).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            told = answer.read()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{told if status == 0 else 'null'}\n")
        sys.stdout.flush()


def _measured(kind: str, size: int, rounds: int) -> Cost:
    page = KINDS[kind](size).encode()
    extract(WARM, URL)  # again: what a child touches first counts as its own
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    best, found, peak = float("inf"), None, 0
    # The thread's clock: under a limit on CPU time the process's goes by the kernel's ticks, 4 ms or more.
    for _ in range(rounds):
        started = time.thread_time()
        try:
            found = extract(page, URL)
        except MetafreshError:
            found = None
        best = min(best, time.thread_time() - started)
        peak = peak or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Cost(best, (peak - base) * _RSS_UNIT / 1e6, faults(found) if found else ())


if __name__ == "__main__":
    _serve()
