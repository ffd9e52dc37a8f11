"""What is remembered of hosts and runs from one crawl to the next: `health.json` in the folder of state."""

from pathlib import Path

from crawler.after import turns
from crawler.after.replace import put
from crawler.after.turns import Memory
from crawler.errors import StateError


def recall(folder: Path) -> Memory:
    """What an earlier run remembered; nothing where there was none.

    Raises:
        StateError: it cannot be read.
    """
    file = _file(folder)
    try:
        return turns.from_json(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return Memory()
    except OSError as error:
        raise StateError(f"{file}: cannot be read: {(error.strerror or str(error)).lower()}") from error
    except ValueError as error:
        raise StateError(f"{file}: is not what was written there, and is made anew") from error


def remember(folder: Path, memory: Memory) -> None:
    """Remember for the next run; the folder is made if it is not there.

    Raises:
        StateError: it cannot be written.
    """
    file = _file(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        put(file, turns.to_json(memory), mode=0o600)
    except OSError as error:
        raise StateError(f"{file}: cannot be written: {(error.strerror or str(error)).lower()}") from error


def _file(folder: Path) -> Path:
    return folder / "health.json"
