"""Which claim wins, and what is said of those that lose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.believe import believe
from crawler.believe.shared import Heard
from crawler.model import Candidate, Metadata

URL = "https://www.tidings.example/2026/a-tide-turns-in-the-bay"
OG, H1, TITLE, HEADLINE = 'meta[property="og:title"]', "h1", "title", "ld+json headline"


def claim(field: str, value: str, tag: str, **sizes: int) -> Candidate:
    return Candidate(field, value, tag, URL, **sizes)


def title(*said: tuple[str, str], site: str | None = None) -> str | None:
    """The title believed of (value, tag) pairs, under a site's name."""
    names = [claim("site_name", site, 'meta[property="og:site_name"]')] if site else []
    return believe([*(claim("title", value, tag) for value, tag in said), *names], URL).title


@pytest.mark.parametrize(
    "written",
    [
        "The tide turns | The Bay Post",
        "The tide turns - The Bay Post",
        "The tide turns — the bay post",
        "The tide turns :: The Bay Post",
        "The tide turns: The Bay Post",
        "The tide turns ㅣ The Bay Post",
        "The tide turns：The Bay Post",
        "The tide turns -- The Bay Post",
        "The tide turns * The Bay Post",
        "The tide turns-The Bay Post",
        "The tide turns:The Bay Post",
        "The tide turns @ The Bay Post :: A Portal ::",
        "The tide turns [The Bay Post]",
        "The tide turns | Bay Post",
        "The Bay Post | The tide turns",
        "The Bay Post: The tide turns",
        "The tide turns | Tidings",
        "The tide turns | tidings.example",
    ],
)
def test_the_sites_name_is_no_part_of_a_title(written):
    assert title((written, OG), site="The Bay Post") == "The tide turns"


@pytest.mark.parametrize(
    "written",
    ["Less DNA in Patients With Non-", "Up - and away", "The Bay Post", "Why The Bay Post closed", "A 50-50 chance"],
)
def test_what_is_not_known_to_be_the_sites_name_stays(written):
    assert title((written, OG), site="The Bay Post") == written


def test_a_section_is_cut_off_when_another_source_has_the_headline_without_it():
    assert title(("The tide turns - Science - Bay", OG), ("The tide turns", H1)) == "The tide turns"


def test_the_title_tag_alone_loses_its_tail():
    assert title(("The tide turns again | Unknown Name", TITLE)) == "The tide turns again"


def test_a_title_tag_and_a_heading_that_agree_outvote_a_lone_social_title():
    said = (("News of the bay, every day", OG), ("The tide is turning", TITLE), ("The tide is turning", H1))

    assert title(*said) == "The tide is turning"


def test_a_heading_that_nobody_confirms_does_not_win():
    assert title(("Subscribe to our letters", H1), ("The tide is turning", TITLE)) == "The tide is turning"


def test_the_address_is_a_witness():
    assert title(("Power from the sea", HEADLINE), ("A tide turns in the bay", 'meta[name="twitter:title"]')) == (
        "A tide turns in the bay"
    )


def test_a_page_that_is_called_like_its_site_keeps_that_title():
    assert title(("The Bay Post", OG), site="The Bay Post") == "The Bay Post"


def test_a_headline_given_as_the_sites_name_is_neither():
    long = "The tide is turning in the bay"

    assert title((long, OG), ("Other", H1), site=long) == long
    names = [claim("title", long, OG), claim("site_name", long, 'meta[property="og:site_name"]')]
    assert believe(names, URL).site_name is None


# Excerpts

OG_TEXT, META_TEXT, LD_TEXT = 'meta[property="og:description"]', 'meta[name="description"]', "ld+json description"


def excerpt(*said: tuple[str, str]) -> str | None:
    return believe([claim("excerpt", value, tag) for value, tag in said], URL).excerpt


@pytest.mark.parametrize("cut", ["Power comes of…", "Power comes of...", "Power comes of [...]", "Power comes"])
def test_a_cut_excerpt_loses_to_a_longer_one_with_the_same_start(cut):
    assert excerpt((cut, OG_TEXT), ("Power comes of age, at last.", META_TEXT)) == "Power comes of age, at last."


def test_a_whole_sentence_does_not_lose_to_a_cut_text():
    assert excerpt(("Power comes.", OG_TEXT), ("Power comes. And then it…", LD_TEXT)) == "Power comes."


def test_two_independent_sources_outvote_one():
    assert excerpt(("Why?", OG_TEXT), ("How to.", META_TEXT), ("How to.", LD_TEXT)) == "How to."


@pytest.mark.parametrize(
    "junk", ["Disclaimer | Accessibility Statement | Commerce Policy", "Tidings", "The tide turns", "---"]
)
def test_boilerplate_names_and_the_title_are_no_excerpt(junk):
    found = believe([claim("title", "The tide turns", OG), claim("excerpt", junk, OG_TEXT)], URL)

    assert found.excerpt is None
    assert found.candidates["excerpt"][0].trust == 0
    assert found.candidates["excerpt"][0].because


# Images


