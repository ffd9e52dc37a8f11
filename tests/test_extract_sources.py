"""Each source that a page may speak through is heard, and what is no word about the article is not believed."""

import pytest

from crawler import Image, extract

SITE = "https://tidings.example"
URL = f"{SITE}/2026/tide"
TITLE = "A tide turns in the old harbour"
EXCERPT = "Power comes with the tide, twice a day and for nothing, say the engineers of the old harbour."
PARAGRAPH = "For a whole day the harbour ran on nothing but the tide, and the engineers mean to make it a habit."
WHEN = "2026-10-05T08:00:00Z"


def read(head="", body="", *, url=URL):
    """What `extract` makes of a page."""
    return extract(f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>', url)


def ld(*blocks):
    return "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)


def heard(metadata, field):
    """Every value that was heard of a field, believed or not."""
    return [claim.value for claim in metadata.candidates.get(field, ())]


def tags(metadata, field):
    return [claim.tag for claim in metadata.candidates.get(field, ())]


# ---- OpenGraph


@pytest.mark.parametrize(
    "meta",
    [
        f'<meta property="og:title" content="{TITLE}">',
        f'<meta name="og:title" content="{TITLE}">',
        f'<meta PROPERTY="OG:TITLE" CONTENT="{TITLE}">',
        f"<meta content='{TITLE}' property=og:title />",
        f'<meta property=" og:title " content="  {TITLE}\n">',
    ],
)
def test_an_open_graph_title_is_heard_however_it_is_written(meta):
    assert TITLE == read(meta).title


def test_open_graph_names_excerpt_site_language_and_address():
    page = read(
        f'<meta property="og:title" content="{TITLE}"><meta property="og:description" content="{EXCERPT}">'
        '<meta property="og:site_name" content="The Tidings"><meta property="og:locale" content="en_GB">'
        f'<meta property="og:url" content="{URL}">'
    )

    assert (EXCERPT, "The Tidings", URL) == (page.excerpt, page.site_name, page.canonical)
    assert "en-GB" in heard(page, "lang")


def test_of_several_open_graph_images_the_first_is_believed_and_all_are_kept():
    page = read("".join(f'<meta property="og:image" content="/{name}.jpg">' for name in ("tide", "harbour", "crew")))

    assert f"{SITE}/tide.jpg" == page.image
    assert [f"{SITE}/{name}.jpg" for name in ("tide", "harbour", "crew")] == [image.url for image in page.images]


def test_each_of_several_images_has_its_own_size():
    page = read(
        '<meta property="og:image" content="/tide.jpg">'
        '<meta property="og:image:width" content="1200"><meta property="og:image:height" content="630">'
        '<meta property="og:image" content="/harbour.jpg">'
        '<meta property="og:image" content="/crew.jpg">'
        '<meta property="og:image:width" content="800"><meta property="og:image:height" content="400">'
    )

    assert (
        Image(f"{SITE}/tide.jpg", 1200, 630),
        Image(f"{SITE}/harbour.jpg"),
        Image(f"{SITE}/crew.jpg", 800, 400),
    ) == page.images


@pytest.mark.parametrize("name", ["og:image:url", "og:image:secure_url"])
def test_a_structured_property_alone_names_the_image(name):
    assert f"{SITE}/tide.jpg" == read(f'<meta property="{name}" content="/tide.jpg">').image


def test_a_secure_address_of_the_same_image_is_no_second_image():
    page = read(
        '<meta property="og:image" content="/tide.jpg"><meta property="og:image:secure_url" content="/tide.jpg">'
        '<meta property="og:image:width" content="1200"><meta property="og:image:height" content="630">'
    )

    assert (Image(f"{SITE}/tide.jpg", 1200, 630),) == page.images


def test_the_size_behind_a_secure_address_is_that_of_the_image_before_it():
    page = read(
        '<meta property="og:image" content="http://cdn.example/tide.jpg">'
        '<meta property="og:image:secure_url" content="https://cdn.example/tide.jpg">'
        '<meta property="og:image:width" content="1200"><meta property="og:image:height" content="630">'
    )

    assert (Image("http://cdn.example/tide.jpg", 1200, 630),) == page.images


def test_every_article_author_is_named():
    page = read(
        '<meta property="article:author" content="Ann Author"><meta property="article:author" content="Ben Writer">'
    )

    assert ("Ann Author", "Ben Writer") == page.authors


def test_an_article_author_that_is_an_address_is_no_name():
    page = read('<meta property="article:author" content="https://www.facebook.com/ann.author">')

    assert () == page.authors


def test_open_graph_tells_when_the_article_was_published_and_modified():
    page = read(
        f'<meta property="article:published_time" content="{WHEN}">'
        '<meta property="article:modified_time" content="2026-10-06T09:00:00+02:00">'
    )

    assert (WHEN, "2026-10-06T09:00:00+02:00") == (page.published, page.modified)


def test_updated_is_not_published():
    page = read(f'<meta property="og:updated_time" content="{WHEN}">')

    assert (None, WHEN) == (page.published, page.modified)


def test_open_graph_in_the_body_is_heard_where_the_head_has_none():
    assert TITLE == read("", f'<p>x</p><meta property="og:title" content="{TITLE}">').title


# ---- Twitter cards


@pytest.mark.parametrize("attribute", ["name", "property"])
def test_a_twitter_card_is_heard(attribute):
    page = read(
        f'<meta {attribute}="twitter:title" content="{TITLE}">'
        f'<meta {attribute}="twitter:description" content="{EXCERPT}">'
        f'<meta {attribute}="twitter:image" content="/tide.jpg">'
    )

    assert (TITLE, EXCERPT, f"{SITE}/tide.jpg") == (page.title, page.excerpt, page.image)


def test_the_older_name_of_a_twitter_image_is_heard():
    assert f"{SITE}/tide.jpg" == read('<meta name="twitter:image:src" content="/tide.jpg">').image


def test_a_twitter_card_may_keep_its_word_in_value():
    assert TITLE == read(f'<meta name="twitter:title" value="{TITLE}">').title


def test_the_handle_of_a_twitter_card_is_no_author():
    assert () == read('<meta name="twitter:creator" content="@annauthor">').authors


# ---- JSON-LD

ARTICLE = f'{{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "{TITLE}"}}'


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(ld(ARTICLE), id="an object"),
        pytest.param(ld(f"[{ARTICLE}]"), id="a list"),
        pytest.param(ld(f'[{{"@type": "BreadcrumbList"}}, [{ARTICLE}]]'), id="a list in a list"),
        pytest.param(ld(f'{{"@graph": [{{"@type": "WebSite"}}, {ARTICLE}]}}'), id="a graph"),
        pytest.param(ld(f'{{"@graph": {ARTICLE}}}'), id="a graph of one"),
        pytest.param(ld('{"@type": "Organization", "name": "x"}', ARTICLE), id="the second block"),
        pytest.param(ld("{broken", ARTICLE), id="behind a broken block"),
        pytest.param(ld(f'{{"@type": "WebPage", "mainEntity": {ARTICLE}}}'), id="the main entity of a page"),
        pytest.param(ld(f"<!-- {ARTICLE} -->"), id="in an HTML comment"),
        pytest.param(ld(f"//<![CDATA[\n{ARTICLE}\n//]]>"), id="in CDATA"),
        pytest.param(ld(f"/*<![CDATA[*/{ARTICLE}/*]]>*/"), id="in CDATA behind comments"),
        pytest.param(ld(f'{{// of today\n"@type": "Article", "headline": "{TITLE}"}}'), id="a line comment"),
        pytest.param(ld(f'{{"@type": "Article", /* x */ "headline": "{TITLE}"}}'), id="a block comment"),
        pytest.param(ld(f'{{"@type": "Article", "keywords": ["a",], "headline": "{TITLE}",}}'), id="trailing commas"),
        pytest.param(ld(f'{{"@type": "Article", "headline": "{TITLE}"}};'), id="a trailing semicolon"),
        pytest.param(
            ld('{"@type": "Article", "headline": "' + TITLE.replace(" ", "\n", 1) + '"}'), id="a raw line feed"
        ),
        pytest.param(ld('{"@type": "Article", "headline": "' + TITLE.replace(" ", "\t", 1) + '"}'), id="a raw tab"),
        pytest.param(
            ld('{"@type": "Article", "articleBody": "a\x01b\x0cc", "headline": "' + TITLE + '"}'),
            id="raw control characters",
        ),
        pytest.param(ld(ARTICLE.replace('"', "&quot;")), id="escaped quotes"),
        pytest.param(
            f"<script type='application/ld+json; charset=utf-8' data-x>{ARTICLE}</script>", id="a type with a charset"
        ),
        pytest.param(f"<SCRIPT TYPE=Application/LD+JSON>{ARTICLE}</SCRIPT>", id="upper case"),
    ],
)
def test_the_headline_is_found_however_the_json_is_wrapped_or_broken(script):
    assert TITLE == read(script).title


