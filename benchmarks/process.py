"""What a command costs in a process of its own, on one core.

As a script it is the small process between this one and the command: the kernel begins a child's peak of memory with
that of its parent.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took; `cpu` is seconds of user and system, its own children's with it."""

    seconds: float
    cpu: float
    megabytes: float
    code: int
    said: str

    def without(self, start: "Cost") -> "Cost":
        """The same less what it takes to start; the peak of memory stays."""
        return Cost(self.seconds - start.seconds, self.cpu - start.cpu, self.megabytes, self.code, self.said)


def cores() -> tuple[int | None, int | None]:
    """A core for the farm and another for its client; None where they cannot be chosen."""
    if not hasattr(os, "sched_setaffinity"):
        return None, None
    free = sorted(os.sched_getaffinity(0))
    return free[0], free[-1]


def cost(command: Sequence[str | Path], core: int | None) -> Cost:
    """Run a command to its end; `said` is the end of what it printed."""
    between = [sys.executable, "-I", "-S", __file__, str(core), *map(str, command)]
    with tempfile.TemporaryFile() as printed:
        told = subprocess.run(between, stdout=subprocess.PIPE, stderr=printed, check=True).stdout
        printed.seek(0)
        said = printed.read().decode(errors="replace")
    return Cost(**json.loads(told), said=said[-2000:].strip())


def main() -> None:
    core, *command = sys.argv[1:]
    if core != "None":
        os.sched_setaffinity(0, {int(core)})
    started = time.monotonic()
    code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode
    seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = {"seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss * _UNIT / 1e6}
    print(json.dumps(told | {"code": code}))


if __name__ == "__main__":
    main()
