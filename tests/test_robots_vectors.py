"""Whether we may ask for a URL: what RFC 9309 says and shows, and what Google's parser makes of what it leaves open.

Sources: RFC 9309 §2.2, §5 and the cases of https://github.com/google/robotstxt, told in our own words.
"""

from datetime import UTC, datetime

import pytest

from crawler import urls
from crawler.web.robots import RobotsText, rules

US, OTHERS = "User-agent: metafresh\n", "User-agent: other\n"
ALL_BUT = f"{US}Disallow: /\nAllow: "
RFC = """\
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""
LONG = "/x/" + "a" * 16_650


def rfc_as(name):
    return RFC.replace(name, "metafresh")


def may_ask(text, path):
    asked = rules(RobotsText("http://news.example", datetime(2026, 1, 1, tzinfo=UTC), 200, text))
    return asked.allows(urls.canonical(f"http://news.example{path}"))


def allowed(text, *paths):
    return [(text, path, True) for path in paths]


def refused(text, *paths):
    return [(text, path, False) for path in paths]


SIMPLE_EXAMPLE = [
    *refused(RFC, "/example/", "/example/page.html", "/a.gif", "/b/c.gif"),
    *allowed(RFC, "/", "/publications/", "/a.gifs", "/a.gif?b", "/publications/example/"),
    *allowed(rfc_as("foobot"), "/example/page.html", "/example/allowed.gif", "/example/page.html?a"),
    *refused(rfc_as("foobot"), "/", "/publications/", "/example/", "/example/page.htm"),
    *refused(rfc_as("barbot"), "/example/page.html"),
    *allowed(rfc_as("barbot"), "/", "/a.gif", "/example/"),
    *refused(rfc_as("bazbot"), "/example/page.html"),
    *allowed(rfc_as("bazbot"), "/a.gif", "/example/other.html"),
    *allowed(rfc_as("quxbot"), "/", "/a.gif", "/example/page.html"),
]

WORDS = [
    *refused(f"{US}Disallow: /", "/x"),
    *refused("USER-AGENT: METAFRESH\nDISALLOW: /\nALLOW: /x/", "/a/b"),
    *allowed("USER-AGENT: METAFRESH\nDISALLOW: /\nALLOW: /x/", "/x/y"),
    *refused("uSeR-aGeNt: MetaFresh\ndIsAlLoW: /\naLlOw: /x/", "/a/b"),
    *allowed("uSeR-aGeNt: MetaFresh\ndIsAlLoW: /\naLlOw: /x/", "/x/y"),
    *refused("user-agent metafresh\ndisallow /", "/x"),
    *refused("user-agent\tmetafresh\ndisallow\t/", "/x"),
    *refused("user agent: metafresh\ndisalow: /", "/x"),
    *refused("useragent: metafresh\ndissallow: /", "/x"),
    *refused(f"{US}disallaw: /", "/x"),
    *refused("  User-agent :  metafresh  \n\tDisallow : / \t", "/x"),
    *allowed("foo: metafresh\nbar: /", "/x"),
    *allowed("<html>\nUser-agent metafresh? Disallow: /\n</html>", "/x"),
    *allowed("", "/x"),
    *allowed("#", "/x"),
    *allowed("\0\0\0", "/x"),
]

NAMES = [
    *refused("User-agent: metafresh/1.0\nDisallow: /", "/x"),
    *refused("User-agent: Metafresh/0.1.0 (+https://a.example)\nDisallow: /", "/x"),
    *refused("User-agent: metafresh bot\nDisallow: /", "/x"),
    *refused("User-agent: metafresh*\nDisallow: /", "/x"),
    *refused("User-agent: metafresh, other\nDisallow: /", "/x"),
    *refused("User-agent: metafresh # us\nDisallow: /", "/x"),
    *allowed("User-agent: meta\nDisallow: /", "/x"),
    *allowed("User-agent: m\nDisallow: /", "/x"),
    *allowed("User-agent: fresh\nDisallow: /", "/x"),
    *allowed("User-agent: metafresh-images\nDisallow: /", "/x"),
    *allowed("User-agent: metafreshest\nDisallow: /", "/x"),
    *allowed("User-agent: other metafresh\nDisallow: /", "/x"),
    *allowed("User-agent: Mozilla/5.0 (compatible; metafresh/1.0)\nDisallow: /", "/x"),
    *allowed("User-agent:\nDisallow: /", "/x"),
    *allowed("User-agent: ツ\nDisallow: /", "/x"),
    *allowed("User-agent: *\nDisallow: /\nUser-agent: metafresh bot\nAllow: /x/\nDisallow: /", "/x/y"),
    *refused("User-agent: * # all\nDisallow: /", "/x"),
    *refused("User-agent: * all\nDisallow: /", "/x"),
    *allowed("User-agent: *bot\nDisallow: /", "/x"),
]

# A rule of nobody's, two groups, a rule after blank lines, a name without a rule of its own, a group once more.
SCATTERED = """\
allow: /foo/bar/