@pytest.mark.parametrize(
    "meta",
    [
        '<meta data-rh="true" property="og:title" content="{}"/>',
        '<meta data-react-helmet="true" name="og:title" content="{}" data-n-head="ssr" />',
        '<meta content="{}" property="og:title">',
        '<meta class="x" id="y" content="{}" property="og:title" class="swiftype">',
        '<meta property="og:title" itemprop="name" content="{}">',
        '<meta property="og:title" content="{}" lang="en">',
        '<meta  property = "og:title"\ncontent="{}" >',
        "<meta property='og:title' content='{}'>",
        '<META PROPERTY="OG:TITLE" CONTENT="{}">',
        '<meta data-title="a>b" property="og:title" content="{}">',
    ],
)
def test_a_meta_is_heard_however_it_is_spelled(meta):
    page = read(meta.format("Tide &amp; harbour"))

    assert ("Tide & harbour", ["Tide & harbour"]) == (page.title, heard(page, "title"))


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ('<html lang="de">', "de"),
        ('<html class="no-js" lang="de" dir="ltr">', "de"),
        ('<html dir="ltr" lang="de">', "de"),
        ("<html lang=\"de\" data-x=\"<meta property='og:locale' content='fr'>\">", "de"),
        ('<html xml:lang="de">', "de"),
        ('<html lang="" xml:lang="de">', "de"),
        ('<html data-lang="fr" lang=de>', "de"),
    ],
)
def test_the_language_is_that_of_the_html_tag(html, language):
    assert language == extract(f"{html}<head><title>{TITLE}</title></head><body></body></html>", URL).lang


