"""More cases: what a page may be in place of a page, every robots.txt, and connections that say too much."""

import gzip

from tests.hostile_answers import ANSWERS, BROKEN, CHANGED, CUT, LARGE, LEFT
from tests.hostile_web import (
    NO_RULES,
    OK,
    PAGE,
    TITLE,
    Answer,
    Case,
    after,
    by_turns,
    flooding,
    hang_up,
    page,
    reset,
    status,
    titled,
    to,
    typed,
    zeros,
)

_NO_PAGE = ("not-a-page",)
_RSS = f"<rss version='2.0'><channel><title>{TITLE}</title><description>x</description></channel></rss>"
_FEED = b"<?xml version='1.0'?>" + _RSS.encode()

_ATOM = f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>{TITLE}</title></feed>".encode()
_SVG = f"<svg xmlns='http://www.w3.org/2000/svg'><title>{TITLE}</title></svg>".encode()

TYPES = {
    **{
        f"type-{kind.decode().partition(';')[0].replace('/', '-').replace('+', '-')}": Case(typed(kind, body), _NO_PAGE)
        for kind, body in (
            (b"image/png", b"\x89PNG\r\n\x1a\n" + bytes(200)),
            (b"image/svg+xml", _SVG),
            (b"application/pdf", b"%PDF-1.7\n" + PAGE),
            (b"application/json", b'{"title": "<title>x</title>"}'),
            (b"application/ld+json", b'{"@type": "Article", "headline": "x"}'),
            (b"application/rss+xml", _FEED),
            (b"application/atom+xml", _ATOM),
            (b"application/zip", b"PK\3\4" + PAGE),
            (b"video/mp4", PAGE),
            (b"audio/mpeg", PAGE),
            (b"font/woff2", PAGE),
            (b"text/css", PAGE),
            (b"text/javascript", PAGE),
            (b"application/javascript", PAGE),
            (b"text/csv", PAGE),
            (b"text/calendar", PAGE),
            (b"application/x-tar", PAGE),
            (b"multipart/x-mixed-replace; boundary=a", PAGE),
        )
    },
    "type-feed-as-xml": Case(typed(b"text/xml", _FEED), _NO_PAGE),
    "type-atom-as-html": Case(typed(b"text/html", _ATOM), _NO_PAGE),
    "type-svg-as-xml": Case(typed(b"application/xml", b"<?xml version='1.0'?>\n<!-- a -->" + _SVG), _NO_PAGE),
    "type-octets": Case(typed(b"application/octet-stream", bytes(range(256)) * 20), ("empty", *_NO_PAGE)),
    "type-xhtml": Case(typed(b"application/xhtml+xml", PAGE), CHANGED),
    "type-none": Case(page().replace(b"Content-Type: text/html; charset=utf-8\r\n", b""), CHANGED),
    "type-nonsense": Case(typed(b";;;,,,///", PAGE), CHANGED),
    "type-in-capitals": Case(typed(b"TEXT/HTML", PAGE), CHANGED),
    "type-of-a-kilobyte": Case(typed(b"text/html; a=" + b"b" * 8_000, PAGE), CHANGED),
    "attachment": Case(page(headers=b"Content-Disposition: attachment; filename=../../etc/passwd\r\n"), CHANGED),
}