@pytest.mark.parametrize(
    ("junk", "sizes"),
    [
        ("https://x.example/blank.jpg", {}),
        ("https://x.example/img/logo.png", {}),
        ("https://x.example/tidings-logo-2020.png", {}),
        ("https://x.example/favicon.ico", {}),
        ("https://x.example/a.gif", {"width": 1, "height": 1}),
    ],
)
def test_logos_placeholders_and_pixels_are_never_the_image(junk, sizes):
    found = believe([claim("image", junk, 'meta[property="og:image"]', **sizes)], URL)

    assert (None, ()) == (found.image, found.images)


def test_a_picture_of_another_ones_logo_is_a_picture():
    picture = "https://x.example/facebook-logo-on-a-phone.jpg"

    assert believe([claim("image", picture, 'meta[property="og:image"]')], URL).image == picture


def test_the_first_of_several_images_wins_and_the_others_of_its_source_follow():
    tag = 'meta[property="og:image"]'
    said = [claim("image", "https://x/1.jpg", 'meta[name="twitter:image"]')]
    said += [claim("image", f"https://x/{n}.jpg", tag, width=800) for n in (2, 3)]
    found = believe(said, URL)

    assert ("https://x/2.jpg", ["https://x/2.jpg", "https://x/3.jpg"]) == (found.image, [i.url for i in found.images])


def test_what_the_same_source_names_later_is_not_called_less_trusted():
    found = believe([claim("author", name, "ld+json author") for name in ("Ann Author", "Ben Writer")], URL)

    assert ["most trusted", "as trusted, named later"] == [each.because for each in found.candidates["author"]]


# Authors


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("By Ann Author", ("Ann Author",)),
        ("Ann Author and Ben Writer", ("Ann Author", "Ben Writer")),
        ("Ann Author, Ben Writer", ("Ann Author", "Ben Writer")),
        ("Ann Author, MD", ("Ann Author, MD",)),
        ("Ann Author March 11, 2026 3:46 PM", ("Ann Author",)),
        ("Ann Author (https://ann.example/)", ("Ann Author",)),
        ("Ann Author Edited by Ben Writer", ("Ann Author",)),
        ("By Ann Author, Staff Writer", ("Ann Author",)),
        ("Ann Author, Senior Reporter, and Ben Writer", ("Ann Author", "Ben Writer")),
        ("Ann Author, Ben Writer, and Cy Poet", ("Ann Author", "Ben Writer", "Cy Poet")),
        ("By Ann Author, Berlin", ("Ann Author",)),
        ("Author, Ann", ("Author, Ann",)),
        ("By ANN AUTHOR - Distant Press", ("ANN AUTHOR",)),
        ("The Bay Post - Ann Author", ("Ann Author",)),
        ("Ann Author for The Bay Post", ("Ann Author",)),
        ("Ann Author in Berlin", ("Ann Author",)),
        ("Scritto da Anna Autrice", ("Anna Autrice",)),
        ("Γράφει ο Νίκος Παππάς", ("Νίκος Παππάς",)),
        ("מאת: דן כהן", ("דן כהן",)),
        ("文／王小明", ("王小明",)),
        ("文在寅", ("文在寅",)),
        ("記者 山田太郎", ("山田太郎",)),
        ("山田太郎記者", ("山田太郎",)),
        ("［山田花子，The Bay Post］", ("山田花子",)),
        ("김철수 기자", ("김철수",)),
        ("ann42", ("ann42",)),
        ("Super User", ()),
        ("Follow", ()),
        ("By", ()),
        ("admin", ()),
        ("https://facebook.com/ann", ()),
        ("The Bay Post", ()),
    ],
)
def test_names_are_taken_out_of_by_lines(written, expected):
    names = [claim("site_name", "The Bay Post", 'meta[property="og:site_name"]')]

    assert expected == believe([claim("author", written, 'meta[name="author"]'), *names], URL).authors


def test_all_authors_of_one_source_are_believed_and_none_of_a_lesser_one():
    said = [claim("author", name, "ld+json author") for name in ("Ann Author", "Ben Writer", "Ann Author")]
    said.append(claim("author", "Cy Clerk", 'meta[name="author"]'))

    assert ("Ann Author", "Ben Writer") == believe(said, URL).authors


def test_of_by_lines_in_the_body_only_the_first_is_believed():
    said = [claim("author", name, '[rel="author"]') for name in ("Ann Author", "Ben Writer")]

    assert ("Ann Author",) == believe(said, URL).authors


# The rest


@pytest.mark.parametrize(
    ("declared", "text", "expected"),
    [
        ("en", "Την κατασκευή νέου αγωγού πετρελαίου", "el"),
        ("de", "A plain English headline", "de"),
        ("en", "Старение ее очень ужасает", None),
        ("ru", "Старение ее очень ужасает", "ru"),
    ],
)
def test_a_language_that_the_script_refutes_is_not_believed(declared, text, expected):
    assert expected == believe([claim("lang", declared, "html[lang]"), claim("title", text, OG)], URL).lang


