"""Two values of every real record are edited; what else changes in the file, and how long does it take?

    python benchmarks/edit.py [FOLDER]

The title gains " X" and the first image one pixel of width. What should come out is made by a text replacement that
knows these files, so no tool is measured by itself. Peers are as tuned as they allow: key order, quotes, width,
indents, newlines.
"""

import importlib
import importlib.util
import io
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from crawler.records.edit import edit
from crawler.records.front_matter import fenced

ROUNDS = 3
RECORDS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "records"

Editor = Callable[[bytes], bytes]

_TITLE = re.compile(rb'^(title: ".*)("\r?)$', re.MULTILINE)
_WIDTH = re.compile(rb"^(images:\r?\n(?:[ -].*\r?\n)*?\s+width: )(\d+)", re.MULTILINE)


def expected(document: bytes) -> bytes:
    """The document with the two values changed, by text replacement."""
    head, fence, body = document.partition(b"\n---")
    head = _TITLE.sub(rb"\1 X\2", head, count=1)
    return _WIDTH.sub(lambda found: found[1] + b"%d" % (int(found[2]) + 1), head, count=1) + fence + body


def amended(data: Any) -> dict[str, Any]:  # noqa: ANN401 (each library has its own mapping)
    """The pointers and values of the change; the data changes too."""
    changes: dict[str, Any] = {}
    if isinstance(data.get("title"), str):
        changes["/title"] = data["title"] = data["title"] + " X"
    if data.get("images"):
        changes["/images/0/width"] = data["images"][0]["width"] = data["images"][0]["width"] + 1
    return changes


def by_metafresh(document: bytes) -> bytes:
    return edit(document, known_changes[document])


def by_pyyaml(document: bytes) -> bytes:
    text = front_matter(document)
    data = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    amended(data)
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return with_yaml(document, text, yaml.dump(data, None, dumper, sort_keys=False, allow_unicode=True, width=1 << 30))


def by_frontmatter() -> Editor:
    library = importlib.import_module("frontmatter")

    def edited(document: bytes) -> bytes:
        post = library.loads(document.decode())
        amended(post)
        text = library.dumps(post, sort_keys=False, allow_unicode=True, width=1 << 30)
        return str(text).replace("\n", newline(document)).encode()

    return edited


def by_ruamel() -> Editor:
    library = importlib.import_module("ruamel.yaml").YAML()
    library.preserve_quotes = True
    library.width = 1 << 30
    library.indent(mapping=2, sequence=4, offset=2)

    def edited(document: bytes) -> bytes:
        text = front_matter(document)
        data = library.load(text)
        amended(data)
        stream = io.StringIO()
        library.dump(data, stream)
        return with_yaml(document, text, stream.getvalue())

    return edited


def front_matter(document: bytes) -> str:
    found = fenced(document)
    return found.text if found else ""


def newline(document: bytes) -> str:
    return "\r\n" if b"\r\n" in document.partition(b"\n---")[0] else "\n"


def with_yaml(document: bytes, old: str, new: str) -> bytes:
    return document.replace(old.encode(), new.replace("\n", newline(document)).encode(), 1)


def measured(editor: Editor, documents: list[bytes]) -> tuple[int, float]:
    """Files that are not what they should be, and milliseconds a file, the best of the rounds."""
    wrong, best = 0, float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        made = [editor(document) for document in documents]
        best = min(best, time.perf_counter() - started)
        wrong = sum(new != expected(old) for new, old in zip(made, documents, strict=True))
    return wrong, best / len(documents) * 1000


def real_records(root: Path) -> list[bytes]:
    documents = [path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()]
    return [document for document in documents if fenced(document)]


known_changes: dict[bytes, dict[str, Any]] = {}


def main() -> None:
    console = Console()
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    documents = real_records(root) if root.is_dir() else []
    if not documents:
        console.print(f"skipped: there are no records in {root}; name a folder that has some")
        return
    known_changes.update((document, amended(yaml.safe_load(front_matter(document)))) for document in documents)
    table = Table(title=f"title and first width of {len(documents)} records edited, best of {ROUNDS} rounds")
    for heading in ("", "files with other changes", "ms a file"):
        table.add_column(heading, justify="left" if not heading else "right")
    editors: dict[str, Editor] = {"metafresh (spliced and proved)": by_metafresh, "PyYAML": by_pyyaml}
    for name, module, peer in (
        ("python-frontmatter", "frontmatter", by_frontmatter),
        ("ruamel.yaml, tuned", "ruamel", by_ruamel),
    ):
        if importlib.util.find_spec(module):
            editors[name] = peer()
        else:
            console.print(f"left out: {name} is not installed; make bench installs it")
    for name, editor in editors.items():
        wrong, milliseconds = measured(editor, documents)
        table.add_row(name, f"{wrong} of {len(documents)}", f"{milliseconds:.2f}")
    console.print(table)


if __name__ == "__main__":
    main()