@pytest.mark.parametrize(
    "before",
    [
        '<link rel="alternate" type="application/ld+json" href="/tide.json">',
        "<script>add('application/ld+json')</script>",
        "<!-- application/ld+json -->",
        "<script>var open = '<!--'</script>",
    ],
)
@pytest.mark.parametrize("where", ["head", "body"])
def test_json_is_found_behind_what_only_mentions_it(before, where):
    told = before + ld(ARTICLE)

    assert TITLE == (read(told) if where == "head" else read("", told)).title


@pytest.mark.parametrize("where", ["head", "body"])
def test_json_in_a_comment_is_not_heard(where):
    hidden = f"<!-- {ld(ARTICLE)} -->"
    page = read(hidden) if where == "head" else read("", hidden)

    assert page.title is None


@pytest.mark.parametrize(
    "kind",
    [
        '"Article"',
        '"NewsArticle"',
        '"ReportageNewsArticle"',
        '"BlogPosting"',
        '"TechArticle"',
        '"http://schema.org/NewsArticle"',
        '["CreativeWork", "NewsArticle"]',
    ],
)
def test_each_type_that_can_be_the_article_speaks(kind):
    assert TITLE == read(ld(f'{{"@type": {kind}, "headline": "{TITLE}"}}')).title


@pytest.mark.parametrize("kind", ["Person", "Organization", "BreadcrumbList", "Comment", "Product", "ImageObject"])
def test_a_type_that_cannot_be_the_article_does_not(kind):
    page = read(ld(f'{{"@type": "{kind}", "name": "Not it", "headline": "Not it", "datePublished": "{WHEN}"}}'))

    assert (None, None) == (page.title, page.published)


def test_of_several_articles_the_one_at_this_address_speaks():
    other = f'{{"@type": "NewsArticle", "headline": "Elsewhere in the world", "url": "{SITE}/2026/other"}}'
    own = f'{{"@type": "NewsArticle", "headline": "{TITLE}", "url": "{URL}"}}'
    page = read(ld(f"[{other}, {own}]"))

    assert TITLE == page.title
    assert "Elsewhere in the world" not in heard(page, "title")


@pytest.mark.parametrize(
    "where", [f'"@id": "{URL}#article"', f'"mainEntityOfPage": "{URL}"', f'"mainEntityOfPage": {{"@id": "{URL}"}}']
)
def test_an_article_may_name_its_address_in_several_ways(where):
    other = f'{{"@type": "NewsArticle", "headline": "Elsewhere in the world", "url": "{SITE}/2026/other"}}'

    assert TITLE == read(ld(f'[{other}, {{"@type": "NewsArticle", "headline": "{TITLE}", {where}}}]')).title


