"""Damage that is already stored in records: what is found, what is left alone, and what is proposed."""

import json
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.audit import Finding, Remedy, audit, gathered
from crawler.model import Record, Schema
from crawler.records import articles
from crawler.records.edit import edit
from crawler.web.guard import Guard

PUBLIC = Guard()
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://news.example.com/2024/rail-strike-ends"
SOUND = {"title": "Rail strike ends after a week", "excerpt": "Trains run again from Monday.", "webUrl": URL}


def record(*given: dict[str, object], name: str = "a.md") -> Record:
    """A record of one article and those that it relates to."""
    first, *related = given
    data = {**first, **({"related": related} if related else {})}
    found = articles.read(name, f"---\n{json.dumps(data)}\n---\n".encode(), Schema())
    assert found is not None
    return found


def findings(*records: Record, guard: Guard = PUBLIC) -> list[Finding]:
    shared = gathered(records)
    return [each for one in records for each in audit(one, shared, schema=Schema(), now=NOW, guard=guard)]


def found_in(**said: object) -> list[tuple[str, str]]:
    return [(each.pointer, each.kind) for each in findings(record(SOUND | said))]


def mended(**said: object) -> dict[str, object]:
    """What is proposed, by pointer."""
    return {each.pointer: each.fix.after for each in findings(record(SOUND | said)) if each.fix}


def image(**said: object) -> dict[str, object]:
    return {"url": "https://cdn.example.com/a.jpg", "width": 800, "height": 400} | said


# ---- titles and excerpts


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Just a moment...", "wall-title"),
        ("Attention Required! | Cloudflare", "wall-title"),
        ("Access Denied", "wall-title"),
        ("Page not found", "wall-title"),
        ("404 - Page Not Found | The Daily Example", "wall-title"),
        ("404: Page not found", "wall-title"),
        ("Example - Are you a robot?", "wall-title"),
        ("undefined", "sentinel-title"),
        ("undefined | The Daily Example", "sentinel-title"),
        ("null", "sentinel-title"),
        ("[object Object]", "sentinel-title"),
        ("Untitled Document", "sentinel-title"),
        ("Home | Example", "sentinel-title"),
        ("Index of /2024", "sentinel-title"),
        ("Welcome to nginx!", "sentinel-title"),
        ("", "empty-title"),
        ("{{ title }}", "template-title"),
        ("{{{ page.title }}} - The Daily Example", "template-title"),
        ("<%= title %>", "template-title"),
        ("%%post_title%%", "template-title"),
        ("https://news.example.com/2024/rail-strike-ends", "url-title"),
        ("News.example.com", "host-title"),
        ("example.com", "host-title"),
        ("- Example", "host-title"),
    ],
)
def test_a_title_that_is_none_wants_a_visit(title, kind):
    (finding,) = findings(record(SOUND | {"title": title}))

    assert ("/title", kind, title, Remedy.VISIT) == (finding.pointer, finding.kind, finding.value, finding.remedy)


@pytest.mark.parametrize(
    "title",
    [
        "Cloudflare was down for an hour",
        "404 Day is a holiday of the web",
        "Just a moment: how a second is measured",
        "How {{ mustache }} templates came to be",
        "What undefined means",
        "Example.com is fifty years old",
        "São Paulo, Ça va, Ñandú, Ðe",
        "Why HTML wants &amp; for an ampersand",
        "The en\u00adtire coun\u00adtry",
        "ภาษา\u200bไทย",
        "1984",
        "Example",
        "- 30 degrees",
        "Robots at home | Example",
        "Access denied: how a lock is picked",
        "Security check - is your phone as safe as you think",
    ],
)
def test_a_title_that_only_looks_like_one_is_left_alone(title):
    address = "https://news.example.com/just-a-moment-how-a-second-is-measured"

    assert [] == found_in(title=title, webUrl=address)


@pytest.mark.parametrize("title", ["Access Denied", "Untitled", "Home", "Page not found"])
def test_a_title_that_the_address_bears_out_is_believed(title):
    assert [] == found_in(title=title, webUrl=f"https://film.example.com/{title.lower().replace(' ', '-')}-2024")


