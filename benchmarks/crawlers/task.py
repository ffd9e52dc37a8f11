"""What every crawler is given: a port, URLs, how many at a time; and where its answers go.

    python benchmarks/crawlers/by_....py PORT URLS ANSWERS

URLS is a JSON list. ANSWERS becomes {URL: [title, description, image]}, as the og: tags have them; all can do that.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

CONCURRENCY, PER_HOST = 32, 2
TAGS = ('meta[property="og:title"]', 'meta[property="og:description"]', 'meta[property="og:image"]')

Found = dict[str, list[str | None]]


@dataclass(frozen=True, slots=True)
class Task:
    """The arguments; `more` are those after the common ones."""

    port: int
    urls: list[str]
    answers: Path
    more: tuple[str, ...]

    def done(self, found: Found) -> None:
        self.answers.write_text(json.dumps(found), encoding="utf-8")


def given() -> Task:
    port, urls, answers, *more = sys.argv[1:]
    return Task(int(port), json.loads(Path(urls).read_text(encoding="utf-8")), Path(answers), tuple(more))