@pytest.mark.parametrize(
    "image",
    [
        '"/tide.jpg"',
        '["/tide.jpg", "/harbour.jpg"]',
        '{"@type": "ImageObject", "url": "/tide.jpg"}',
        '{"@type": "ImageObject", "contentUrl": "/tide.jpg"}',
        '[{"@type": "ImageObject", "url": "/tide.jpg"}, {"@type": "ImageObject", "url": "/harbour.jpg"}]',
    ],
)
def test_the_image_of_an_article_may_be_nested(image):
    assert f"{SITE}/tide.jpg" == read(ld(f'{{"@type": "Article", "image": {image}}}')).image


@pytest.mark.parametrize(
    ("width", "height"), [("1200", "630"), ('"1200"', '"630"'), ('"1200px"', '"630 px"'), ('{"value": 1200}', '"630"')]
)
def test_a_nested_image_has_its_own_size(width, height):
    image = f'{{"@type": "ImageObject", "url": "/tide.jpg", "width": {width}, "height": {height}}}'

    assert (Image(f"{SITE}/tide.jpg", 1200, 630),) == read(ld(f'{{"@type": "Article", "image": {image}}}')).images


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ('"Ann Author"', ("Ann Author",)),
        ('{"@type": "Person", "name": "Ann Author"}', ("Ann Author",)),
        ('[{"name": "Ann Author"}, {"name": "Ben Writer"}]', ("Ann Author", "Ben Writer")),
        ('["Ann Author", "Ben Writer"]', ("Ann Author", "Ben Writer")),
        ('{"name": ["Ann Author"]}', ("Ann Author",)),
    ],
)
def test_json_names_the_authors(author, names):
    assert names == read(ld(f'{{"@type": "Article", "author": {author}}}')).authors


def test_an_author_may_be_told_by_its_id_in_the_same_block_or_another():
    article = '{"@type": "Article", "headline": "x", "author": {"@id": "#ann"}}'
    person = '{"@id": "#ann", "@type": "Person", "name": "Ann Author"}'

    assert ("Ann Author",) == read(ld(f'{{"@graph": [{article}, {person}]}}')).authors
    assert ("Ann Author",) == read(ld(article, person)).authors


def test_json_tells_dates_excerpt_site_and_language():
    page = read(
        ld(
            f'{{"@type": "Article", "headline": "{TITLE}", "description": "{EXCERPT}", "datePublished": "{WHEN}",'
            ' "dateModified": "2026-10-06", "publisher": {"@type": "Organization", "name": "The Tidings"},'
            ' "inLanguage": "en-GB"}'
        )
    )

    assert (EXCERPT, WHEN, "2026-10-06", "The Tidings") == (
        page.excerpt,
        page.published,
        page.modified,
        page.site_name,
    )
    assert "en-GB" in heard(page, "lang")


def test_json_in_the_body_is_heard_for_what_the_head_lacks():
    page = read(
        f'<meta property="og:title" content="{TITLE}">', ld(f'{{"@type": "Article", "datePublished": "{WHEN}"}}')
    )

    assert WHEN == page.published


def test_the_json_that_an_amp_page_must_have_is_heard():
    page = extract(
        f"<!doctype html><html ⚡ lang=en><head><meta charset=utf-8><link rel=canonical href={URL}>"
        '<script async src="https://cdn.ampproject.org/v0.js"></script>'
        + ld(
            f'{{"@type": "NewsArticle", "mainEntityOfPage": "{URL}", "headline": "{TITLE}",'
            f' "datePublished": "{WHEN}", "author": {{"@type": "Person", "name": "Ann Author"}},'
            ' "image": {"@type": "ImageObject", "url": "/tide.jpg", "height": 630, "width": 1200}}'
        )
        + "<style amp-boilerplate>body{}</style></head><body></body></html>",
        f"{SITE}/amp/2026/tide",
    )

    assert (TITLE, WHEN, ("Ann Author",), URL) == (page.title, page.published, page.authors, page.canonical)
    assert (Image(f"{SITE}/tide.jpg", 1200, 630),) == page.images


# ---- microdata and RDFa


def microdata(inner):
    return f'<article itemscope itemtype="https://schema.org/NewsArticle">{inner}</article>'