_EVIL = "The tide \x1b[31mturned\x1b]0;owned\x07 \u202etwice\u2066 today\x9b2J"
CHARSETS = {
    **{
        f"charset-{name}": Case(titled(text.encode(coding), charset), CHANGED)
        for name, text, coding, charset in (
            ("undeclared", TITLE + " é", "utf-8", b""),
            ("undeclared-latin", TITLE + " é", "latin-1", b""),
            ("wrong", TITLE + " é", "utf-8", b"; charset=iso-8859-1"),
            ("unknown", TITLE, "utf-8", b"; charset=klingon-1"),
            ("utf-7", TITLE, "ascii", b"; charset=utf-7"),
            ("zlib", TITLE, "ascii", b"; charset=zlib"),
            ("hex", TITLE, "ascii", b"; charset=hex_codec"),
            ("idna", TITLE, "ascii", b"; charset=idna"),
            ("unicode-escape", TITLE, "ascii", b"; charset=unicode_escape"),
            ("rot13", TITLE, "ascii", b"; charset=rot13"),
            ("nul", TITLE, "ascii", b"; charset=utf\0-8".replace(b"\0", b"")),
            ("quotes", TITLE, "ascii", b'; charset="utf-8'),
            ("empty", TITLE, "ascii", b"; charset="),
            ("long", TITLE, "ascii", b"; charset=" + b"a" * 5_000),
            ("twice", TITLE, "ascii", b"; charset=a; charset=b"),
            ("japanese", "潮が二度" + TITLE, "shift_jis", b"; charset=shift_jis"),
            ("chinese", "潮水" + TITLE, "gb18030", b"; charset=gb2312"),
        )
    },
    **{
        f"charset-{name}": Case(
            page(mark + f"<title>{TITLE}</title><meta name=description content=So.>".encode(coding)), CHANGED
        )
        for name, coding, mark in (
            ("utf-8-mark", "utf-8", b"\xef\xbb\xbf"),
            ("utf-16-le-mark", "utf-16-le", b"\xff\xfe"),
            ("utf-16-be-mark", "utf-16-be", b"\xfe\xff"),
            ("utf-32-mark", "utf-32-le", b"\xff\xfe\0\0"),
            ("two-marks", "utf-8", b"\xef\xbb\xbf" * 2),
            ("many-marks", "utf-8", b"\xef\xbb\xbf" * 100),
        )
    },
    "charset-utf-16-without-a-mark": Case(titled(TITLE.encode("utf-16-le"), b"; charset=utf-16"), (*CHANGED, "empty")),
    "charset-mark-and-nothing": Case(page(b"\xff\xfe"), ("empty",)),
    "charset-odd-utf-16": Case(
        page(b"\xff\xfe" + f"<title>{TITLE}</title><meta name=description content=So.>".encode("utf-16-le") + b"\0"),
        CHANGED,
    ),
    "charset-utf-16-of-megabytes": Case(page(b"\xff\xfe" + "潮".encode("utf-16-le") * 3_500_000), ("empty", *LARGE)),
    "charset-lone-surrogates": Case(page(b"\xff\xfe" + b"\0\xd8" * 1000), ("empty",)),
    "charset-overlong": Case(titled(TITLE.encode() + b" \xc0\xaf\xe0\x80\xaf"), CHANGED),
    "title-of-escapes": Case(titled(_EVIL.encode()), CHANGED),
    "title-of-markup": Case(
        titled(f"{TITLE} &lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;".encode()), CHANGED
    ),
    "title-of-yaml": Case(titled(f'{TITLE}"\n---\nadmin: true\nx: "'.encode()), CHANGED),
    "title-of-a-megabyte": Case(titled(TITLE.encode() + b" a" * 500_000), (*CHANGED, "empty", "other-page", *LEFT)),
    "title-of-nuls": Case(titled(TITLE.encode().replace(b" ", b"\0 \0")), (*CHANGED, "empty", *LEFT)),
}

PAGES = {
    name: Case(page(before + PAGE + after_), (*CHANGED, "empty"))
    for name, before, after_ in (
        ("deep-lists", b"", b"<ul><li>" * 100_000),
        ("deep-tables", b"", b"<table><tr><td>" * 50_000),
        ("attributes", b"", b"<a" + b" a=b" * 100_000),
        ("misnested", b"", b"<b><p><i><div>" * 50_000),
        ("less-than-signs", b"", b"<" * 2_000_000),
        ("comments", b"<!--" * 10, b"<!--" * 200_000),
        ("scripts", b"", b"<script type='application/ld+json'>" + b"[" * 500_000),
        ("entities", b"", b"&amp;" * 400_000),
        (
            "deep-json",
            b"",
            b"<script type='application/ld+json'>" + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"</script>",
        ),
        ("quotes", b"", b"\"'" * 500_000),
        ("deep-before-the-title", b"<div>" * 50_000, b""),
        ("open-title", b"", b"<title>" * 100_000),
    )
}

_FORBIDDEN = ("robots",)
_WELL = page()


def _robots(answer: Answer, makes: tuple[str, ...]) -> Case:
    return Case(_WELL, makes, robots=answer)


def rules(text: bytes, headers: bytes = b"") -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + headers + b"Content-Length: %d\r\n\r\n" % len(text) + text
    )


