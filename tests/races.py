"""Races between `save.replace` and a person who saves the same file in the same moment."""

import hashlib
import json
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from crawler.errors import RecordError
from crawler.records import save
from crawler.records.folder import Found
from tests import person

ROOT = Path(__file__).resolve().parents[1]
OLD, NEW = b"title: Old\n", b"title: New\n"
# Seconds within which both begin: about what a replacement takes.
_WITHIN = 0.003


def run(folder: Path, count: int, seed: int) -> Counter[str]:
    """How many races of each kind there were, and what was wrong after them."""
    chance, found = random.Random(seed), Counter[str]()
    path = folder / "a.md"
    words = [sys.executable, "-m", "tests.person"]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as editor:
        assert editor.stdin
        assert editor.stdout
        for number in range(count):
            way, mark = chance.choice(list(person.WAYS)), f"mark {number}\n"
            path.write_bytes(OLD)
            editor.stdin.write(json.dumps([str(path), way, chance.uniform(0, _WITHIN), mark]) + "\n")
            editor.stdin.flush()
            time.sleep(chance.uniform(0, _WITHIN))
            try:
                save.replace(Found(path, str(path.resolve())), NEW, expected=hashlib.sha256(OLD).hexdigest())
            except RecordError as error:
                found[type(error).__name__] += 1
            else:
                found["replaced"] += 1
            editor.stdout.readline()
            found += _wrongs(path, mark.encode(), way)
    return found


def _wrongs(path: Path, mark: bytes, way: str) -> Counter[str]:
    document = path.read_bytes()
    path.with_name("a.md~").unlink(missing_ok=True)
    kept = list(path.parent.glob("a.md.saved-*"))
    whole = document in (OLD + mark, NEW + mark)
    wrongs = Counter(
        {
            f"lost: {way}": mark not in document and not kept,
            "torn": not whole and not kept,
            "stray": [each.name for each in path.parent.iterdir()] != ["a.md"] and not kept,
            "kept beside": len(kept),
        }
    )
    for each in kept:
        each.unlink()
    return +wrongs
