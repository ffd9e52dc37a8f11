"""Pages that make readers slow, hungry or foolish, by kind; each is made at any size.

Three families. What makes HTML parsers super-linear: depth, misnesting, attributes, what never ends. What makes
patterns read bytes twice: `FOODS`, in every place that a page can put text. What makes readers compare all with all:
claims by the thousand.
"""

from collections.abc import Callable
from itertools import count

Kind = Callable[[int], str]

FOODS = {
    "blanks": " ",
    "line ends": "\r\n",
    "no-break spaces": "\N{NO-BREAK SPACE}",
    "zero-width marks": "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH JOINER}",
    "combining accents": "\N{COMBINING ACUTE ACCENT}",
    "NULs": "\0",
    "letters": "a",
    "short words": "ab ",
    "digits": "2",
    "dates": "2026-01-01 ",
    "dashes": "- ",
    "bars": "||",
    "separated words": "a - b | ",
    "full stops": ". ",
    "ellipses": "… ...",
    "commas": "a, ",
    "conjunctions": "a and ",
    "by-lines": "by author ",
    "brackets": "([<",
    "closed brackets": "(a@) ",
    "quotes": "“'”",
    "addresses": "https://a.example/ ",
    "slashes": "/",
    "dots of paths": "../",
    "percents": "%",
    "entities": "&amp;",
    "entities of entities": "&amp;amp;",
    "ampersands": "&",
    "numeric entities": "&#38;#38;",
    "tags as text": "&lt;a ",
    "comments as text": "&lt;!--",
    "mojibake": "Ã©",
    "half mojibake": "Ã",
    "braces": "{{",
    "base64": "data:image/png;base64,iVBORw0KGgo",
    "boilerplate": "privacy policy ",
    "CJK dates": "2026 年 ",
    "months": "jan 1 ",
}  # fmt: skip
_METAS = (
    *("og:title", "og:description", "og:image", "og:site_name", "og:url", "og:locale"),
    *("article:published_time", "article:modified_time", "author", "twitter:title", "twitter:creator"),
)
_ITEMS = ("headline", "description", "author", "datePublished", "image", "url", "publisher", "articleBody")
_VALUE_LENGTH = 1_900  # near the longest that is still read