_NO = b"User-agent: *\nDisallow: /\n"
_US = b"User-agent: metafresh\nDisallow: /a\n"
ROBOTS = {
    **{
        f"robots-{code}": _robots(status(b"%d Odd" % code, body=_NO), CHANGED)
        for code in (400, 401, 403, 404, 410, 418, 429, 451)
    },
    **{
        f"robots-{code}": _robots(status(b"%d Odd" % code, body=_US), _FORBIDDEN)
        for code in (500, 501, 502, 503, 504, 599)
    },
    "robots-203": _robots(status(b"203 Told", body=_NO), _FORBIDDEN),
    "robots-204": _robots(b"HTTP/1.1 204 None\r\nContent-Length: 0\r\n\r\n", CHANGED),
    "robots-no": _robots(rules(_NO), _FORBIDDEN),
    "robots-no-us": _robots(rules(_US), _FORBIDDEN),
    "robots-no-others": _robots(rules(b"User-agent: other\nDisallow: /\n"), CHANGED),
    "robots-empty": _robots(rules(b""), CHANGED),
    "robots-blank": _robots(rules(b"\n \n\n"), CHANGED),
    "robots-html": _robots(page(b"<!doctype html><title>Not found</title>"), CHANGED),
    "robots-html-of-rules": _robots(page(_US), _FORBIDDEN),
    "robots-404-of-no-gzip": _robots(status(b"404 No", b"Content-Encoding: gzip\r\n", b"no gzip"), CHANGED),
    "robots-200-of-no-gzip": _robots(rules(_NO, b"Content-Encoding: gzip\r\n"), BROKEN),
    "robots-mark": _robots(rules(b"\xef\xbb\xbf" + _NO), _FORBIDDEN),
    "robots-latin": _robots(rules(b"# r\xe8gles\n" + _NO), _FORBIDDEN),
    "robots-nuls": _robots(rules(bytes(1000) + b"\n" + _NO), _FORBIDDEN),
    "robots-gzip": _robots(rules(gzip.compress(_NO), b"Content-Encoding: gzip\r\n"), _FORBIDDEN),
    "robots-bomb": _robots(rules(zeros(512, "gzip"), b"Content-Encoding: gzip\r\n"), CHANGED),
    "robots-bomb-after-rules": _robots(
        rules(gzip.compress(_US) + zeros(512, "gzip"), b"Content-Encoding: gzip\r\n"), _FORBIDDEN
    ),
    "robots-endless": _robots(after(OK + b"\r\n" + _US, flooding(b"# so\n")), _FORBIDDEN),
    "robots-huge-and-no": _robots(rules(_NO + b"# so\n" * 200_000), _FORBIDDEN),
    "robots-huge-and-too-late": _robots(rules(b"# so\n" * 200_000 + _NO), CHANGED),
    "robots-line-of-a-megabyte": _robots(rules(b"Disallow: /" + b"a" * 1_000_000), CHANGED),
    "robots-rules-by-the-thousand": _robots(rules(b"User-agent: *\n" + b"Disallow: /*a*b*c$\n" * 20_000), CHANGED),
    "robots-loop": _robots(to(b"/robots.txt"), CHANGED),
    "robots-five-hops": _robots(by_turns(*[to(b"/robots%d" % n) for n in range(5)], rules(_NO)), _FORBIDDEN),
    "robots-six-hops": _robots(by_turns(*[to(b"/robots%d" % n) for n in range(6)], rules(_NO)), CHANGED),
    "robots-to-inside": _robots(to(b"http://169.254.169.254/"), ("address",)),
    "robots-to-a-file": _robots(to(b"file:///etc/passwd"), ("url", *CHANGED)),
    "robots-to-nowhere": _robots(status(b"302 Found"), CHANGED),
    "robots-reset": _robots(reset, CUT),
    "robots-silent": _robots(hang_up, CUT),
    "robots-garbage": _robots(bytes(range(256)) * 10, BROKEN),
    "robots-half": _robots(after(OK + b"Content-Length: 5000\r\n\r\n" + _NO, hang_up), CUT),
    "robots-delay-of-a-year": _robots(rules(b"User-agent: *\nCrawl-delay: 31536000\n"), CHANGED),
    "robots-delay-of-nonsense": _robots(rules(b"User-agent: *\nCrawl-delay: -1e999\n"), CHANGED),
}

_POISON = page(b"<title>The tide was poisoned today</title><meta name=description content=Poison.>")
CONNECTIONS = {
    "answers-twice": Case(_WELL + _POISON, CHANGED),
    "robots-answers-twice": _robots(NO_RULES + _POISON, CHANGED),
    # What comes just after we asked passes for the answer, and why not: it is the server's own word.
    "robots-chatters": _robots(after(NO_RULES, flooding(NO_RULES, 200 << 20)), {*CHANGED, "not-found"}),
    "robots-adds-a-byte": _robots(NO_RULES + b"\n", CHANGED),
    "keeps-alive-and-closes": _robots(after(NO_RULES, hang_up), CHANGED),
}

CASES = ANSWERS | TYPES | CHARSETS | PAGES | ROBOTS | CONNECTIONS
