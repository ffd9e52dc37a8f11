"""What several articles have in common that should be each one's own. Pure.

Of a million articles only digests are kept: one number for what an article says, another for who says it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from urllib.parse import urlsplit

from crawler import urls
from crawler.audit.damage import Damage, Seen
from crawler.audit.words import vouched
from crawler.model import Article, Record, Role, Schema

# So many articles of one host make an excerpt or a title the host's own.
_MANY = 3
# More are not counted.
_MOST = 1000
_SITE = re.compile(r"\s*[|·•–—»]\s.*|\s-\s.*", re.DOTALL)


@dataclass(slots=True)
class Shared:
    """How many different articles say the same; gathered in a first pass over the records."""

    _first: dict[int, int] = field(default_factory=dict, repr=False)
    _others: dict[int, set[int]] = field(default_factory=dict, repr=False)

    def gather(self, record: Record) -> None:
        """Take a record into account."""
        for article in record.articles:
            for said, by in _sayings(article):
                first = self._first.setdefault(said, by)
                if first != by and len(others := self._others.setdefault(said, {first})) < _MOST:
                    others.add(by)

    def count(self, said: int) -> int:
        """By how many different articles this is said."""
        return len(self._others.get(said, ())) or int(said in self._first)


def gathered(records: Iterable[Record]) -> Shared:
    """What the records have in common."""
    shared = Shared()
    for record in records:
        shared.gather(record)
    return shared


def of_shared(seen: Seen, schema: Schema, shared: Shared) -> Iterator[Damage]:
    article, host = seen.article, _host(seen.article)
    if article.excerpt and host and (count := shared.count(_excerpt(article.excerpt, host))) >= _MANY:
        why = f"it stands under {count} different titles of {host}"
        yield Damage(schema.excerpt, "excerpt", "boilerplate-excerpt", why, article.excerpt)
    # A column bears its name each week, and so do the addresses of its articles.
    named = article.title if host and not vouched(article.title or "", seen) else None
    if named and (count := shared.count(_title(named, host))) >= _MANY:
        why = f"it is the title of {count} pages of {host}"
        yield Damage(schema.title, "title", "boilerplate-title", why, named)
    keys = {Role.ORIGINAL: schema.original_url, Role.WEB: schema.web_url}
    for target in article.targets if article.title else ():
        if target.role in keys and (count := shared.count(_url(target.url))) > 1:
            why = f"it is the address of articles with {count} different titles"
            yield Damage(keys[target.role], "url", "shared-url", why, target.url)


def _sayings(article: Article) -> Iterator[tuple[int, int]]:
    """What an article says, each with what makes it another one than those that say the same."""
    host, title = _host(article), _digest("title", _bare(article.title or ""))
    own = [target for target in article.targets if target.role in (Role.ORIGINAL, Role.WEB)]
    if article.excerpt and article.title and host:
        yield _excerpt(article.excerpt, host), title
    if article.title and host:
        yield _title(article.title, host), _url(article.targets[0].url)
    if article.title:
        yield from ((_url(target.url), title) for target in own)


def _excerpt(excerpt: str, host: str) -> int:
    return _digest("excerpt", host, " ".join(excerpt.split()).casefold())


def _title(title: str, host: str) -> int:
    return _digest("title", host, " ".join(title.split()).casefold())


def _url(url: str) -> int:
    # A newsletter's items are told apart by what stands behind the #.
    return _digest("url", urls.canonical(url), urlsplit(url).fragment)


def _bare(title: str) -> str:
    """A title as it is compared: without the site's name, blanks and punctuation."""
    title = " ".join(title.split())
    return "".join(re.findall(r"\w+", (_SITE.sub("", title) or title).casefold()))


def _host(article: Article) -> str:
    return urls.host(article.targets[0].url).removeprefix("www.") if article.targets else ""


def _digest(*words: str) -> int:
    whole = "\0".join(words).encode(errors="surrogatepass")
    return int.from_bytes(blake2b(whole, digest_size=7).digest())