user-agent: Foo
disallow: /
allow: /x/
user-agent: Bar
disallow: /
allow: /y/


allow: /w/
user-agent: Baz

user-agent: Foo
allow: /z/
disallow: /
"""
FOO, BAR, BAZ = (SCATTERED.replace(name, "metafresh") for name in ("Foo", "Bar", "Baz"))

GROUPS = [
    *allowed(FOO, "/x/b", "/z/d"),
    *refused(FOO, "/y/c", "/foo/bar/", "/w/a"),
    *allowed(BAR, "/y/c", "/w/a"),
    *refused(BAR, "/z/d", "/foo/bar/", "/x/b"),
    *allowed(BAZ, "/z/d"),
    *refused(BAZ, "/foo/bar/", "/x/b"),
    *refused(f"{US}Sitemap: https://a.example/s\nUser-agent: *\nDisallow: /", "/"),
    *refused(f"{OTHERS}Sitemap: https://a.example/s\nUser-agent: *\nDisallow: /", "/"),
    *refused(f"{US}Unknown-Line: x\nUser-agent: *\nDisallow: /", "/"),
    *refused(f"{US}Crawl-delay: 5\nUser-agent: *\nDisallow: /", "/"),
    *allowed(f"{US}Disallow:\nUser-agent: *\nDisallow: /", "/"),
    *allowed(f"{US}Allow: /a\nUser-agent: *\nDisallow: /", "/b"),
    *refused("user-agent: *\nallow: /\nuser-agent: metafresh\ndisallow: /", "/x"),
    *allowed("user-agent: *\nallow: /\nuser-agent: other\ndisallow: /", "/x"),
    *allowed("user-agent: a\nallow: /\nuser-agent: b\ndisallow: /", "/x"),
    *allowed("User-agent: *\nDisallow: /x/\nUser-agent: metafresh\nDisallow: /y/", "/x/page"),
    *refused("User-agent: *\nDisallow: /x/\nUser-agent: metafresh\nDisallow: /y/", "/y/page"),
    *refused("User-agent: *\nDisallow: /x\nUser-agent: a\nDisallow: /\nUser-agent: *\nDisallow: /y", "/x", "/y"),
    *refused(f"{US}{OTHERS}Disallow: /\n", "/x"),
    *refused(f"{OTHERS}\n\n{US}\n\nDisallow: /\n", "/x"),
]

LENGTHS = [
    *refused(f"{US}disallow: /x/page.html\nallow: /x/", "/x/page.html"),
    *allowed(f"{US}allow: /x/page.html\ndisallow: /x/", "/x/page.html"),
    *refused(f"{US}allow: /x/page.html\ndisallow: /x/", "/x/"),
    *allowed(f"{US}disallow: \nallow: ", "/x"),
    *allowed(f"{US}disallow: /\nallow: /", "/x"),
    *refused(f"{US}disallow: /x\nallow: /x/", "/x"),
    *allowed(f"{US}disallow: /x\nallow: /x/", "/x/"),
    *allowed(f"{US}disallow: /x/page.html\nallow: /x/page.html", "/x/page.html"),
    *refused(f"{US}allow: /page\ndisallow: /*.html", "/page.html"),
    *allowed(f"{US}allow: /page\ndisallow: /*.html", "/page"),
    *allowed(f"{US}allow: /x/page.\ndisallow: /*.html", "/x/page.html"),
    *refused(f"{US}allow: /x/page.\ndisallow: /*.html", "/x/y.html"),
    *allowed(f"{US}allow: /p\ndisallow: /", "/page"),
    *allowed(f"{US}allow: /folder\ndisallow: /folder", "/folder/page"),
    *refused(f"{US}allow: /page\ndisallow: /*.htm", "/page.htm"),
    *allowed(f"{US}allow: /$\ndisallow: /", "/"),
    *refused(f"{US}allow: /$\ndisallow: /", "/page.htm"),
    *refused(f"{US}disallow: {LONG}/qux", f"{LONG}/fux"),
    *allowed(f"{US}disallow: {LONG}/qux", "/fux"),
    *allowed(f"{US}disallow: /\nallow: {LONG}/qux\nallow: {LONG}bbb/qux", f"{LONG}/qux", f"{LONG}bbb/fux"),
]

ENCODINGS = [
    *refused(f"{US}disallow: /x/", "/x/y"),
    *allowed(f"{US}disallow: /X/", "/x/y"),
    *allowed(f"{ALL_BUT}/foo/bar?baz=quz", "/foo/bar?baz=quz"),
    *allowed(f"{ALL_BUT}/foo/bar?qux=taz&baz=http://foo.bar?tar&par", "/foo/bar?qux=taz&baz=http://foo.bar?tar&par"),
    *allowed(f"{ALL_BUT}/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar"),
    *allowed(f"{ALL_BUT}/foo/bar?baz=https%3a%2f%2ffoo.bar", "/foo/bar?baz=https://foo.bar"),
    *allowed(f"{ALL_BUT}/foo/bar/ツ", "/foo/bar/%E3%83%84", "/foo/bar/%e3%83%84", "/foo/bar/ツ"),
    *allowed(f"{ALL_BUT}/foo/bar/%E3%83%84", "/foo/bar/%E3%83%84", "/foo/bar/ツ"),
    *allowed(f"{ALL_BUT}/foo/bar/%62%61%7A", "/foo/bar/baz", "/foo/bar/%62%61%7A"),
    *allowed(f"{ALL_BUT}/foo%2Fbar", "/foo%2fbar"),
    *refused(f"{ALL_BUT}/foo%2Fbar", "/foo/bar"),
]

SIGNS = [
    *refused(f"{US}Disallow: /foo/bar/quz\nAllow: /foo/*/qux", "/foo/bar/quz"),
    *allowed(f"{US}Disallow: /foo/bar/quz\nAllow: /foo/*/qux", "/foo/quz", "/foo//quz", "/foo/bax/quz"),
    *refused(f"{US}Disallow: /foo/bar$\nAllow: /foo/bar/qux", "/foo/bar"),
    *allowed(f"{US}Disallow: /foo/bar$\nAllow: /foo/bar/qux", "/foo/bar/qux", "/foo/bar/", "/foo/bar/baz"),
    *allowed(f"{US}# Disallow: /\nDisallow: /foo/quz#qux\nAllow: /", "/foo/bar"),
    *refused(f"{US}# Disallow: /\nDisallow: /foo/quz#qux\nAllow: /", "/foo/quz"),
    *allowed(f"{ALL_BUT}/this/*/exactly", "/this/path/exactly", "/this/a/b/exactly?c"),
    *refused(f"{ALL_BUT}/this/*/exactly", "/this/path", "/this/exactly"),
    *allowed(f"{ALL_BUT}/path/file-with-a-%2A.html", "/path/file-with-a-*.html"),
    *refused(f"{ALL_BUT}/path/file-with-a-%2A.html", "/path/file-with-a-b.html"),
    *allowed(f"{ALL_BUT}/path/foo-%24", "/path/foo-$", "/path/foo-$/a"),
    *refused(f"{ALL_BUT}/path/foo-%24", "/path/foo-"),
    *allowed("User-Agent: *\nAllow: /slash/index.html\nDisallow: /", "/slash/", "/slash/index.html"),
    *refused("User-Agent: *\nAllow: /slash/index.html\nDisallow: /", "/slash/index.htm", "/other", "/slash"),
    *refused(f"{US}Disallow: /a*b*c*d$", "/a1b2c3d", "/abcd", "/abcdd"),
    *allowed(f"{US}Disallow: /a*b*c*d$", "/abdc", "/abcde", "/acbd"),
]

_FISH = ("/fish", "/fish.html", "/fish/salmon.html", "/fishheads", "/fishheads/yummy.html", "/fish.html?id=anything")
PATTERNS = [
    *allowed(f"{ALL_BUT}/fish", *_FISH),
    *refused(f"{ALL_BUT}/fish", "/bar", "/Fish.asp", "/catfish", "/?id=fish"),
    *allowed(f"{ALL_BUT}/fish*", *_FISH),
    *refused(f"{ALL_BUT}/fish*", "/bar", "/Fish.bar", "/catfish", "/?id=fish"),
    *allowed(f"{ALL_BUT}/fish/", "/fish/", "/fish/salmon", "/fish/?salmon", "/fish/salmon.html", "/fish/?id=anything"),
    *refused(f"{ALL_BUT}/fish/", "/bar", "/fish", "/fish.html", "/Fish/Salmon.html"),
    *allowed(f"{ALL_BUT}/*.php", "/filename.php", "/folder/filename.php", "/folder/filename.php?parameters"),
    *allowed(f"{ALL_BUT}/*.php", "//folder/any.php.file.html", "/filename.php/", "/index?f=filename.php/"),
    *refused(f"{ALL_BUT}/*.php", "/bar", "/php/", "/index?php", "/windows.PHP"),
    *allowed(f"{ALL_BUT}/*.php$", "/filename.php", "/folder/filename.php"),
    *refused(f"{ALL_BUT}/*.php$", "/bar", "/filename.php?parameters", "/filename.php/", "/filename.php5", "/php/"),
    *refused(f"{ALL_BUT}/*.php$", "/filename?php", "/aaaphpaaa", "//windows.PHP"),
    *allowed(f"{ALL_BUT}/fish*.php", "/fish.php", "/fishheads/catfish.php?parameters"),
    *refused(f"{ALL_BUT}/fish*.php", "/Fish.PHP"),
]

LINES = [
    *(refused(f"User-Agent: a{end}Allow: /p{end}{US.strip()}{end}{end}Disallow: /", "/p")[0] for end in "\n\r"),
    *refused("User-Agent: a\r\nAllow: /p\r\nUser-Agent: metafresh\r\n\r\nDisallow: /\r\n", "/p"),
    *refused("User-Agent: a\nAllow: /p\r\nUser-Agent: metafresh\n\r\n\nDisallow: /", "/p"),
    *refused(f"\ufeff{US}Disallow: /", "/x"),
    *refused(f"\ufffd{US}Disallow: /", "/x"),
    *allowed(f"\ufffd\x11\ufffd{US}Disallow: /", "/x"),
    *allowed(f"{US}\ufeffDisallow: /", "/x"),
    *(allowed(f"{US}Disallow: /a{end}Disallow: /", "/x")[0] for end in "\v\f\x1c\x85\u2028\u2029"),
]

KINDS = {
    "the RFC's own example": SIMPLE_EXAMPLE,
    "words of lines": WORDS,
    "names of crawlers": NAMES,
    "groups": GROUPS,
    "the longest match": LENGTHS,
    "encodings": ENCODINGS,
    "signs with a meaning": SIGNS,
    "patterns of paths": PATTERNS,
    "line ends and byte order marks": LINES,
}


@pytest.mark.parametrize("cases", KINDS.values(), ids=KINDS)
def test_we_ask_for_what_we_may_and_for_nothing_else(cases):
    assert [] == [(text, path) for text, path, expected in cases if may_ask(text, path) != expected]


def test_there_is_nothing_that_a_robots_txt_can_say_to_be_an_error():
    texts = ["\0" * 10_000, "#" * 500_000, "User-agent: *\n" * 40_000, "disallow:" + " " * 16_000 + "x"]

    assert all(may_ask(text, "/x") for text in texts)


def test_patterns_made_to_be_slow_are_read_in_a_moment():
    hostile = (
        f"{US}" + f"Disallow: /{'*a' * 8_000}b$\n" * 30 + "Disallow: " + "*" * 100_000 + "\n" + "Allow: " + " a" * 8_000
    )

    assert not may_ask(hostile, "/" + "a" * 8_000 + "b")