def test_a_page_without_an_address_is_the_owners_and_may_be_called_anything():
    assert [] == findings(record({"title": "Page not found", "excerpt": "We use cookies."}))


def test_the_name_of_the_host_may_be_the_title_of_its_first_page():
    assert [] == found_in(title="news.example.com", webUrl="https://news.example.com/")


@pytest.mark.parametrize(
    ("excerpt", "kind"),
    [
        ("Please enable JavaScript and cookies to continue", "wall-excerpt"),
        ("This website uses cookies to improve your experience.", "wall-excerpt"),
        ("Checking your browser before accessing example.com.", "wall-excerpt"),
        ("Attention Required! | Cloudflare", "wall-excerpt"),
        ("null", "sentinel-excerpt"),
        ("No description available.", "sentinel-excerpt"),
        ("Lorem ipsum dolor sit amet", "sentinel-excerpt"),
        ("{{ page.excerpt }}", "template-excerpt"),
        ("Disclaimer | Accessibility Statement | Commerce Policy | Made somewhere", "boilerplate-excerpt"),
        ("Privacy Policy · Terms of Use · Cookie Policy · © 2024 Example", "boilerplate-excerpt"),
        ("https://news.example.com/2024/rail-strike-ends", "url-excerpt"),
        ("Rail strike ends, after a week.", "excerpt-is-title"),
    ],
)
def test_an_excerpt_that_is_none_wants_a_visit(excerpt, kind):
    (finding,) = findings(record(SOUND | {"excerpt": excerpt}))

    assert ("/excerpt", kind, Remedy.VISIT) == (finding.pointer, finding.kind, finding.remedy)


@pytest.mark.parametrize(
    "excerpt",
    [
        "",
        "Why websites ask about cookies | and what the law says",
        "The house on the hill is for sale again.",
        "500 people signed in to vote.",
        "Privacy | Law | Europe",
        "Terms of the treaty - and about its makers - in full.",
        "A page about &lt;b&gt;, and what HTML makes of it",
        "<p>Fish &amp; chips</p>",
    ],
)
def test_an_excerpt_that_only_looks_like_one_is_left_alone(excerpt):
    assert [] == found_in(excerpt=excerpt)


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        ("Fish &amp; chips", "Fish & chips"),
        ("The &amp;quot;best&amp;quot; of all", 'The "best" of all'),
        ("CafÃ© society", "Café society"),
        ("We donâ\u20ac\u2122t know", "We don’t know"),
        ("Cut\u200b short\ufeff", "Cut short"),
    ],
)
def test_text_that_was_encoded_wrongly_is_mended_from_itself(damaged, whole):
    assert {"/title": whole} == mended(title=damaged)
    assert {"/excerpt": whole} == mended(excerpt=damaged)


def test_letters_that_are_lost_are_not_guessed():
    (finding,) = findings(record(SOUND | {"title": "Caf\ufffd society"}))

    assert ("mojibake", Remedy.VISIT, None) == (finding.kind, finding.remedy, finding.fix)


# ---- dates


@pytest.mark.parametrize(
    "date",
    ["0001-01-01T00:00:00Z", "1970-01-01", "2026-11-25T00:00:00Z", "2024-02-31T10:00:00Z", "2023-02-29 10:00:00 +0200"],
)
def test_a_date_that_cannot_be_is_found(date):
    assert [("/publishedDateTime", "impossible-date")] == found_in(publishedDateTime=date)


@pytest.mark.parametrize(
    "date", ["1851-09-18", "2026-11-24T09:00:00+02:00", "2024-02-29 10:00:00 +0200", "17 June 2021", "", "2024"]
)
def test_a_date_that_may_be_is_left_alone(date):
    assert [] == found_in(publishedDateTime=date)


