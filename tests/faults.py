"""Faults on purpose: at the n-th call of a run that changes something on the disk, it is killed or the call fails.

    python -m tests.faults FOLDER PORT COUNT DEED < faults

runs with `faults.c` preloaded, beside a web on loopback at PORT that speaks of COUNT records. The faults are lines of
JSON; for each, a child is forked that does the deed (see `scene`) and that the fault befalls. Then the next run settles
what it left, then does the deed to the end; a line of JSON says what was wrong after each.
"""

import asyncio
import ctypes
import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

from crawler.errors import MetafreshError
from tests.loopback import Web
from tests.scene import Scene, serve

ROOT = Path(__file__).resolve().parents[1]
SOURCE = Path(__file__).with_suffix(".c")
NOTHING, DIES_BEFORE, DIES_AFTER, DIES_IN_TIME = 0, -1, -2, -3
_FAILED, _BUG = 10, 70

Doing: TypeAlias = Callable[[], Coroutine[None, None, object]]


class Fault(NamedTuple):
    """At the n-th call the run dies, or the call fails with an errno; one that `stays` befalls all later calls, too.

    One that dies "in time" is killed by another process, after so many microseconds.
    """

    at: int
    kind: int
    stays: bool = False


class Outcome(NamedTuple):
    """What came of a fault: how the run ended and when, the call that it befell, and what was wrong after, by name."""

    code: int
    seconds: float
    call: str
    calls: int
    wrongs: dict[str, int]


def build(folder: Path) -> Path | None:
    """The library that makes the faults; None on a system where it cannot be made."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if sys.platform != "linux" or compiler is None:
        return None
    library = folder / "faults.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
    return library


def in_memory(otherwise: Path) -> Path:
    """Where faults are made fastest: what a kill leaves is the same in memory as on a disk, which only waits longer."""
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) else otherwise


def befallen(
    library: Path, folder: Path, web: Web, count: int, deed: str, faults: Iterable[Fault]
) -> Iterator[Outcome]:
    """What comes of each fault in a deed on so many records."""
    serve(web, count)
    words = [sys.executable, "-m", "tests.faults", str(folder), str(web.http_port), str(count), deed]
    environment = {**os.environ, "LD_PRELOAD": str(library)}
    with subprocess.Popen(
        words, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        for fault in faults:
            process.stdin.write(json.dumps(fault) + "\n")
            process.stdin.flush()
            yield Outcome(**json.loads(process.stdout.readline()))


def main() -> None:
    library = ctypes.CDLL(None)
    library.faults_arm.argtypes = [ctypes.c_char_p, ctypes.c_long, ctypes.c_int, ctypes.c_int]
    library.faults_last.restype = ctypes.c_char_p
    folder, port, count, deed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    os.chdir(folder)
    scene = Scene(folder, port, count, deed)
    # What it imports, it need not import again in each child.
    asyncio.run(scene.rehearse())
    gc.freeze()
    for line in sys.stdin:
        fault = Fault(*json.loads(line))
        sys.stdout.write(json.dumps(_befallen(scene, fault, library)._asdict()) + "\n")
        sys.stdout.flush()


def _befallen(scene: Scene, fault: Fault, library: ctypes.CDLL) -> Outcome:
    scene.lay()

    async def befallen() -> None:
        library.faults_arm(os.fsencode(scene.records.parent), fault.at, fault.kind, fault.stays)
        await scene.act()

    begun = time.perf_counter()
    code = _in_a_child(befallen, fault.at / 1e6 if fault.kind == DIES_IN_TIME else None)
    outcome = {"code": code, "seconds": time.perf_counter() - begun}
    outcome |= {"calls": library.faults_seen(), "call": library.faults_last().decode(errors="replace")}
    wrongs = Counter[str](bugs=code == _BUG)
    for recovers in (scene.settle, scene.act_again):
        wrongs["bugs"] += _done(recovers) != 0
        wrongs += scene.wrongs()
    wrongs += scene.lacks()
    return Outcome(**outcome, wrongs=wrongs)


def _in_a_child(doing: Doing, seconds: float | None) -> int:
    """How it ends in a child: as `_done` says, or minus the signal that killed it.

    Args:
        seconds: after which it is killed.
    """
    child = os.fork()
    if not child:
        os._exit(_done(doing))
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _done(doing: Doing) -> int:
    """0; _FAILED, as it may where something fails; or _BUG."""
    try:
        asyncio.run(doing())
    except MetafreshError:
        return _FAILED
    except Exception:  # noqa: BLE001 (whatever it is, it is a bug)
        traceback.print_exc()
        return _BUG
    return 0


if __name__ == "__main__":
    main()
