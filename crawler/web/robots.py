"""robots.txt by RFC 9309: which group is ours is read here, what its patterns match is protego's.

Why not leave groups to protego, which reads them, too: it takes `User-agent: metafresh/1.0` for another crawler's and
`User-agent: meta` for ours, lets a line that it does not know cut a group in two, and ends lines where Unicode does
and the RFC does not. Each of these lets us in where the owner said no, or keeps us out where he did not.

The rules of groups
- A group is one or more user-agent lines and the rules up to the next user-agent line; nothing but a rule ends the
  list of its names (§2.2.4: other records must not interfere).
- A name is the letters, `-` and `_` at its beginning (§2.2.1); the rest is a version or a remark.
- All groups of our name are one; where there is none, all groups of `*` are; where there is none of those either,
  nothing is forbidden.
- Rules before the first user-agent line are nobody's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote

from protego import Protego
from stringzilla import find

PRODUCT = "metafresh"
# RFC 9309 §2.5: a crawler must parse at least so much.
MAX_BYTES = 500 * 1024
MAX_REDIRECTS = 5
# Some sites ask for hours between requests; at that pace nobody would be visited.
_LONGEST_DELAY = timedelta(seconds=30)
# Google's parser cuts longer lines, too; no URL that anybody serves has so many characters.
_MAX_LINE = 16_663
_EVERYBODY = "*"

_LINE_END = re.compile(r"\r\n|\r|\n")
# Where Python, and so protego, ends a line and RFC 9309 does not; and NUL, which no database takes.
_FALSE_LINE_END = re.compile("[\0\v\f\x1c-\x1e\x85\u2028\u2029]")
_NAME = re.compile(r"[a-z_-]+|\*(?=\s|\Z)", re.IGNORECASE)
# The colon is often forgotten, and some words are often misspelt; what is meant is plain.
_LINE = re.compile(
    r"(?:(?P<user_agent>user[- ]?agent)|(?P<disallow>disallow|dissallow|dissalow|disalow|diasllow|disallaw)"
    r"|(?P<allow>allow)|(?P<crawl_delay>crawl[- ]delay))(?:\s*:|\s|\Z)(?P<value>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPED_SLASH = re.compile("%2f", re.IGNORECASE)
_WORDS = (_AGENT, _DELAY, _ALLOW, _DISALLOW) = ("user-agent", "crawl-delay", "allow", "disallow")
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]*)?|\.[0-9]+")

_NOINDEX = re.compile(r"\b(?:noindex|none)\b", re.IGNORECASE)
_NOINDEX_META = re.compile(rb"<meta\b(?=[^<>]{0,400}?noindex)[^<>]{0,400}+", re.IGNORECASE)
_META_BYTES = 64 * 1024

_Line = tuple[str, str]


class RobotsText(NamedTuple):
    """A robots.txt as it was answered; `origin` is scheme, host and port, `text` the whole or its `gist`."""

    origin: str
    fetched_at: datetime
    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin asks of us.

    Attributes:
        refusal: why nothing there may be asked for; None where the single URL decides.
        delay: between requests, at most 30 seconds.
    """

    refusal: str | None
    delay: timedelta
    parsed: Protego | None

    def allows(self, url: str) -> bool:
        """Whether we may ask for a URL of this origin."""
        return self.refusal is None and (self.parsed is None or bool(self.parsed.can_fetch(_plain(url), PRODUCT)))


def rules(answer: RobotsText) -> Rules:
    """The rules that an answer stands for.

    Any 4xx means that there are none, and so does one redirect too many; a server error means that nothing may be asked
    for. Source: RFC 9309 §2.3.1.
    """
    if answer.status >= 500:
        why = f"its robots.txt answers with status {answer.status}, so nothing there may be asked for now"
        return Rules(why, timedelta(0), None)
    if not 200 <= answer.status < 300:
        return Rules(None, timedelta(0), None)
    lines = list(_lines(answer.text))
    # A delay is no rule of the RFC's: it ends no list of names, but is meant for those alone who stand right before it.
    asked = [f"{word}: {_plain(value)}" for word, value in _ours(line for line in lines if line[0] != _DELAY)]
    delays = [float(value) for word, value in _ours(lines) if word == _DELAY and _SECONDS.fullmatch(value)]
    delay = min(timedelta(seconds=max(delays, default=0)), _LONGEST_DELAY)
    return Rules(None, delay, Protego.parse("\n".join((f"user-agent: {PRODUCT}", *asked))))


def _plain(text: str) -> str:
    """A URL or pattern, the slashes of its query unescaped: both spellings are one (§2.2.2), which protego forgets."""
    path, sign, query = text.partition("?")
    return path + sign + _ESCAPED_SLASH.sub("/", query)


def says_noindex(tag: str, html: bytes) -> bool:
    """Whether a page asks search engines not to list it, by its X-Robots-Tag header or a meta tag in its beginning."""
    if _NOINDEX.search(tag):
        return True
    start = html[:_META_BYTES]
    return find(start, b"noindex") >= 0 and any(b"robots" in meta[0].lower() for meta in _NOINDEX_META.finditer(start))


def gist(text: str) -> str:
    """The lines of a robots.txt that count, which is all that is worth keeping of it."""
    return "\n".join(f"{word}: {value}" for word, value in _lines(text))


def _lines(text: str) -> Iterator[_Line]:
    """The lines that count: user-agent, allow, disallow or crawl-delay, and the value without its comment."""
    # A byte order mark, whole or broken.
    for whole in _LINE_END.split(text.lstrip("\ufeff\ufffd")):
        line = _LINE.match(whole[:_MAX_LINE].partition("#")[0].strip())
        if line:
            word = next(word for word in _WORDS if line[word.replace("-", "_")])
            yield word, _FALSE_LINE_END.sub(lambda end: quote(end[0]), line["value"].strip())


def _ours(lines: Iterable[_Line]) -> list[_Line]:
    """The lines of the groups that are for us: those of our name, or else those of everybody's."""
    groups: dict[str, list[_Line]] = {}
    names: set[str] = set()
    naming = False
    for word, value in lines:
        if word != _AGENT:
            naming = False
            for name in names:
                groups[name].append((word, value))
            continue
        if not naming:
            names, naming = set(), True
        named = _NAME.match(value)
        if named and (name := named[0].lower()) in {PRODUCT, _EVERYBODY}:
            names.add(name)
            groups.setdefault(name, [])
    return groups.get(PRODUCT, groups.get(_EVERYBODY, []))