def full(piece: str, before: str = "", after: str = "") -> Kind:
    """A piece again and again, between two others."""
    return lambda size: before + piece * ((size - len(before + after)) // len(piece)) + after


def numbered(made: Callable[[int], str], before: str = "", after: str = "") -> Kind:
    """Pieces that differ, between two others."""

    def page(size: int) -> str:
        pieces, room = [before], size - len(before + after)
        for number in count():
            pieces.append(made(number))
            room -= len(pieces[-1])
            if room < 0:
                return "".join([*pieces[:-1], after])
        return ""

    return page


def doubled(opening: str, closing: str) -> Kind:
    """As many openings as closings."""
    return lambda size: (half := size // len(opening + closing)) * opening + half * closing


def ld(content: Kind) -> Kind:
    """A JSON-LD script of its own."""
    return lambda size: f'<script type="application/ld+json">{content(size - 43)}</script>'


def crowded(tag: str) -> Kind:
    """One tag with attributes by the ten thousand."""
    return numbered(lambda n: f" a{n}=1", f"<{tag}", ">")


def fed(food: str) -> Kind:
    """Metas and JSON-LD with values of a food, each near the longest that is still read."""
    piece = food * (_VALUE_LENGTH // len(food))

    def value(n: int) -> str:
        if n % 2:
            return (
                f'<script type="application/ld+json">{{"@type":"Article","{_ITEMS[n // 2 % 8]}":"{n}{piece}"}}</script>'
            )
        return f'<meta property="{_METAS[n // 2 % 11]}" content="{n}{piece}">'

    return numbered(value, "<title>" + piece + "</title><h1>" + piece + "</h1>")


def gorged(food: str) -> Kind:
    """One value of a food in each place, all of one size."""

    def page(size: int) -> str:
        piece = food * (size // 8 // len(food))
        return (
            f'<title>{piece}</title><meta name=author content="{piece}"><meta name=date content="{piece}">'
            f'<meta property="og:image" content="/{piece}"></head><h1>{piece}</h1><p class="byline">{piece}</p>'
            f'<time datetime="{piece}">x</time><p>{piece}</p>'
        )

    return page


def crowd(opening: str, content: str) -> Kind:
    """Places that promise a claim, each as full as a reader may look."""
    return full(opening + content * (_VALUE_LENGTH // len(content)))


def article(members: str) -> str:
    return f'{{"@type": "Article", {members}}}'


BYTES = (
    *(
        "<",
        "</",
        "<!",
        "<!-",
        "<!--",
        "<?",
        "-->",
        "<!-->",
        "--!>",
        "<![CDATA[",
        "<!doctype ",
        ">",
        '="',
        '"',
        "'",
    ),
    *("<meta ", "<meta content=", '<meta content="', "<meta content='", "<link ", "<link rel=", "<base href="),
    *("<script", "<script ", "</script", "<style", "</style", "<title", "</title", "<h1", "<h1 ", "</h1", "<p"),
    *(
        "<time datetime=",
        "<time ",
        "itemprop=",
        'itemprop="author"',
        "uthor",
        "yline",
        "byline",
        "ld+json",
        "canonical",
    ),
    *(
        "<p class=byline",
        "<a rel=author ",
        "<html lang=",
        "</head",
        "<body",
        "<img src=",
        "\0",
        " ",
        "\n",
        "&",
        "\\",
        "{",
    ),
    *(
        "atetime=",
        "atePublished",
        '"headline"',
        '"description"',
        "<script><!--",
        "<!--<script>",
        "property=",
        "content=",
    ),
    *(f"<{tag} " for tag in ("title", "textarea", "style", "iframe", "html", "head", "body", "base", "img", "div")),
    *("<title/", '<link rel="icon"', '<meta name="viewport"', '<meta name="a" content="b&'),
    *("<html/>", "<meta/name=a/>"),
)  # fmt: skip
HIDING = {
    "comments": "<!--{}-->",
    "scripts": "<script>{}</script>",
    "styles": "<STYLE>{}</STYLE>",
    "values": "<p a='{}'>",
}
HIDDEN = ("</head>", "</HEAD>", "<body", "<BODY ", "<title>", "<h1>", "ld+json", "canonical", "byline")

STRUCTURES: dict[str, Kind] = {
    # depth and misnesting
    "nested lists": full("<ul><li>"),
    "nested lists that close": doubled("<ul><li>", "</li></ul>"),
    "nested tables": full("<table><tr><td>"),
    "nested formatting in tables": full("<table><b><i><a>"),
    "misnested formatting": full("<b><p><i><div>"),
    "misnested links": full("<a href=x><p></a>"),
    "formatting with attributes": numbered(lambda n: f"<b a{n}><p>"),
    "nested fonts": full("<font><font size=1><p>"),
    "nested divisions": full("<div>"),
    "nested quotations in headings": full("<h1><blockquote>"),
    "nested templates": full("<template>"),
    "nested svg": full("<svg><g>"),
    "svg and html by turns": full("<svg><foreignObject><p>"),
    "nested math": full("<math><mi><p>"),
    "nested selects": full("<select><option>"),
    "nested framesets": full("<frameset>"),
    "nested forms in tables": full("<table><form><td>"),
    "nested by-lines": full('<div class="byline author">'),
    "nested items": full('<div itemprop="author"><span itemprop="name">'),
    "nested articles": full("<article><section>"),
    "nested noscripts": full("<noscript><p>"),
    "buttons in buttons": full("<p><button>"),
    "ruby": full("<ruby><rb><rt>"),
    "foster parents": full("<table>x<tr>y"),
    "closing tags alone": full("</p></b></h1></x>"),
    # attributes
    **{f"a {tag} of many attributes": crowded(tag) for tag in ("meta", "html", "body", "head", "h1", "a", "link", "x")},
    "a base of many attributes": crowded("base"),
    "a time of many attributes": crowded("time datetime=2026-01-01"),
    "a by-line of many attributes": crowded("p class=byline"),
    "a script of many attributes": crowded('script type="application/ld+json"'),
    "many tags of many attributes": full("<meta " + " ".join(f"a{n}" for n in range(200)) + ">"),
    "many html tags": numbered(lambda n: f"<html a{n}=1>"),
    "many body tags": numbered(lambda n: f"<body a{n}=1>"),
    "equals signs": full("=", "<meta ", ">"),
    "quotes in a tag": full("\"'", "<meta ", ">"),
    "a long class": full("byline author ", '<p class="', '">x</p>'),
    "a long rel": full("canonical amphtml ", '<link rel="', '" href=/a>'),
    "a long property": full("og:title og:image ", '<meta property="', '" content=a>'),
    "a long itemprop": full("author headline ", '<p itemprop="', '">x</p>'),
    # what never ends
    **{
        f"{tag} again and again, never closed": full(f"<{tag}>")
        for tag in ("title", "textarea", "style", "script", "noscript", "iframe", "h1", "p", "plaintext", "xmp")
    },
    **{
        f"one {tag} that never ends": full("<a <b ", f"<{tag}>")
        for tag in ("title", "textarea", "style", "script", "noscript", "iframe", "svg", "template", "select", "h1")
    },
    "scripts that never close": full('<script type="application/ld+json">'),
    "scripts whose type never closes": full('<script type="application/ld+json'),
    "scripts that are commented out": full('<script type="application/ld+json"><!--'),
    "scripts that close as others": full("<script></scripts></style>"),
    "by-lines without end": full('<p class="byline author'),
    "metas without end, quoted by turns": full("<meta content=\"a' name='b\""),
    "words in the text that promise a tag": full("author byline datetime= datePublished ", "<body><p>"),
    "words in comments that promise a tag": full('<!-- <p class="byline"> -->', "<body>"),
    # claims by the thousand
    "many titles": numbered(lambda n: f"<title>{n} tides</title>"),
    "many social titles": numbered(lambda n: f'<meta property="og:title" content="Tide {n} - News {n}">'),
    "many site names": numbered(lambda n: f'<meta property="og:site_name" content="News {n}">'),
    "titles and site names": numbered(
        lambda n: f'<meta property="og:title" content="A - {n} - B"><meta property="og:site_name" content="{n}">'
    ),
    "many excerpts, each longer": numbered(lambda n: f'<meta name=description content="{"ab " * (n % 600)}...">'),
    "many pictures": full('<meta property="og:image" content="/a.jpg">'),
    "many pictures with sizes": numbered(
        lambda n: f'<meta property="og:image" content="/{n}.jpg"><meta property="og:image:width" content="{n}">'
    ),
    "many links": numbered(lambda n: f'<link rel="canonical amphtml image_src" href="/{n}">'),
    "many bases": numbered(lambda n: f'<base href="/{n}/">'),
    "many headings": numbered(lambda n: f"<h1>Tide {n}</h1>"),
    "many headings of much": full("<h1>" + "<b>x</b>" * 200 + "</h1>"),
    "many authors in a meta each": numbered(lambda n: f'<meta name="author" content="Ann {n}, Bo {n} and Cy {n}">'),
    "many by-lines": numbered(lambda n: f'<p class="byline">By Ann {n}</p>', "<body>"),
    "many by-lines of much": full('<p class="byline">' + "<b>" * 400 + "</p>", "<body>"),
    "many authors by relation": numbered(lambda n: f'<a rel="author" href="/{n}">Ann {n}</a>', "<body>"),
    "many items": numbered(lambda n: f'<p itemprop="headline">Tide {n}</p><i itemprop="author">Ann {n}</i>', "<body>"),
    "many item scopes": full('<div itemscope itemtype="https://schema.org/Article"><p itemprop="name">x</p>', "<body>"),
    "many properties of RDFa": full('<p property="schema:headline dc:title">x</p>', "<body>"),
    "many dates": numbered(lambda n: f'<time datetime="2026-01-01T00:00:{n % 60:02}Z">x</time>', "<body>"),
    "many paragraphs": numbered(lambda n: f"<p>{n} is how the tide turned. And so on, for an hour.</p>", "<body>"),
    "many paragraphs of links": full("<p><a href=x>ab</a>", "<body>"),
    "one paragraph of much": full("<b>so</b> on. ", "<body><p>"),
    "many pictures in the text": full("<img src=/a.jpg width=800 height=400 alt=x>", "<body><article>"),
    "many scripts of other kinds": full("<script>var a = '<p class=\"byline\">';</script>", "<body>"),
    "many feeds": full('<link rel="alternate" type="application/json+oembed" href="/o?a=1">'),
    # charsets
    "many charsets": full('<meta charset="iso-2022-jp"><meta charset=utf-16>'),
    "escapes of another charset": full("\x1b$B\x1b(B", '<meta charset="iso-2022-jp"><title>'),
    "a charset that the text refutes": full("é\xff", '<meta charset="big5"><title>'),
    # JSON-LD
    "many JSON blocks": numbered(lambda n: ld(lambda _: article(f'"headline": "x{n}", "author": {{"name": "b"}}'))(0)),
    "many JSON blocks in the body": numbered(lambda n: ld(lambda _: article(f'"headline": "x{n}"'))(0), "<body>"),
    "many JSON blocks to repair": full('<script type="application/ld+json">{"a": [,],}</script>'),
    "deep JSON lists": ld(full("[")),
    "deep JSON lists that close": ld(doubled("[", "]")),
    "deep JSON objects": ld(full('{"a":')),
    "deep JSON objects that close": ld(lambda size: '{"a":' * (size // 6) + "1" + "}" * (size // 6)),
    "deep graphs": ld(full('{"@graph":[')),
    "deep graphs that close": ld(lambda size: '{"@graph":[' * 900 + "{}," * (size // 3 - 4300) + "{}" + "]}" * 900),
    "deep main entities": ld(lambda size: '{"@type":"WebPage","mainEntity":' * min(900, size // 33) + "1"),
    "many nodes": ld(full("{},", '{"@graph": [', "{}]}")),
    "many articles in one graph": ld(numbered(lambda n: article(f'"headline": "x{n}"') + ",", '{"@graph": [', "{}]}")),
    "many articles that refer": ld(
        numbered(lambda n: f'{{"@id": "{n}", "@type": "Article", "author": {{"@id": "{n + 1}"}}}},', "[", "{}]")
    ),
    "nodes that refer to each other": ld(
        numbered(
            lambda n: f'{{"@id": "#{n % 2}", "@type": "Person", "author": {{"@id": "#{1 - n % 2}"}}}},', "[", "{}]"
        )
    ),
    "a node that refers to itself": ld(
        full('{"@id": "a"},', '{"@id": "a", "@type": "Article", "author": [', '{"@id": "a"}]}')
    ),
    "many authors in JSON": ld(
        numbered(lambda n: f'{{"name": "Ann {n}"}},', '{"@type": "Article", "author": [', "1]}")
    ),
    "many authors in one string": ld(numbered(lambda n: f"Ann {n} and ", '{"@type": "Article", "author": "', '"}')),
    "many pictures in JSON": ld(numbered(lambda n: f'"/{n}.jpg",', '{"@type": "Article", "image": [', "1]}")),
    "many types": ld(full('"Article",', '{"@type": [', '"x"], "headline": "x"}')),
    "many keys": ld(numbered(lambda n: f'"a{n}": 1,', '{"@type": "Article", ', '"headline": "x"}')),
    "many headlines": ld(numbered(lambda n: f'"a{n}",', '{"@type": "Article", "headline": [', "1]}")),
    "a long article body": ld(full("so the tide turned. ", '{"@type": "Article", "articleBody": "', '"}')),
    "JSON of commas": ld(full(", ", '{"@type": "Article"')),
    "JSON of blanks and commas": ld(full(" \n,", "[1", "}")),
    "JSON of backslashes": ld(full("\\", '{"a": "')),
    "JSON of quotes": ld(full('"')),
    "JSON of escapes": ld(full("\\u00", '{"a": "', '"}')),
    "JSON of lone surrogates": ld(full("\\ud83d", '{"@type": "Article", "headline": "', '"}')),
    "JSON of control characters": ld(full("\n\t\0", '{"@type": "Article", "headline": "', '",}')),
    "JSON of comments": ld(full("/*")),
    "JSON of closed comments": ld(full("/**/", "{", "}")),
    "JSON of stars": ld(full("*", "/*")),
    "JSON of line comments": ld(full("\n// a", "{")),
    "JSON of blanks": ld(full(" ", "{", "x}")),
    "JSON of blank lines": ld(full("\n \t", "{", "x}")),
    "JSON of openings": ld(full("<!--")),
    "JSON of character data": ld(full("<![CDATA[")),
    "JSON of entities": ld(full("&quot;", "{", "}")),
    "JSON of single quotes": ld(full("'a': 'b', ", "{", "}")),
    "JSON after JSON": ld(full('{"a": 1}')),
    "a huge JSON number": ld(full("9", '{"@type": "Article", "headline": ', "}")),
    "a huge JSON exponent": ld(full("9", '{"@type": "Article", "headline": 1e', "}")),
    "a huge JSON string": ld(full("a", '{"@type": "Article", "headline": "', '"}')),
}

PLACES = {
    "headings": "<h1>",
    "paragraphs": "<p>",
    "by-lines": '<p class="byline">',
    "times": "<time datetime=x>",
    "named items": '<div itemprop="author">',
    "article items": '<div itemscope itemtype="https://schema.org/Article"><p itemprop="headline">',
}
CONTENTS = {
    "lists": "<ul><li>",
    "tables and formatting": "<table><b><i><a>",
    "misnested formatting": "<b><p><i><div>",
    "links that close": "<a href=x><p></a>",
    "attributes": "<b a=1 b=2 c=3 d=4 e=5 f=6>",
    "drawings": "<svg><foreignObject><p>",
    "choices": "<select><option>",
    "less-than signs": "<",
    "blanks": " ",
}

KINDS: dict[str, Kind] = {
    **STRUCTURES,
    **{f"the bytes {piece!r}": full(piece) for piece in BYTES},
    **{f"the bytes {piece!r} in the body": full(piece, "<head></head><body>") for piece in BYTES},
    **{f"{hidden} in {name}": full(HIDING[name].format(hidden)) for name in HIDING for hidden in HIDDEN},
    **{f"{place} of {name}": crowd(PLACES[place], content) for place in PLACES for name, content in CONTENTS.items()},
    **{f"many values of {name}": fed(food) for name, food in FOODS.items()},
    **{f"huge values of {name}": gorged(food) for name, food in FOODS.items()},
}
