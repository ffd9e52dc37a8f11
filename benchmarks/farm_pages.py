"""The pages of the farm: which there are, what is true of each, and their HTML. The same seed gives the same bytes.

Sizes are those of real pages: 20 to 400 KB of HTML, log-normal about 150, their heads log-normal about 27, and gzip
leaves about a quarter.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import accumulate, product
from math import prod
from random import Random
from urllib.parse import urlsplit

_LEAST, _MEDIAN, _MOST, _SPREAD = 20_000, 150_000, 400_000, 0.6
_HEAD_MEDIAN, _HEAD_SPREAD = 27_000, 0.7
_LINKED_DATA_SHARE = 0.8

# One of each makes a title; which ones is told by the page's number alone, so that no two of four million are the same.
_WORDS = tuple(
    words.split("|")
    for words in (
        (
            "Harbour|Valley|Northern|Coastal|Island|Mountain|River|Old town|Southern|Railway|Museum|Forest|"
            "Lakeside|Airport|Market|University|Village|Border|Garden|Desert|Canal|Winter|Summer|Night|City|"
            "County|Public|Private|Royal|Student"
        ),
        (
            "council|engineers|nurses|bakers|pilots|teachers|farmers|painters|archivists|sailors|builders|"
            "gardeners|drivers|brewers|librarians|doctors|fishers|singers|weavers|clerks|judges|rangers|miners|"
            "cooks|printers|tailors|dancers"
        ),
        (
            "vote to reopen|plan to sell|ask to keep|fail to find|agree to repair|hope to double|begin to count|"
            "refuse to close|want to move|learn to share|offer to rent|decide to test|promise to clean|"
            "start to map"
        ),
        (
            "the ferry quay|its last mill|a glass bridge|two old trams|the tidal gate|every bus stop|"
            "the grain store|the chalk pit|the town clock|its archive|a second runway|the night train|"
            "all its lamps|the weather station|half the orchard|the salt works|a floating stage|one in ten beds|"
            "its wind farm|the summer school"
        ),
        (
            "before winter|after the flood|by a narrow margin|for the first time|in a single day|"
            "without a permit|at no cost|under new rules|despite the strike|with a loan|on a Sunday|"
            "for ten years|next to the park|once a week|in silence|against all advice|within a year|twice over"
        ),
    )
)
_TITLES = prod(map(len, _WORDS))


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a page, and so what a reader of it should find."""

    number: int
    url: str
    title: str
    description: str
    image: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Which pages there are, and which host each lies on: evenly, or by Zipf with exponent 1."""

    pages: int = 2_000
    hosts: int = 200
    zipf: bool = False
    seed: int = 1

    def host(self, number: int) -> str:
        return name(_drawn(self)[number] if self.zipf else number % self.hosts)

    def truth(self, number: int) -> Truth:
        title = _title(number, self.seed)
        base = f"http://{self.host(number)}"
        random = Random(f"{self.seed} {number}")
        description = " ".join(random.choices(_sentences(self.seed), k=3))
        image = f"{base}/img/{number}-{random.randrange(16**8):08x}-1200x630.jpg"
        return Truth(number, f"{base}/{number}/{title.lower().replace(' ', '-')}", title, description, image)


def name(host: int) -> str:
    """The name of a host of the farm, by its number from 0."""
    return f"site-{host:03d}.example"


def number_of(path: str) -> int | None:
    """The number in the path of a page; None if it is none of ours."""
    first = path[1:].partition("/")[0]
    return int(first) if first.isascii() and first.isdecimal() and len(first) < 9 else None


@cache
def _drawn(plan: Plan) -> list[int]:
    shares = list(accumulate(1 / (rank + 1) for rank in range(plan.hosts)))
    return Random(plan.seed).choices(range(plan.hosts), cum_weights=shares, k=plan.pages)


def _title(number: int, seed: int) -> str:
    rest, chosen = (number * 1_000_003 + seed) % _TITLES, []  # prime to the number of titles: each comes once
    for words in _WORDS:
        rest, which = divmod(rest, len(words))
        chosen.append(words[which])
    return " ".join(chosen)


@cache
def _sentences(seed: int) -> list[str]:
    """Sentences of made-up words, the short ones common, as in a language."""
    random = Random(seed)
    parts = list(map("".join, product("bcdfglmnprstvw", ("a", "e", "i", "o", "u", "ea", "ou"))))
    vocabulary = sorted(
        ("".join(random.choices(parts, k=random.choice((1, 2, 2, 3, 4)))) for _ in range(4000)), key=len
    )
    common = list(accumulate(1 / (rank + 5) for rank in range(len(vocabulary))))

    def sentence() -> str:
        words = random.choices(vocabulary, cum_weights=common, k=random.randrange(7, 19))
        return " ".join(words).capitalize() + random.choice(".....?!")

    return [sentence() for _ in range(6000)]


# ---- HTML


def html(plan: Plan, number: int) -> bytes:
    """The page, UTF-8."""
    truth, random = plan.truth(number), Random(f"{plan.seed} {number} html")
    size = min(max(random.lognormvariate(0, _SPREAD) * _MEDIAN, _LEAST), _MOST)
    head = min(random.lognormvariate(0, _HEAD_SPREAD) * _HEAD_MEDIAN, 0.6 * size)
    made = _head(truth, random, int(head), plan.seed)
    return f"{made}{_body(truth, random, int(size) - len(made), plan.seed)}".encode()


def _head(truth: Truth, random: Random, size: int, seed: int) -> str:
    host = urlsplit(truth.url).netloc
    tags = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(truth.title)} | {host}</title>",
        f'<meta name="description" content="{escape(truth.description)}">',
        f'<link rel="canonical" href="{truth.url}">',
        '<meta property="og:type" content="article">',
        f'<meta property="og:site_name" content="{host}">',
        f'<meta property="og:title" content="{escape(truth.title)}">',
        f'<meta property="og:description" content="{escape(truth.description)}">',
        f'<meta property="og:url" content="{truth.url}">',
        f'<meta property="og:image" content="{truth.image}">',
        '<meta property="og:image:width" content="1200">\n<meta property="og:image:height" content="630">',
        '<meta name="twitter:card" content="summary_large_image">',
        f'<meta name="twitter:title" content="{escape(truth.title)}">',
        f'<meta name="twitter:description" content="{escape(truth.description)}">',
        f'<meta name="twitter:image" content="{truth.image}">',
    ]
    if random.random() < _LINKED_DATA_SHARE:
        tags.append(f'<script type="application/ld+json">{_linked_data(truth, host, random, seed)}</script>')
    tags += [f'<link rel="preload" as="script" href="/js/{random.randrange(16**10):010x}.js">' for _ in range(8)]
    least = sum(map(len, tags))
    style = _filled(lambda: _rule(random), (size - least) // 2)
    script = _filled(lambda: _statement(random, seed), (size - least) // 2)
    # What is wanted stands before the styles on some pages, behind them on others.
    at = random.choice((4, len(tags)))
    tags[at:at] = [f"<style>{style}</style>"]
    return "\n".join([*tags, f"<script>{script}</script>", "</head>\n"])


def _linked_data(truth: Truth, host: str, random: Random, seed: int) -> str:
    article = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": truth.title,
        "description": truth.description,
        "image": {"@type": "ImageObject", "url": truth.image, "width": 1200, "height": 630},
        "datePublished": f"2026-{random.randrange(1, 10):02d}-{random.randrange(1, 28):02d}T08:30:00Z",
        "author": {"@type": "Person", "name": _WORDS[0][truth.number % 9] + " " + _WORDS[0][truth.number % 11 + 9]},
        "publisher": {"@type": "Organization", "name": host, "logo": f"http://{host}/logo.png"},
        "mainEntityOfPage": truth.url,
        "articleBody": " ".join(random.choices(_sentences(seed), k=random.choice((0, 0, 20)))),
    }
    return json.dumps(article)


def _body(truth: Truth, random: Random, size: int, seed: int) -> str:
    sentences = _sentences(seed)
    menu = "".join(_link(random, sentences, "nav") for _ in range(random.randrange(10, 60)))
    text = "".join(f"<p>{' '.join(random.choices(sentences, k=4))}</p>\n" for _ in range(random.randrange(8, 40)))
    begun = (
        f'<body class="article wide">\n<header><nav><ul>{menu}</ul></nav></header>\n<main><article>\n'
        f"<h1>{escape(truth.title)}</h1>\n"
        f'<figure><img src="{truth.image}" width="1200" height="630" alt=""></figure>\n{text}</article></main>\n'
    )
    left = size - len(begun)
    cards = _filled(lambda: _card(random, sentences), left * 6 // 10)
    state = _filled(lambda: _statement(random, seed), left * 4 // 10)
    return (
        f"{begun}<aside>{cards}</aside>\n<script>{state}</script>\n<footer>{_imprint(truth)}</footer>\n</body></html>\n"
    )


def _imprint(truth: Truth) -> str:
    return f'<p>&copy; {urlsplit(truth.url).netloc} &middot; <a href="/imprint">Imprint</a></p>'


def _filled(piece: Callable[[], str], size: int) -> str:
    pieces, length = [], 0
    while length < size:
        pieces.append(piece())
        length += len(pieces[-1])
    return "".join(pieces)


def _link(random: Random, sentences: list[str], kind: str) -> str:
    words = random.choice(sentences)[:28]
    return f'<li class="{kind}__item"><a class="{kind}__link" href="/{random.randrange(10**6)}/">{words}</a></li>\n'


def _card(random: Random, sentences: list[str]) -> str:
    which = random.randrange(10**6)
    return (
        f'<div class="card card--teaser" data-id="{which}"><a class="card__link" href="/{which}/">'
        f'<img class="card__image" loading="lazy" src="/img/{random.randrange(16**8):08x}-320x180.jpg" alt="">'
        f'<h3 class="card__title">{random.choice(sentences)}</h3></a>'
        f'<p class="card__text">{random.choice(sentences)} {random.choice(sentences)}</p>'
        '<svg class="icon" viewBox="0 0 24 24"><path d="M12 2l3 7h7l-6 4 2 7-6-4-6 4 2-7-6-4h7z"/></svg></div>\n'
    )


def _rule(random: Random) -> str:
    block = random.choice(("card", "nav", "teaser", "grid", "footer", "article"))
    return (
        f".{block}__{random.randrange(16**4):x}{{display:flex;margin:{random.randrange(40)}px auto;"
        f"color:#{random.randrange(16**6):06x};padding:0 {random.randrange(9)}rem}}\n"
    )


def _statement(random: Random, seed: int) -> str:
    key, value = random.randrange(16**6), random.choice(_sentences(seed))[:60]
    return f'window.__state["{key:06x}"]={{"id":{key},"kind":"teaser","text":{json.dumps(value)},"seen":false}};\n'