def test_microdata_names_the_headline():
    assert TITLE == read("", microdata(f'<h2 itemprop="headline">{TITLE}</h2>')).title


def test_a_headline_in_microdata_goes_before_a_title_tag_that_says_else():
    assert TITLE == read("<title>Page 1</title>", microdata(f'<h1 itemprop="headline">{TITLE}</h1>')).title


def test_microdata_names_the_excerpt():
    assert EXCERPT == read("", microdata(f'<p itemprop="description">{EXCERPT}</p>')).excerpt


@pytest.mark.parametrize(
    "markup",
    [
        '<span itemprop="author">Ann Author</span>',
        '<span itemprop="author" itemscope><b>by</b> <b itemprop="name">Ann Author</b></span>',
        '<div itemprop="author" itemscope><meta itemprop="name" content="Ann Author"></div>',
        '<span itemscope itemprop="author creator"><a href="/a"><i itemprop="name">Ann Author</i></a></span>',
    ],
)
def test_microdata_names_the_author_be_it_nested(markup):
    assert ("Ann Author",) == read("", microdata(markup)).authors


@pytest.mark.parametrize(
    "markup",
    [
        f'<time itemprop="datePublished" datetime="{WHEN}">5 October</time>',
        f'<meta itemprop="datePublished" content="{WHEN}">',
        f'<span itemprop="datePublished" content="{WHEN}">5 October</span>',
        f'<abbr itemprop="datePublished" title="{WHEN}">8:00 AM</abbr>',
    ],
)
def test_microdata_tells_when_the_article_was_published(markup):
    assert WHEN == read("", microdata(markup)).published


def test_microdata_tells_when_the_article_was_modified():
    assert WHEN == read("", microdata(f'<meta itemprop="dateModified" content="{WHEN}">')).modified


@pytest.mark.parametrize(
    "markup",
    [
        '<img itemprop="image" src="/tide.jpg">',
        '<link itemprop="image" href="/tide.jpg">',
        '<meta itemprop="image" content="/tide.jpg">',
        '<div itemprop="image" itemscope><meta itemprop="url" content="/tide.jpg"></div>',
    ],
)
def test_microdata_names_the_image(markup):
    assert f"{SITE}/tide.jpg" == read("", microdata(markup)).image


def test_microdata_of_the_head_is_heard():
    page = read(f'<meta itemprop="headline" content="{TITLE}"><link itemprop="image" href="/tide.jpg">')

    assert (TITLE, f"{SITE}/tide.jpg") == (page.title, page.image)


@pytest.mark.parametrize(
    ("attributes", "content"),
    [
        ('property="headline"', TITLE),
        ('property="schema:headline"', TITLE),
        ('property="dc:title"', TITLE),
        (f'property="dc:title" content="{TITLE}"', "The tide!"),
    ],
)
def test_rdfa_names_the_headline(attributes, content):
    body = f'<div vocab="https://schema.org/" typeof="NewsArticle"><h2 {attributes}>{content}</h2></div>'

    assert TITLE == read("", body).title


def test_rdfa_names_author_and_date():
    page = read(
        "",
        '<div vocab="https://schema.org/" typeof="Article">'
        '<span property="author" typeof="Person"><b property="name">Ann Author</b></span>'
        f'<time property="datePublished" datetime="{WHEN}">5 October</time></div>',
    )

    assert (("Ann Author",), WHEN) == (page.authors, page.published)


def test_the_name_of_a_person_in_markup_is_no_title():
    page = read("", '<div itemscope itemtype="https://schema.org/Person"><b itemprop="name">Ann Author</b></div>')

    assert page.title is None


# ---- other metas that news sites use


@pytest.mark.parametrize(
    "name",
    ["DC.title", "dc.title", "DCTERMS.title", "parsely-title", "sailthru.title", "citation_title", "hdl", "title"],
)
def test_a_title_is_heard_under_each_name(name):
    assert TITLE == read(f'<meta name="{name}" content="{TITLE}">').title


@pytest.mark.parametrize(
    "name",
    ["description", "Description", "DC.description", "dcterms.description", "sailthru.description", "abstract"],
)
def test_an_excerpt_is_heard_under_each_name(name):
    assert EXCERPT == read(f'<meta name="{name}" content="{EXCERPT}">').excerpt