# ---- addresses


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("https://https://news.example.com/a", "https://news.example.com/a"),
        ("http://https://news.example.com/a", "https://news.example.com/a"),
        ("https://https://news.example.com/a b", "https://news.example.com/a%20b"),
        (" https://news.example.com/a\n", "https://news.example.com/a"),
        ("https://news.example.com/a b", "https://news.example.com/a%20b"),
    ],
)
def test_an_address_that_is_there_but_for_a_slip_is_mended(address, meant):
    assert {"/originalUrl": meant} == mended(originalUrl=address)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("news.example.com/a", "malformed-url"),
        ("//news.example.com/a", "malformed-url"),
        ("https:///a", "malformed-url"),
        ("ftp://news.example.com/a", "malformed-url"),
        ("https://news.example.com/undefined", "malformed-url"),
        ("https://news.example.com/2024/null?a=b", "malformed-url"),
        ("https://news.example.com/{{slug}}", "malformed-url"),
        ("https://[news.example.com/a", "malformed-url"),
        ("http://localhost/a", "private-url"),
        ("http://192.168.0.7/a", "private-url"),
        ("https://build.internal/a", "private-url"),
    ],
)
def test_an_address_that_leads_nowhere_is_for_a_person(address, kind):
    (finding,) = findings(record(SOUND | {"originalUrl": address}))

    assert ("/originalUrl", kind, Remedy.HAND) == (finding.pointer, finding.kind, finding.remedy)


def test_an_article_about_undefined_may_have_it_in_its_address():
    assert [] == found_in(title="undefined - JavaScript", webUrl="https://docs.example.com/javascript/undefined")


def test_a_network_that_the_crawl_may_dial_is_not_private():
    at_home = record(SOUND | {"webUrl": "http://192.168.0.7/a"})

    assert [] == findings(at_home, guard=Guard(allow=(ip_network("192.168.0.0/16"),)))


AMP, COPY = "https://news.example.com/a/amp", "https://news-example-com.cdn.ampproject.org/c/s/news.example.com/a/amp"


@pytest.mark.parametrize(
    "copy",
    [
        "https://cdn.ampproject.org/c/s/news.example.com/a/amp",
        "https://news-example-com.cdn.ampproject.org/c/news.example.com/a/amp",
        "https://old-example-com.cdn.ampproject.org/c/s/old.example.com/a/amp",
    ],
)
def test_an_amp_copy_follows_from_its_amp_page(copy):
    assert {"/cdnAmpWebUrl": COPY} == mended(ampWebUrl=AMP, cdnAmpWebUrl=copy)


def test_an_amp_copy_under_an_old_name_follows_from_its_own_path():
    assert {"/cdnAmpWebUrl": COPY} == mended(cdnAmpWebUrl="https://cdn.ampproject.org/c/s/news.example.com/a/amp")


def test_an_amp_copy_that_lies_in_no_cache_is_for_a_person():
    (finding,) = findings(record(SOUND | {"cdnAmpWebUrl": "https://amp.example.com/a"}))

    assert ("/cdnAmpWebUrl", "amp-cache", Remedy.HAND) == (finding.pointer, finding.kind, finding.remedy)


def test_an_amp_page_that_is_a_copy_gives_way_to_what_it_is_a_copy_of():
    assert {"/ampWebUrl": AMP} == mended(ampWebUrl=COPY, cdnAmpWebUrl=COPY)


def test_an_amp_page_and_its_copy_that_belong_together_are_left_alone():
    assert [] == found_in(ampWebUrl=AMP, cdnAmpWebUrl=COPY)


def test_an_amp_page_that_is_the_article_itself_is_found():
    assert [("/ampWebUrl", "amp-is-web")] == found_in(ampWebUrl=URL)


# ---- pictures


