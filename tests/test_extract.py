"""Which claims a page makes, each from one kind of source."""

import pytest

from crawler import extract
from crawler.extract import claims

URL = "https://tidings.example/2026/tide"


def said(head: str | bytes, field: str, *, body: str = "", content_type: str | None = None) -> list[str]:
    """The values that a page claims for a field, in its order."""
    page = head if isinstance(head, bytes) else f"<html><head>{head}</head><body>{body}</body></html>"
    return [claim.value for claim in claims(page, URL, content_type=content_type) if claim.field == field]


def ld(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'


# Metas


@pytest.mark.parametrize(
    "meta",
    [
        '<meta property="og:title" content="A tide turns">',
        '<meta name="og:title" content="A tide turns">',
        '<META PROPERTY="OG:Title" CONTENT="A tide turns">',
        "<meta content='A tide turns' property=og:title>",
        '<meta property="dc:title og:title" content="A tide turns">',
        '<meta name="twitter:title" content="A tide turns">',
        '<meta property="twitter:title" content="A tide turns">',
        '<meta name="parsely-title" content="A tide turns">',
        '<meta name="DC.title" content="A tide turns">',
        '<meta itemprop="headline" content="A tide turns">',
    ],
)
def test_a_title_is_read_however_its_meta_is_written(meta):
    assert "A tide turns" in said(meta, "title")


def test_a_claim_keeps_its_tag_and_its_page():
    (claim,) = claims('<meta property="og:title" content="A tide turns">', URL)

    assert ('meta[property="og:title"]', URL) == (claim.tag, claim.url)


def test_one_meta_under_two_names_makes_two_claims():
    tags = [c.tag for c in claims('<meta name="description" property="og:description" content="Power comes.">', URL)]

    assert ['meta[property="og:description"]', 'meta[name="description"]'] == tags


def test_a_size_belongs_to_the_image_before_it():
    found = claims(
        '<meta property="og:image" content="/a.jpg"><meta property="og:image:secure_url" content="/a.jpg">'
        '<meta property="og:image:width" content="1200"><meta property="og:image:height" content="630px">'
        '<meta property="og:image" content="/b.jpg"><meta property="og:image:width" content="80">',
        URL,
    )

    assert [("/a.jpg", 1200, 630), ("/b.jpg", 80, None)] == [
        (claim.value.removeprefix("https://tidings.example"), claim.width, claim.height) for claim in found
    ]


def test_an_address_is_no_author():
    head = (
        '<meta property="article:author" content="https://facebook.com/ann"><meta name="author" content="Ann Author">'
    )

    assert ["Ann Author"] == said(head, "author")


def test_a_template_that_was_never_filled_in_claims_nothing():
    assert [] == said('<meta name="author" content="{{ node.author }}"><meta name="author" content=" ">', "author")


def test_what_is_commented_out_or_in_a_script_is_not_said():
    head = """<!-- <meta property="og:title" content="Old"> -->
        <script>'<meta property="og:title" content="Made">'</script>
        <meta property="og:title" content="Now">"""

    assert ["Now"] == said(head, "title")


def test_metas_in_the_body_are_read_where_the_head_has_none():
    assert ["Late"] == said("", "title", body='<p>x</p><meta property="og:title" content="Late">')


# HTML's own


def test_the_first_title_speaks():
    assert ["A tide turns"] == said("<title>A tide\n turns</title><title>Other</title>", "title")


def test_headings_speak_after_the_title_without_their_own_links():
    body = "<h1>A <em>tide</em><br>turns<a href='#'>¶</a></h1><h1>Related</h1>"

    assert ["Tidings", "A tide turns", "Related"] == said("<title>Tidings</title>", "title", body=body)


@pytest.mark.parametrize(
    ("base", "expected"),
    [("", "https://tidings.example/a"), ("<base href='//cdn.example/x/'>", "https://cdn.example/a")],
)
def test_links_are_absolute_and_count_from_the_base(base, expected):
    assert [expected] == said(f'{base}<link rel="canonical" href="/a#top">', "canonical")


def test_junk_links_are_none():
    head = '<link rel=canonical href="/undefined"><link rel=canonical href="javascript:x"><link rel=canonical href="">'

    assert [] == said(head, "canonical")


def test_an_amp_link_is_found_even_behind_the_head():
    assert ["https://tidings.example/tide/amp"] == said(
        "", "amphtml", body="<p></p><link rel='amphtml' href='/tide/amp'>"
    )


def test_the_language_is_that_of_the_html_tag():
    assert ["en-GB"] == said(b'<html lang="en_GB"><head></head>', "lang")


# JSON-LD

ARTICLE = '{"@type": "NewsArticle", "headline": "A tide turns"}'


@pytest.mark.parametrize(
    "script",
    [
        ld(ARTICLE),
        ld(f"[{ARTICLE}]"),
        ld(f'{{"@graph": [{{"@type": "Person", "name": "Ann"}}, {ARTICLE}]}}'),
        ld('{"@type": "WebPage", "mainEntity": ' + ARTICLE + "}"),
        ld('{"@type": ["Thing", "https://schema.org/BlogPosting"], "headline": "A tide turns"}'),
        ld(f"<!-- {ARTICLE} -->"),
        ld(f"//<![CDATA[\n{ARTICLE}\n//]]>"),
        ld('{"@type": "NewsArticle", /* of today */ "headline": "A tide turns",}'),
        ld('{"@type": "NewsArticle", "headline": "A tide\nturns"};'),
        ld(ARTICLE.replace('"', "&quot;")),
        "<script type='application/json'>{}</script>" + ld("{broken") + ld(ARTICLE),
    ],
)
def test_the_article_is_found_however_its_json_is_wrapped_or_broken(script):
    assert ["A tide turns"] == said(script, "title")


def test_json_in_the_body_is_read_for_what_the_head_lacks():
    assert ["A tide turns"] == said("", "title", body=ld(ARTICLE))


def test_of_several_articles_the_one_at_this_address_speaks():
    other = '{"@type": "NewsArticle", "headline": "Elsewhere", "url": "https://tidings.example/other"}'
    own = '{"@type": "NewsArticle", "headline": "Here", "mainEntityOfPage": {"@id": "https://tidings.example/2026/tide?x=1"}}'

    assert ["Here"] == said(ld(f"[{other}, {own}]"), "title")


def test_other_articles_in_a_list_are_not_this_one():
    assert [] == said(ld('{"@type": "ItemList", "itemListElement": [' + ARTICLE + "]}"), "title")


@pytest.mark.parametrize(
    "author",
    [
        '"Ann Author"',
        '{"@type": "Person", "name": "Ann Author"}',
        '[{"@type": "Person", "name": ["Ann Author"]}]',
        '{"@id": "#ann"}',
    ],
)
def test_an_author_is_a_name_a_node_or_a_reference(author):
    known = '{"@id": "#ann", "@type": "Person", "name": "Ann Author"}'

    assert ["Ann Author"] == said(ld(f'[{{"@type": "Article", "author": {author}}}, {known}]'), "author")


@pytest.mark.parametrize(
    "image",
    [
        '"/a.jpg"',
        '["/a.jpg"]',
        '{"@type": "ImageObject", "url": "/a.jpg"}',
        '[{"contentUrl": "/a.jpg"}]',
        '{"@id": "#a"}',
    ],
)
def test_an_image_is_an_address_a_node_or_a_reference(image):
    known = '{"@id": "#a", "@type": "ImageObject", "url": "/a.jpg"}'

    assert ["https://tidings.example/a.jpg"] == said(
        ld(f'[{{"@type": "Article", "image": {image}}}, {known}]'), "image"
    )


def test_the_publisher_and_the_web_site_name_the_site():
    script = ld('[{"@type": "Article", "publisher": {"name": "The Tidings"}}, {"@type": "WebSite", "name": "Tidings"}]')

    assert ["The Tidings", "Tidings"] == said(script, "site_name")


# What only the body says


@pytest.mark.parametrize(
    "markup",
    [
        '<a rel="author" href="/ann">Ann Author</a>',
        '<p class="article-byline"><span>Ann Author</span><script>track()</script></p>',
        '<div itemprop="author" itemscope><meta itemprop="name" content="Ann Author"></div>',
        '<span class="author-name">Ann Author</span>',
        '<span class="styles_articleAuthor__x1">Ann Author</span>',
        '<div class="byline"><b class="byline__name">Ann Author</b><b class="byline__title">Press</b></div>',
    ],
)
def test_a_by_line_of_the_body_names_the_author(markup):
    assert "Ann Author" in said("", "author", body=f"<h1>A tide</h1>{markup}<p>Text</p>")


def test_what_authorizes_is_no_by_line():
    assert [] == said("", "author", body='<div id="authorization">Sign in</div><p class="authority">Harbour</p>')


@pytest.mark.parametrize("nobody", ["admin", "Super User"])
def test_a_by_line_is_looked_for_where_the_head_names_nobody(nobody):
    page = f'<head><meta name="author" content="{nobody}"></head><body><a rel="author">Ann Author</a>'

    assert ("Ann Author",) == extract(page, URL).authors


@pytest.mark.parametrize(
    "body",
    [
        '<a rel="author">Ann Author</a> and <a rel="author">Ben Writer</a>',
        '<b class="author"><a rel="author">Ann Author</a></b>, <b class="author"><a rel="author">Ben Writer</a></b>',
        '<i itemprop="author"><b itemprop="name">Ann Author</b></i> &amp; <i itemprop="author">Ben Writer</i>',
    ],
)
def test_persons_who_are_joined_in_the_text_make_one_by_line(body):
    assert ("Ann Author", "Ben Writer") == extract(f"<head></head><body>{body}", URL).authors


def test_the_author_of_the_next_teaser_is_no_second_author():
    body = '<a rel="author">Ann Author</a><p>A tide, and more</p><a rel="author">Ben Writer</a>'

    assert ("Ann Author",) == extract(f"<head></head><body>{body}", URL).authors


def test_a_by_line_is_not_looked_for_where_the_head_names_the_author():
    assert ["Ann"] == said('<meta name="author" content="Ann">', "author", body='<a rel="author">Ben</a>')


@pytest.mark.parametrize(
    "markup", ['<time datetime="2026-10-05T08:00">', '<meta itemprop="datePublished" content="2026-10-05T08:00">']
)
def test_a_date_of_the_body_is_read_where_the_head_has_none(markup):
    assert ["2026-10-05T08:00:00"] == said("", "published", body=markup)


def test_a_date_near_the_heading_goes_before_those_above():
    ticker = f'<ul><li><time datetime="2026-10-07">now</time></ul>{"<br>" * 1000}'
    body = f'{ticker}<time datetime="2026-10-05">5 October</time><h1>A tide</h1><time datetime="2026-10-06">6</time>'

    assert ["2026-10-05", "2026-10-06", "2026-10-07"] == said("", "published", body=body)


@pytest.mark.parametrize(
    "body",
    [
        '<h1>A tide</h1><span class="date">October 5, 2026</span>',
        '<p class="entry-date">5. Oktober 2026</p><h1>A tide</h1>',
        '<div id="posted"><b>Posted on:</b> 2026年10月5日</div>',
        '<b class="date updated">6 Oct 2026</b><b class="pub-date">5 Oct 2026</b><b class="date">7 Oct 2026</b>',
        f'<p class="date">7 Oct 2026</p>{"<br>" * 1000}<h1>A tide</h1><b class="date">5 Oct 2026</b>',
    ],
)
def test_without_any_other_the_first_date_that_is_shown_near_the_heading_is_read(body):
    assert ["2026-10-05"] == said("", "published", body=body)


def test_a_shown_date_is_not_looked_for_where_another_is_known():
    body = '<b class="date">5 Oct 2026</b><time datetime="2026-10-04">yesterday</time>'

    assert ["2026-10-04"] == said("", "published", body=body)


@pytest.mark.parametrize("names", ["update", "candidate", "dtstart published", "date-picker modified"])
def test_a_date_of_something_else_is_not_when_the_page_was_published(names):
    assert [] == said("", "published", body=f'<b class="{names}">5 Oct 2026</b>')


def test_a_date_that_is_marked_as_updated_alone_is_not_when_the_page_was_published():
    body = (
        '<time class="updated" datetime="2026-10-06">6 October</time>'
        '<time class="published updated" datetime="2026-10-05">5 October</time>'
    )

    assert ["2026-10-05"] == said("", "published", body=body)


def test_modified_is_not_published():
    assert [] == said('<meta property="article:modified_time" content="2026-10-05">', "published")


# Charsets


@pytest.mark.parametrize(
    ("page", "content_type"),
    [
        ("<title>Überfall</title>".encode(), None),
        ("<title>Überfall</title>".encode("cp1252"), None),
        ("<title>Überfall</title>".encode("utf-8-sig"), "text/html; charset=koi8-r"),
        ("<title>Überfall</title>".encode("utf-16"), None),
        ("<title>Überfall</title>".encode("utf-16-le"), "text/html; charset=utf-16le"),
        ("<meta charset=iso-8859-15><title>Überfall</title>".encode("iso-8859-15"), None),
        ("<meta charset=iso-8859-1><title>Überfall</title>".encode(), None),
        ("<meta charset=no-such><title>Überfall</title>".encode(), "text/html; charset=hex"),
        ("<title>Überfall</title>", "text/html; charset=koi8-r"),
    ],
)
def test_the_charset_is_what_the_bytes_are(page, content_type):
    assert ["Überfall"] == [claim.value for claim in claims(page, URL, content_type=content_type)]


def test_a_stray_byte_does_not_make_utf_8_another_charset():
    page = "<title>Überfälle in Köln, Düsseldorf, Münster, Nürnberg: ÄÖÜäöüß ÄÖÜäöüß ÄÖÜäöüß</title>".encode()

    assert said(page, "title") == said(page + b"<!-- \xfc -->", "title")


@pytest.mark.parametrize(
    ("charset", "word"),
    [("shift_jis", "日本語の見出し"), ("gb18030", "汉语标题"), ("euc-kr", "한국어 제목"), ("iso-2022-jp", "日本語")],
)
def test_asian_charsets_are_read_as_declared(charset, word):
    page = f"<meta charset={charset}><title>{word}</title>".encode(charset)

    assert [word] == said(page, "title")


def test_no_claim_is_made_twice_and_none_without_end():
    page = '<meta property="og:title" content="Same">' * 9 + "".join(
        f"<link rel=canonical href=/{n}>" for n in range(500)
    )
    found = claims(page, URL)

    assert len(set(found)) == len(found) == 1 + 64


def test_a_twitter_card_may_label_who_wrote():
    head = (
        '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Ann Author">'
        '<meta name="twitter:label2" content="Est. reading time"><meta name="twitter:data2" content="3 minutes">'
    )

    assert ["Ann Author"] == said(head, "author")


def test_a_role_beside_a_name_is_not_glued_to_it():
    byline = '<div class="byline"><a>Ann Author</a><span>Senior Reporter, Politics</span></div>'

    assert ["Ann Author Senior Reporter, Politics"] == said("", "author", body=byline)


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="og:image" content="/tide\x02.jpg">',
        '<base href="https://cdn.example\x01/"><meta property="og:image" content="tide.jpg">',
    ],
)
def test_an_address_with_a_control_character_is_none(head):
    assert [] == said(head, "image")


def test_a_line_break_within_an_address_is_dropped():
    assert ["https://tidings.example/tide.jpg"] == said('<meta property="og:image" content="/ti\nde.jpg">', "image")