@pytest.mark.parametrize(
    "name",
    [
        "author",
        "Author",
        "DC.creator",
        "dcterms.creator",
        "parsely-author",
        "sailthru.author",
        "citation_author",
        "byl",
    ],
)
def test_an_author_is_heard_under_each_name(name):
    assert ("Ann Author",) == read(f'<meta name="{name}" content="Ann Author">').authors


def test_every_citation_author_is_named_in_reading_order():
    page = read('<meta name="citation_author" content="Ann Author"><meta name="citation_author" content="Ben Writer">')

    assert ("Ann Author", "Ben Writer") == page.authors


@pytest.mark.parametrize(
    "name",
    [
        "parsely-pub-date", "sailthru.date", "DC.date.issued", "dcterms.created", "dc.date", "datePublished", "pubdate",
        "publish-date", "citation_publication_date", "article.published",
    ],
)  # fmt: skip
def test_a_date_is_heard_under_each_name(name):
    assert "2026-10-05" == read(f'<meta name="{name}" content="2026-10-05">').published


@pytest.mark.parametrize("name", ["parsely-image-url", "sailthru.image.full", "sailthru.image.thumb", "thumbnail"])
def test_an_image_is_heard_under_each_name(name):
    assert f"{SITE}/tide.jpg" == read(f'<meta name="{name}" content="/tide.jpg">').image


@pytest.mark.parametrize("name", ["application-name", "apple-mobile-web-app-title", "al:ios:app_name", "DC.publisher"])
def test_the_site_is_named_under_each_name(name):
    assert "The Tidings" == read(f'<meta name="{name}" content="The Tidings">').site_name


@pytest.mark.parametrize("name", ["content-language", "DC.language", "language"])
def test_the_language_is_heard_under_each_name(name):
    page = extract(f'<html><head><meta name="{name}" content="en-GB"></head>', URL)

    assert "en-GB" == page.lang


def test_parsely_may_put_all_in_one_piece_of_json():
    page = read(
        "<meta name='parsely-page' content='"
        f'{{"title": "{TITLE}", "link": "{URL}", "image_url": "{SITE}/tide.jpg", "pub_date": "{WHEN}",'
        ' "author": "Ann Author", "type": "post"}\'>'
    )

    assert (TITLE, URL, f"{SITE}/tide.jpg", WHEN, ("Ann Author",)) == (
        page.title,
        page.canonical,
        page.image,
        page.published,
        page.authors,
    )


# ---- HTML's own words


def test_the_title_tag_is_heard():
    assert TITLE == read(f"<title>\n {TITLE} </title>").title


def test_the_title_of_a_drawing_is_not():
    page = read("", f"<svg><title>Menu</title></svg><h1>{TITLE}</h1>")

    assert TITLE == page.title
    assert "Menu" not in heard(page, "title")


def test_a_heading_is_heard_with_what_it_holds():
    assert TITLE == read("", "<h1><span>A tide</span> turns <em>in the</em>\n old harbour</h1>").title


def test_the_first_real_paragraph_is_the_excerpt_of_last_resort():
    assert PARAGRAPH == read(f"<title>{TITLE}</title>", f"<h1>{TITLE}</h1><p>{PARAGRAPH}</p><p>More of it.</p>").excerpt


def test_a_paragraph_is_not_looked_for_where_the_page_describes_itself():
    page = read(f'<meta name="description" content="{EXCERPT}">', f"<p>{PARAGRAPH}</p>")

    assert EXCERPT == page.excerpt


NO_PARAGRAPH = {
    "a cookie notice": "<p>We and our partners use cookies to store information on your device. Please accept all.</p>",
    "a banner about cookies": '<div class="cookie-banner"><p>This site would like to remember who you are between one'
    " visit and the next.</p></div>",
    "a caption": "<figure><img src=a.jpg><figcaption><p>The second row of turbines, seen from the pier on the first day"
    " of spring.</p></figcaption></figure>",
    "a caption by its class": '<p class="wp-caption-text">The second row of turbines, seen from the pier on a day of'
    " spring.</p>",
    "a by-line": '<p class="byline">By Ann Author, correspondent in the old harbour, and Ben Writer in the city</p>',
    "a navigation": "<nav><p>Home, News, Politics, Business, Science, Culture, Weather, Letters, Archive</p></nav>",
    "the head of the site": "<header><p>The Tidings has been the daily paper of the coast and its people since the year"
    " 1871.</p></header>",
    "an aside": "<aside><p>Read also: how the people of the next bay came to have their lights from wind.</p></aside>",
    "a date": "<p>Monday, 5 October</p>",
    "a line of 49 characters": "<p>Forty-nine characters are not a paragraph to cite</p>",
    "a link": '<p><a href="/a">Ten things to know about the tide before you go to the harbour on Monday</a></p>',
    "what is hidden": "<p hidden>You have read all the articles that are free this month, and may pay to read on</p>",
    "what is for those without scripts": "<noscript><p>Please allow scripts in your browser, so that this page can be"
    " shown as it should be.</p></noscript>",
    "a template": '<script type="text/template"><p>Here comes {{ name }}, with a text that is long enough to be a'
    " paragraph.</p></script>",
    "a comment": "<!-- <p>What is commented out is not said, however long it may be and however well put.</p> -->",
}