@pytest.mark.parametrize(
    ("said", "pointer", "kind"),
    [
        ({"width": 0, "height": 0}, "/images/0/width", "tiny-size"),
        ({"height": 1}, "/images/0/height", "tiny-size"),
        ({"width": 30_001}, "/images/0/width", "impossible-size"),
        ({"width": 3_100, "height": 100}, "/images/0/width", "impossible-size"),
        ({"width": "800px"}, "/images/0/width", "impossible-size"),
        ({"width": -1}, "/images/0/width", "impossible-size"),
        ({"height": None}, "/images/0/height", "missing-size"),
        ({"url": "http://cdn.example.com/a.jpg"}, "/images/0/url", "http-image"),
        ({"url": "https://cdn.example.com/image-placeholder.jpg"}, "/images/0/url", "placeholder-image"),
        ({"url": "https://cdn.example.com/social-default-image.png"}, "/images/0/url", "placeholder-image"),
        ({"url": "https://cdn.example.com/spacer.gif?v=2"}, "/images/0/url", "placeholder-image"),
        ({"url": "https://www.facebook.com/tr?id=1&ev=PageView"}, "/images/0/url", "placeholder-image"),
        ({"url": "data:image/gif;base64,R0lGODlhAQABAAAAACw="}, "/images/0/url", "placeholder-image"),
        ({"url": "https://cdn.example.com/undefined"}, "/images/0/url", "malformed-url"),
        ({"url": "http://localhost:8080/a.jpg"}, "/images/0/url", "private-url"),
    ],
)
def test_a_picture_that_is_none_is_found(said, pointer, kind):
    assert [(pointer, kind)] == found_in(images=[image(**said)])


@pytest.mark.parametrize(
    "picture",
    [
        image(),
        {"url": "https://cdn.example.com/a.jpg"},
        image(url="/assets/a.jpg"),
        image(url="assets/no name.jpg"),
        image(url="https://cdn.example.com/google-pixel.jpg"),
        image(url="https://cdn.example.com/maxresdefault.jpg"),
        image(url="https://cdn.example.com/blank-cheque.jpg"),
        image(width="800"),
        image(width=3000, height=100),
    ],
)
def test_a_picture_that_may_be_one_is_left_alone(picture):
    assert [] == found_in(images=[picture])


def test_one_side_of_a_size_is_half_of_it():
    assert [("/images/0", "missing-size")] == found_in(images=[{"url": "https://cdn.example.com/a.jpg", "width": 800}])


def test_a_picture_over_http_may_have_a_wrong_size_too():
    both = [("/images/0/url", "http-image"), ("/images/0/width", "tiny-size")]

    assert both == found_in(images=[image(url="http://cdn.example.com/a.jpg", width=0)])


def test_a_visit_does_not_mend_the_size_of_the_owners_own_picture():
    (finding,) = findings(record(SOUND | {"images": [image(url="/assets/a.jpg", width=0)]}))

    assert Remedy.HAND == finding.remedy


def test_the_second_of_two_equal_pictures_goes():
    assert {"/images/2": None} == mended(images=[image(), image(url="https://cdn.example.com/b.jpg"), image()])


def test_a_second_entry_goes_whatever_it_is_made_of():
    picture = image(isCached=True, alt=None, taken=2024, width="800")

    assert {"/images/1": None} == mended(images=[picture, picture])


def test_a_second_entry_that_holds_more_than_values_is_for_a_person():
    (finding,) = findings(record(SOUND | {"images": [image(tags=["a"]), image(tags=["a"])]}))

    assert Remedy.HAND == finding.remedy


def test_two_entries_for_one_picture_that_differ_are_for_a_person():
    (finding,) = findings(record(SOUND | {"images": [image(), image(width=640)]}))

    assert ("/images/1", "duplicate-image", Remedy.HAND) == (finding.pointer, finding.kind, finding.remedy)


# ---- what many have in common


def shared_by(count: int, **said: object) -> list[Record]:
    return [
        record({"title": f"Title {n}", "excerpt": f"Excerpt {n}.", "webUrl": f"https://news.example.com/{n}"} | said)
        for n in range(count)
    ]


def kinds(records: list[Record]) -> list[str]:
    return [each.kind for each in findings(*records)]


def test_an_excerpt_under_three_titles_of_a_host_is_the_hosts_own():
    assert ["boilerplate-excerpt"] * 3 == kinds(shared_by(3, excerpt="News from Example, since 1920."))


