"""Inputs that no one thought of, found by the branches that they take (atheris).

    python -m tests.fuzz [SECONDS [TARGET]]

Each target is fuzzed for so long (default 60 s), from our own small pages and, where they are, the real ones. What it
learns is kept in `.fuzz/` and so is every input that fails: it makes a target raise anything but a MetafreshError,
say nonsense, or take more time than its length earns. Exits with 1 if there is one.

    python -m tests.fuzz TARGET FILE ...

tries such inputs again.
"""

import io
import re
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr, suppress
from pathlib import Path

import atheris

with redirect_stderr(io.StringIO()), atheris.instrument_imports(include=["crawler"]):  # it tells of every module
    from crawler import ImageSize, MetafreshError, amp_cache_url, extract, image_size

from tests.seeds import OURS, PIECES
from tests.sound import faults

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / ".fuzz"
REAL_PAGES = ROOT.parent / "shared" / "corpus" / "pages"
URL = "https://tidings.example/tide"
LONGEST_BYTES = 16 * 1024  # short ones are tried more often; tests/hostile.py has the long ones
# Ten times what a slow machine needs for an honest page, instrumented code included.
SECONDS_AT_LEAST, SECONDS_A_KILOBYTE = 0.25, 0.01
_ATTEMPTS = 3

Target = Callable[[bytes], None]


def read_page(data: bytes) -> None:
    if why := faults(extract(data, URL)):
        raise AssertionError(why[0])


def read_image(data: bytes) -> None:
    size = image_size(data)
    if size is not None and not (isinstance(size, ImageSize) and size.width > 0 and size.height > 0 and size.format):
        raise AssertionError(f"no size of an image: {size}")


def derive_amp_cache_url(data: bytes) -> None:
    made = amp_cache_url(data.decode("utf-8", "replace"))
    if ".cdn.ampproject.org/c/" not in made or not made.startswith("https://"):
        raise AssertionError(f"no address of the cache: {made}")


TARGETS: dict[str, Target] = {"extract": read_page, "image_size": read_image, "amp_cache_url": derive_amp_cache_url}
_HEADERS = (
    "GIF89a\x20\x03\x90\x01",
    "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\3\x20\0\0\1\x90",
    "\xff\xd8\xff\xe0\0\x10JFIF\0",
)
_HEADERS += ("RIFF\0\1\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x1f\3\0\x8f\1\0", "\0\0\0\x1cftypavif\0\0\0\0mif1", "BM\0\0\0\0")
_HEADERS += ("II*\0\x08\0\0\0", "\0\0\1\0\1\0\x10\x10", "\xff\x0a", "<svg width='1' viewBox='0 0 2 2'>")
SEEDS = {
    "extract": OURS,
    "image_size": tuple(header.encode("latin-1") for header in _HEADERS),
    "amp_cache_url": (b"https://www.example.com/a?b#c", "http://ünï.example:8080/".encode(), b"https://[::1]/", b"x"),
}


def timed(target: Target, data: bytes) -> None:
    """Run a target; what it may not raise gets out, and so does too long a time, when it is no accident."""
    allowed = SECONDS_AT_LEAST + SECONDS_A_KILOBYTE * len(data) / 1000
    for _ in range(_ATTEMPTS):
        started = time.process_time()
        with suppress(MetafreshError):
            target(data)
        took = time.process_time() - started
        if took <= allowed:
            return
    raise AssertionError(f"{took:.2f} s for {len(data):,} bytes")


def quoted(word: bytes) -> str:
    """A line of a dictionary of libFuzzer's, in its own escapes."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in word[:60]) + '"\n'


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one target; the process ends here, with 0 when nothing was found."""
    learnt, seeds, found = KEPT / name / "learnt", KEPT / name / "seeds", KEPT / name / "found"
    for folder in (learnt, seeds, found):
        folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[name]):
        (seeds / str(number)).write_bytes(seed)
    words = KEPT / "words"
    words.write_text("".join(map(quoted, PIECES)), encoding="ascii")
    real = [str(REAL_PAGES)] if name == "extract" and REAL_PAGES.is_dir() else []
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST_BYTES}",
        f"-artifact_prefix={found}/",
        f"-dict={words}",
    ]
    options += ["-timeout=20", "-rss_limit_mb=1500", "-print_final_stats=1", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options, str(learnt), str(seeds), *real], lambda data: timed(TARGETS[name], data))
    atheris.Fuzz()


def fuzz_each(seconds: str) -> bool:
    """Whether a target failed; each has a process of its own."""
    failed = False
    for name in TARGETS:
        command = [sys.executable, "-m", "tests.fuzz", seconds, name]
        done = subprocess.run(command, check=False, cwd=ROOT, text=True, errors="replace", capture_output=True)
        counts = dict(re.findall(r"stat::(\w+):\s+(\d+)", done.stderr))
        told = f"{int(counts.get('number_of_executed_units', 0)):,} inputs, {counts.get('new_units_added')} of them new"
        outcome = "nothing found"
        if done.returncode:
            failed, outcome = True, f"failed, and kept the input in {(KEPT / name / 'found').relative_to(ROOT)}"
            sys.stderr.write((done.stdout + done.stderr)[-3000:])
        sys.stdout.write(f"{name}: {told}; {outcome}\n")
        sys.stdout.flush()
    return failed


def main() -> None:
    match sys.argv[1:]:
        case [name, *files] if name in TARGETS:
            for file in files:
                timed(TARGETS[name], Path(file).read_bytes())
        case [seconds, name]:
            fuzz(name, int(seconds))
        case given:
            sys.exit(fuzz_each(*(given or ["60"])))


if __name__ == "__main__":
    main()