@pytest.mark.parametrize("before", NO_PARAGRAPH.values(), ids=NO_PARAGRAPH)
def test_what_is_no_paragraph_of_the_article_is_no_excerpt(before):
    page = read(f"<title>{TITLE}</title>", f"{before}<article><p>{PARAGRAPH}</p></article>")

    assert PARAGRAPH == page.excerpt


def test_without_any_real_paragraph_there_is_no_excerpt():
    assert read(f"<title>{TITLE}</title>", "<p>Short.</p><p>Also short.</p>").excerpt is None


# ---- links


@pytest.mark.parametrize("rel", ["canonical", "CANONICAL", "canonical nofollow", "alternate Canonical"])
def test_a_canonical_link_is_heard_be_it_one_rel_of_several(rel):
    assert URL == read(f'<link rel="{rel}" href="{URL}">').canonical


@pytest.mark.parametrize("rel", ["amphtml", "AmpHtml", "nofollow amphtml"])
def test_an_amp_link_is_heard_be_it_one_rel_of_several(rel):
    assert f"{SITE}/amp/tide" == read(f'<link rel="{rel}" href="/amp/tide">').amphtml


@pytest.mark.parametrize("rel", ["image_src", "IMAGE_SRC", "prefetch image_src"])
def test_an_image_link_is_heard_be_it_one_rel_of_several(rel):
    assert f"{SITE}/tide.jpg" == read(f'<link rel="{rel}" href="/tide.jpg">').image


def test_a_canonical_link_in_upper_case_markup_is_heard():
    assert URL == read(f"<LINK HREF='{URL}' REL=canonical>").canonical


@pytest.mark.parametrize("kind", ["application/json+oembed", "text/xml+oembed"])
def test_where_an_embeddable_copy_is_described_is_noted_and_believed_for_no_field(kind):
    href = f"{SITE}/oembed?url=x&amp;format=json"
    page = read(f'<link rel="alternate" type="{kind}" href="{href}" title="A tide">')

    assert [f"{SITE}/oembed?url=x&format=json"] == heard(page, "oembed")
    assert page.title is None


def test_links_and_images_count_from_the_base():
    page = read(
        '<base href="https://cdn.tidings.example/x/"><link rel="canonical" href="tide">'
        '<meta property="og:image" content="tide.jpg">'
    )

    assert "https://cdn.tidings.example/x/tide" == page.canonical
    assert "https://cdn.tidings.example/x/tide.jpg" == page.image


def test_a_relative_base_counts_from_the_page():
    assert f"{SITE}/x/tide.jpg" == read('<base href="/x/"><meta property="og:image" content="tide.jpg">').image


@pytest.mark.parametrize("href", ["", "/undefined", "null", "javascript:void(0)", "https://", "data:text/html,x"])
def test_a_link_to_nowhere_is_none(href):
    assert read(f'<link rel="canonical" href="{href}">').canonical is None


# ---- text that was damaged


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Q&amp;A at the harbour", "Q&A at the harbour"),
        ("Q&amp;amp;A at the harbour", "Q&A at the harbour"),
        ("The engineer&amp;#8217;s tide", "The engineer’s tide"),
        ("The tide &amp;quot;turns&amp;quot;", 'The tide "turns"'),
        ("CafÃ© du Port opens again", "Café du Port opens again"),
        ("The engineerâ€™s tide", "The engineer’s tide"),
        ("A tide\u200b turns\ufeff twice", "A tide turns twice"),
        ("A tide\x07 turns\x01 twice", "A tide turns twice"),
        ("A tide\u202e turns twice", "A tide turns twice"),
        ("A\u00a0tide\n\t turns   twice", "A tide turns twice"),
        ("A &lt;b&gt;tide&lt;/b&gt; turns twice", "A tide turns twice"),
    ],
)
def test_a_damaged_text_is_mended_where_the_result_is_clean(written, meant):
    assert meant == read(f'<meta property="og:title" content="{written}">').title
    assert meant == read(f'<meta property="og:description" content="{written}">').excerpt