def test_an_excerpt_under_two_titles_is_left_alone():
    assert [] == kinds(shared_by(2, excerpt="News from Example, since 1920."))


def test_an_excerpt_of_one_article_in_three_records_is_left_alone():
    assert [] == kinds(shared_by(3, title="The same", excerpt="One story.", webUrl="https://news.example.com/one"))


def test_a_title_of_three_pages_of_a_host_is_the_hosts_own():
    assert ["boilerplate-title"] * 3 == kinds(shared_by(3, title="Example News"))


def test_what_is_damaged_by_itself_is_told_once():
    assert ["wall-title"] * 3 == kinds(shared_by(3, title="Just a moment..."))


def test_a_column_that_bears_its_name_each_week_is_left_alone():
    weekly = [
        record({"title": "The week in music", "webUrl": f"https://news.example.com/the-week-in-music-{n}"})
        for n in range(5)
    ]

    assert [] == kinds(weekly)


def test_one_address_of_articles_with_different_titles_is_found():
    assert ["shared-url"] * 2 == kinds(shared_by(2, webUrl=URL))


def test_titles_that_differ_by_the_sites_name_are_one():
    two = [record(SOUND), record(SOUND | {"title": SOUND["title"] + " | Example News"})]

    assert [] == kinds(two)


def test_items_of_one_page_are_told_apart_by_their_fragment():
    items = [record({"title": f"Item {n}", "webUrl": f"{URL}#{n}"}) for n in range(3)]

    assert [] == kinds(items)


# ---- where, and how


def test_a_finding_names_the_line_of_the_file():
    document = (
        b"---\r\ntitle: Fine words\r\nwebUrl: https://news.example.com/a\r\n"
        b"related:\r\n  - title: undefined\r\n    webUrl: https://news.example.com/b\r\n---\r\n"
    )
    one = articles.read("a.md", document, Schema())

    assert [(5, "/related/0", "/related/0/title")] == [(f.line, f.article, f.pointer) for f in findings(one)]


def test_findings_come_in_the_order_of_the_file():
    related = {"title": "null", "webUrl": "https://news.example.com/b"}
    document = f"---\nrelated:\n  - {json.dumps(related)}\nwebUrl: {URL}\ntitle: undefined\n---\n"
    one = articles.read("a.md", document.encode(), Schema())

    assert ["/related/0/title", "/title"] == [each.pointer for each in findings(one)]


def test_values_of_a_shape_that_nobody_reads_are_left_alone():
    document = (
        b"---\nbase: &b {width: 0}\ntitle: [undefined]\nwebUrl: https://news.example.com/a\n"
        b"images:\n  - {<<: *b, url: 'https://cdn.example.com/a.jpg', height: 3}\n---\n"
    )
    one = articles.read("a.md", document, Schema())

    assert [] == findings(one)


def test_a_schema_of_ones_own_is_followed():
    schema = Schema(title="headline", web_url="link", images="pictures", image_width="w", image_height="h")
    document = (
        b"---\nheadline: undefined\nlink: https://a.example.com/a\n"
        b"pictures:\n  - {url: 'https://a.example.com/a.jpg', w: 0}\n---\n"
    )
    one = articles.read("a.md", document, schema)

    found = audit(one, gathered([one]), schema=schema, now=NOW)

    assert ["/headline", "/pictures/0/w"] == [each.pointer for each in found]


DAMAGED = SOUND | {
    "title": "CafÃ© &amp;amp; more",
    "originalUrl": "https://https://news.example.com/a b",
    "ampWebUrl": AMP,
    "cdnAmpWebUrl": "https://cdn.ampproject.org/c/s/news.example.com/a/amp",
    "images": [image(), image(), image()],
}


def test_a_record_with_its_fixes_made_has_nothing_left_to_fix():
    one = record(DAMAGED)

    fixed = edit(one.document, {each.pointer: each.fix.after for each in findings(one) if each.fix})

    assert [] == findings(articles.read("a.md", fixed, Schema()))


