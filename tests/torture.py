"""Torture, at length: `python -m tests.torture [KILLS]`, some twenty minutes.

Every call that changes something on the disk is a place to be killed at and to fail; random kills and races with a
person besides. One line a kind, with how often what was wrong.
"""

import asyncio
import errno
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests import races
from tests.faults import DIES_AFTER, DIES_BEFORE, DIES_IN_TIME, NOTHING, Fault, befallen, build, in_memory
from tests.loopback import Web
from tests.person import renames_over, writes_in_place
from tests.scene import Scene, serve

_WRONGS = ("torn", "lost", "unlogged", "not made", "stray", "bugs")
_ERRORS = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS, errno.EACCES)
_SEED = 20261123
# Seconds that a crawl may take with all that it has to load.
_COLD = 1.6


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory(dir=in_memory(Path(tempfile.gettempdir()))) as name:
        folder = Path(name)
        web = Web(folder)
        wrong = _faults(folder, web, kills)
        wrong |= _tell("killed -9 as a command, at random", kills // 10, _commands(folder, web, kills // 10))
        made = races.run(_place(folder), 10 * kills, _SEED)
        wrong |= _tell("races with a person, one file", 10 * kills, _as_told(made))
        edits, found = _edited_meanwhile(folder, web, kills)
        wrong |= _tell("edits by a person during crawls", edits, found)
        web.close()
    sys.exit(wrong)


def _faults(folder: Path, web: Web, kills: int) -> bool:
    library = build(folder)
    if library is None:
        sys.stdout.write("no C compiler for Linux here: no kills and errors at each call\n")
        return False
    chance = random.Random(_SEED)

    def endure(title: str, deed: str, faults: Iterable[Fault], count: int = 3) -> bool:
        outcomes = list(befallen(library, _place(folder), web, count, deed, faults))
        wrongs = sum((Counter(each.wrongs) for each in outcomes), Counter[str]())
        return _tell(f"{title}: {deed}", len(outcomes), wrongs)

    wrong = False
    for deed in ("apply", "crawl"):
        ((calm,)) = befallen(library, _place(folder), web, 3, deed, [Fault(0, NOTHING)])
        calls = range(1, calm.calls + 1)
        for title, kind in (("killed before each call", DIES_BEFORE), ("killed after each call", DIES_AFTER)):
            wrong |= endure(title, deed, [Fault(at, kind) for at in calls])
        for number in _ERRORS:
            # A disk that fails once, and one that fails from then on.
            faults = [Fault(at, number, stays=bool((at + number) % 2)) for at in calls]
            wrong |= endure(f"{errno.errorcode[number]} at each call", deed, faults)
    ((calm,)) = befallen(library, _place(folder), web, 9, "crawl", [Fault(0, NOTHING)])
    at_random = [Fault(chance.randrange(int(calm.seconds * 1e6)), DIES_IN_TIME) for _ in range(kills)]
    return wrong | endure("killed -9 at random", "crawl", at_random, count=9)


def _commands(folder: Path, web: Web, kills: int) -> Counter[str]:
    """Kill the command as a user starts it, one to three times, and let it come to its end."""
    chance, found, killed = random.Random(_SEED), Counter[str](), 0
    scene = _scene(folder, web, 30)
    while killed < kills:
        scene.lay()
        for _ in range(chance.randint(1, 3)):
            process = _crawling(scene, web)
            time.sleep(chance.uniform(0.4, _COLD))
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
        found["bugs"] += _crawling(scene, web).wait() != 0
        found += scene.wrongs() + scene.lacks()
    return found


def _edited_meanwhile(folder: Path, web: Web, least: int) -> tuple[int, Counter[str]]:
    """Save files again and again while a crawl writes them; then let another crawl come to its end."""
    chance, found, edits = random.Random(_SEED), Counter[str](), 0
    scene = _scene(folder, web, 60)
    while edits < least:
        scene.lay()
        process, marks = _crawling(scene, web), dict[str, bytes]()
        while process.poll() is None:
            name, mark = chance.choice(list(scene.old)), f"# mark {edits}\n".encode()
            chance.choice([renames_over, writes_in_place])(scene.records / name, b"\n" + mark)
            marks[name] = marks.get(name, b"") + b"\n" + mark
            edits += 1
            time.sleep(0.002)
        (scene.records / "draft").unlink(missing_ok=True)
        found["bugs"] += _crawling(scene, web).wait() != 0
        for name, document in scene.new.items():
            found["lost"] += (scene.records / name).read_bytes() != document + marks.get(name, b"")
        found["stray"] += len({path.name for path in scene.records.iterdir()}.difference(scene.old))
    return edits, +found


def _scene(folder: Path, web: Web, count: int) -> Scene:
    serve(web, count)
    scene = Scene(_place(folder), web.http_port, count, "crawl")
    asyncio.run(scene.rehearse())
    return scene


def _crawling(scene: Scene, web: Web) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "crawler", "crawl", str(scene.records), "--state", str(scene.state), "--all", "-q"]
    words += ["--no-images", "--brake", "off", "--delay", "0", "--connect-to", f"*:80:127.0.0.1:{web.http_port}"]
    return subprocess.Popen(words)


def _place(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder))


def _as_told(races_found: Counter[str]) -> Counter[str]:
    """What was wrong after races, the ways in which it came to be taken together."""
    wrongs = Counter[str]()
    for name, number in races_found.items():
        wrongs[name.partition(":")[0]] += number
    return wrongs


def _tell(title: str, count: int, found: Counter[str]) -> bool:
    """Say what came of one kind, and whether anything was wrong."""
    told = ", ".join(f"{found[name]} {name}" for name in _WRONGS)
    sys.stdout.write(f"{count:6,}  {title:40}  {told}\n")
    sys.stdout.flush()
    return any(found[name] for name in _WRONGS)


if __name__ == "__main__":
    main()