def test_the_canonical_link_wins_over_any_agreement_against_it():
    said = [claim("canonical", "https://x.example/a", tag) for tag in ('meta[property="og:url"]', "ld+json url")]
    said.append(claim("canonical", "https://x.example/a/", 'link[rel="canonical"]'))

    assert "https://x.example/a/" == believe(said, URL).canonical


def test_every_claim_comes_back_with_a_trust_and_a_reason_the_believed_one_first():
    found = believe([claim("title", "The tide turns here", H1), claim("title", "The tide turns", OG)], URL)
    judged = found.candidates["title"]

    assert found.title == "The tide turns"
    assert [OG, H1] == [c.tag for c in judged]
    assert all(0 < c.trust <= 1 and c.because for c in judged)


def test_a_page_that_claims_nothing_gives_nothing():
    assert {"url": URL} == {name: value for name, value in believe([], URL).to_dict().items() if value}


FIELDS = ["title", "excerpt", "image", "published", "modified", "author", "site_name", "lang", "canonical", "amphtml"]


@given(
    st.lists(
        st.builds(
            claim,
            st.sampled_from(FIELDS),
            st.text(min_size=1, max_size=60),
            st.sampled_from([OG, H1, TITLE, HEADLINE, ""]),
        )
    )
)
def test_no_claims_make_it_raise_or_lose_one(said):
    found = believe(said, URL)

    assert len(said) == sum(map(len, found.candidates.values()))
    assert "" not in [found.title, found.excerpt, found.image, found.site_name, found.lang, *found.authors]


def believed_in_turn(*said: tuple[str, str]) -> list[Metadata]:
    """What is believed of pages of one host that bear nothing but these titles and excerpts, in the order of visits."""
    heard, believed = Heard(), []
    for number, (title_of_page, excerpt_of_page) in enumerate(said):
        url = f"https://www.tidings.example/{number}"
        claims = [
            Candidate("title", title_of_page, "title", url),
            Candidate("title", title_of_page, "ld+json headline", url),
            Candidate("excerpt", excerpt_of_page, META_TEXT, url),
        ]
        believed.append(believe(claims, url, heard.learn(claims, url)))
    return believed


def test_an_ending_that_three_headlines_of_a_host_share_is_the_sites_signature():
    titles = ["Tide turns - The Gull", "Wind falls - The Gull", "Rain comes - The Gull", "Sun sets - The Gull"]

    believed = believed_in_turn(*((each, each) for each in titles))

    assert [titles[0], titles[1], "Rain comes", "Sun sets"] == [page.title for page in believed]


def test_an_excerpt_that_three_articles_of_a_host_share_is_the_sites_tagline():
    tagline = "News from the coast, every day."

    believed = believed_in_turn(*((each, tagline) for each in ("Tide turns", "Wind falls", "Rain comes", "Sun sets")))

    assert [tagline, tagline, None, None] == [page.excerpt for page in believed]


def test_the_same_headline_thrice_teaches_nothing():
    page = believed_in_turn(*[("Tide turns - The Gull", "Power comes from the tide.")] * 4)[-1]

    assert ("Tide turns - The Gull", "Power comes from the tide.") == (page.title, page.excerpt)


def test_what_is_learned_of_a_host_counts_for_it_alone():
    heard = Heard()
    for number, each in enumerate(("Tide", "Wind", "Rain")):
        heard.learn([Candidate("title", f"{each} - The Gull", "title", "")], f"https://gull.example/{number}")

    assert () == heard.learn([], "https://other.example/").endings
    assert ("The Gull",) == heard.learn([], "https://gull.example/").endings


def test_a_site_that_bears_a_persons_name_is_that_persons_own():
    said = [
        claim("site_name", "Ann Author", 'meta[property="og:site_name"]'),
        claim("author", "Ann Author", 'meta[name="author"]'),
    ]

    assert ("Ann Author",) == believe(said, URL).authors


@pytest.mark.parametrize("brand", ["Harbour Gazette", "The Tidings", "Tidings", "Ocean News", "SEA TODAY"])
def test_a_site_that_bears_a_publishers_name_is_no_author(brand):
    said = [claim("site_name", brand, 'meta[property="og:site_name"]'), claim("author", brand, 'meta[name="author"]')]

    assert () == believe(said, URL).authors


def test_a_persons_by_line_goes_before_an_agencys():
    said = [claim("author", "AFP", '[itemprop="author"]'), claim("author", "Ann Author", "[class*=byline]")]

    assert ("Ann Author",) == believe(said, URL).authors


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die Flut ist nicht für den Hafen und die Stadt gemacht", "de"),
        ("The tide is not made for the harbour and the town", "en"),
        ("Flut", "en"),
    ],
)
def test_where_the_page_declares_two_languages_its_words_decide(text, expected):
    said = [claim("lang", "en", "html[lang]"), claim("lang", "de", 'meta[http-equiv="content-language"]')]

    assert expected == believe([*said, claim("title", text, OG)], URL).lang


def test_a_language_that_is_declared_alone_stands_against_the_words():
    said = [claim("lang", "en", "html[lang]"), claim("title", "Die Flut ist nicht für den Hafen gemacht", OG)]

    assert "en" == believe(said, URL).lang