@pytest.mark.parametrize(
    "value", ["{" * 50_000, "&" * 50_000, " |" * 50_000, "https://" * 20_000, "Ã" * 50_000, "no-image" * 20_000, "//["]
)
def test_a_hostile_value_costs_no_more_than_its_length(value):
    sizes = {"url": value, "width": "9" * 50_000}

    assert findings(record({"title": value, "excerpt": value, "webUrl": value, "images": [sizes]}, SOUND))


KEYS = ("title", "excerpt", "publishedDateTime", "originalUrl", "webUrl", "ampWebUrl", "cdnAmpWebUrl")
WORDS = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])) | st.sampled_from(
    ["undefined", "{{ a }}", "https://[", "//[", "&amp;", "Ã©", "0", "-1", "1e9", "https://a.example:99999/"]
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, WORDS)), WORDS, WORDS)
def test_whatever_a_record_says_an_audit_comes_to_an_end(said, url, size):
    one = record({"a": 1} | said | {"images": [{"url": url, "width": size}, {"url": url}]})

    for each in findings(one):
        assert each.line >= 1
        assert (each.fix is not None) == (each.remedy == Remedy.FIX)


# ---- real records


@pytest.fixture
def real(shared: Path) -> dict[str, list[Finding]]:
    """The findings in each real record, by its file's name."""
    return audited(shared / "corpus" / "records")


@cache
def audited(folder: Path) -> dict[str, list[Finding]]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    read = [articles.read(path.name, path.read_bytes(), Schema()) for path in paths]
    records = [one for one in read if one]
    shared = gathered(records)
    return {one.path: list(audit(one, shared, schema=Schema(), now=NOW)) for one in records}


def of(real: dict[str, list[Finding]], name: str) -> list[tuple[int, str, str, Remedy]]:
    return [(each.line, each.pointer, each.kind, each.remedy) for each in real[name]]


def test_few_real_records_are_damaged_and_in_these_ways(real):
    counts = Counter(each.kind for found in real.values() for each in found)

    assert {
        "encoded-text": 15,
        "placeholder-image": 10,
        "excerpt-is-title": 5,
        "hidden-characters": 1,
        "http-image": 1,
        "boilerplate-excerpt": 1,
    } == counts
    assert (31, 274) == (sum(map(bool, real.values())), len(real))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (
            "2021-05-31-microsoft-build-touts-power-apps-cosmos-db-enhancements-to-develop-code-faster.md",
            [(4, "/excerpt", "boilerplate-excerpt", Remedy.VISIT)],
        ),
        ("power-apps-community-animated-clock-demo.md", [(3, "/excerpt", "encoded-text", Remedy.FIX)]),
        ("microsoft-learn-connect-analyze-dynamics-365-data.md", [
            (2, "/title", "hidden-characters", Remedy.FIX),
            (3, "/excerpt", "excerpt-is-title", Remedy.VISIT),
        ]),
        (
            "2021-01-20-microsoft-researchers-tap-ai-for-anonymous-data-sharing-for-health-care-providers.md",
            [(80, "/related/3/images/0/url", "placeholder-image", Remedy.VISIT)],
        ),
        ("2021-05-07-microsoft-power-apps-popular-in-oxford.md", [(21, "/images/0/url", "http-image", Remedy.VISIT)]),
        ("seed_000_f4763ef69b80eb48.md", []),
        ("power-apps-community-puzzle.md", []),
        ("facebook-groups-microsoftpowerapps.md", []),
    ],
)  # fmt: skip
def test_a_real_record_has_the_damage_that_one_sees_in_it(real, name, found):
    assert found == of(real, name)


def test_each_fix_that_is_proposed_for_a_real_record_can_be_made(shared, real):
    paths = {path.name: path for path in (shared / "corpus" / "records").rglob("*")}

    for name, found in real.items():
        fixes = {each.pointer: each.fix.after for each in found if each.fix}
        changed = articles.read(name, edit(paths[name].read_bytes(), fixes), Schema())
        assert not [each for each in findings(changed) if each.fix]