@pytest.mark.parametrize("text", ["SÃO PAULO e o mar", "AT&T and the harbour", "1 < 2 says the engineer", "C&A; or so"])
def test_a_text_that_only_looks_damaged_is_left_alone(text):
    assert text == read(f'<meta property="og:title" content="{text}">').title


def test_an_address_that_was_encoded_twice_is_mended():
    page = read('<meta property="og:image" content="/tide.jpg?w=1200&amp;amp;h=630">')

    assert f"{SITE}/tide.jpg?w=1200&h=630" == page.image


# ---- what is believed of what was heard


@pytest.mark.parametrize("end", ["...", "…", " …", " [...]", " [&hellip;]"])
def test_an_excerpt_that_was_cut_loses_to_a_longer_one_with_the_same_start(end):
    page = read(
        f'<meta property="og:description" content="{EXCERPT[:60]}{end}"><meta name="description" content="{EXCERPT}">'
    )

    assert EXCERPT == page.excerpt


@pytest.mark.parametrize(
    "boilerplate",
    [
        "Disclaimer | Accessibility Statement | Commerce Policy | Made In NYC",
        "The Tidings",
        "Please enable JavaScript to use this site. Your browser is not supported, see our privacy policy.",
        "Privacy Policy - Terms of Service - Cookie Policy - All rights reserved",
    ],
)
def test_boilerplate_is_never_an_excerpt(boilerplate):
    page = read(
        f'<title>{TITLE}</title><meta property="og:site_name" content="The Tidings">'
        f'<meta property="og:description" content="{boilerplate}"><meta name="description" content="{boilerplate}">'
    )

    assert page.excerpt is None
    assert boilerplate in heard(page, "excerpt")


def test_the_title_again_is_no_excerpt():
    page = read(f'<meta property="og:title" content="{TITLE}"><meta property="og:description" content="{TITLE}">')

    assert page.excerpt is None


@pytest.mark.parametrize(
    "picture",
    [
        "/img/logo.png",
        "/img/tidings-logo.svg",
        "/img/site-logo-1200x630.png",
        "/img/placeholder.jpg",
        "/img/blank.gif",
        "/img/spacer.gif",
        "/img/1x1.png",
        "/favicon.ico",
        "/apple-touch-icon.png",
        "/img/default-image.jpg",
        "/img/no-image.png",
    ],
)
def test_a_logo_or_a_placeholder_is_never_the_image(picture):
    page = read(
        '<meta property="og:site_name" content="Tidings">'
        f'<meta property="og:image" content="{picture}"><meta name="twitter:image" content="/tide.jpg">'
    )

    assert f"{SITE}/tide.jpg" == page.image
    assert read(f'<meta property="og:image" content="{picture}">').image is None


@pytest.mark.parametrize(("width", "height"), [("1", "1"), ("16", "16")])
def test_a_pixel_or_an_icon_is_never_the_image(width, height):
    page = read(
        '<meta property="og:image" content="/track.gif">'
        f'<meta property="og:image:width" content="{width}"><meta property="og:image:height" content="{height}">'
    )

    assert page.image is None


def test_a_picture_with_a_logo_in_its_story_is_an_image():
    assert f"{SITE}/new-logo-unveiled-at-harbour.jpg" == (
        read('<meta property="og:image" content="/new-logo-unveiled-at-harbour.jpg">').image
    )


def test_every_claim_has_its_tag_its_page_its_trust_and_its_reason():
    page = read(
        f'<title>{TITLE} | The Tidings</title><meta property="og:title" content="{TITLE}">'
        + ld(f'{{"@type": "Article", "headline": "{TITLE}", "author": "Ann Author", "image": "/logo.png"}}'),
        f"<h1>{TITLE}</h1>",
    )
    claims = [claim for found in page.candidates.values() for claim in found]

    assert all(claim.tag and claim.because and claim.url == URL and 0 <= claim.trust <= 1 for claim in claims)
    assert {'meta[property="og:title"]', "title", "h1", "ld+json headline"} == set(tags(page, "title"))
