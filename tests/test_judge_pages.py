"""Which pages are refused and which are kept: every case of the tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judge import assess, examine
from tests.answers import ARTICLE, HOST, KNOWN, answer, html
from tests.look_alikes import GENUINE
from tests.lost_pages import LOST_PAGES
from tests.spoken import HEADLINES, SAID
from tests.walls import WALLS


@pytest.mark.parametrize("case", WALLS.values(), ids=WALLS)
def test_a_wall_is_refused(case):
    assessment = assess(**case)

    assert not assessment.keep, assessment.reason


@pytest.mark.parametrize("case", LOST_PAGES.values(), ids=LOST_PAGES)
def test_a_page_that_stands_where_the_article_was_is_refused(case):
    assessment = assess(**case)

    assert not assessment.keep, assessment.reason


@pytest.mark.parametrize(("title", "excerpt"), SAID)
def test_a_wall_is_refused_by_what_it_says_alone(title, excerpt):
    assessment = assess(**answer(title, excerpt))

    assert not assessment.keep, assessment.reason


@pytest.mark.parametrize("title", HEADLINES)
def test_a_headline_that_sounds_like_a_wall_is_kept(title):
    assessment = assess(**answer(title, "What the council heard on Tuesday night."))

    assert assessment.keep, assessment.reason


@pytest.mark.parametrize("case", GENUINE.values(), ids=GENUINE)
def test_an_article_that_looks_like_a_wall_is_kept(case):
    assessment = assess(**case)

    assert assessment.keep, assessment.reason


@pytest.mark.parametrize(
    ("kind", "title", "excerpt"),
    [
        ("challenge", "Just a moment...", "Enable JavaScript and cookies to continue"),
        ("not-found", "Page not found", "The page you are looking for does not exist"),
        ("not-found", "Seite nicht gefunden", "Die gesuchte Seite existiert nicht"),
        ("login", "Log in | Harbour Post", "Forgot your password?"),
        ("paywall", "Subscribe to read", "Already a subscriber?"),
        ("consent", "Before you continue", "We use cookies. Accept all"),
        ("geo", "Not available in your country", "This is not available in your region"),
        ("error", "Something went wrong", "An unexpected error occurred"),
        ("maintenance", "Down for maintenance", "We will be back soon"),
        ("parked", "Domain for sale", "Buy this domain"),
        ("hijacked", "Best online casino bonus", "Free spins and more"),
    ],
)
def test_the_kind_says_what_stands_there(kind, title, excerpt):
    assert kind == assess(**answer(title, excerpt, known_title=KNOWN)).kind


@pytest.mark.parametrize(
    ("kind", "to"),
    [
        ("login", "/login?next=/2023"),
        ("paywall", "/subscribe"),
        ("consent", "/cookie-consent"),
        ("challenge", "/sorry/index"),
        ("geo", "/unavailable-in-your-region"),
        ("not-found", "/404.html"),
        ("maintenance", "/maintenance.html"),
        ("parked", "/lander"),
        ("home", "/de/"),
        ("section", "/tag/towers"),
        ("aside", "/gate?to=%2F2023%2F05%2Ftown-restores-old-lighthouse"),
    ],
)
def test_where_a_redirect_led_is_told_by_its_address(kind, to):
    assert kind == assess(**answer("Harbour Post today", "News.", final_url=HOST + to)).kind


def test_a_redirect_to_an_address_that_the_article_had_before_is_no_door():
    asked = HOST + "/login/how-we-built-our-login"

    assert assess(
        **answer("How we built it", "A story.", url=asked, final_url=HOST + "/login/how-we-built-it-all")
    ).keep


def test_a_home_page_that_lists_the_article_is_not_the_article():
    listed = f'<script type="application/ld+json">{{"@type":"NewsArticle","url":"{ARTICLE}"}}</script>'
    home = answer("Harbour Post", "News.", html("Harbour Post", head=listed), final_url=HOST + "/")

    assert "home" == assess(**home).kind


def test_a_page_whose_canonical_link_is_the_address_asked_for_is_the_article_wherever_it_stands():
    claim = f'<link rel="canonical" href="{ARTICLE}"><meta property="article:published_time" content="2023-05-02">'
    moved = answer("Tower stays", "News.", html("Tower stays", head=claim), final_url=HOST + "/x/1", known_title=KNOWN)

    assert assess(**moved).keep


def test_a_header_that_only_challenges_carry_is_enough():
    assert "challenge" == assess(**answer(KNOWN, "Fine.", headers={"X-Vercel-Mitigated": "challenge"})).kind


def test_a_cookie_of_a_guard_is_nothing_by_itself():
    assert assess(**answer(KNOWN, "Fine.", headers={"Set-Cookie": "datadome=x; _abck=y; incap_ses_1=z"})).keep


HOSTILE = {
    "open tags": b"<div " * 200_000,
    "open comments": b"<!--" * 200_000,
    "open scripts": b"<script>" * 100_000,
    "deep": b"<div>" * 200_000,
    "attributes without values": b"<meta " + b"a" * 1_000_000,
    "attributes with blanks": b"<meta " + b"a " * 500_000 + b">",
    "one body without end": b'<body class="' + b"error" * 200_000,
    "many bodies": b"<body class=" * 80_000,
    "links in JSON-LD": b'<script type="application/ld+json">' + b'"https://' * 100_000,
    "types in JSON-LD": b'<script type="application/ld+json">' + b'"@type":[' * 100_000,
    "entities": b"&amp" * 250_000,
}


@pytest.mark.timeout(10)
@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_page_is_judged_in_time_that_grows_with_its_size_alone(page):
    case = answer("Page not found", "x" * 100_000, page, final_url=HOST + "/?" + "a=b&" * 20_000, known_title=KNOWN)

    assert not assess(**case).keep


@pytest.mark.parametrize(
    "title", ["page " * 30, "- " * 80, "| " * 80, "404" * 50, "a.b" * 50, "not found " * 16, "ページ" * 50]
)
def test_a_hostile_title_is_no_trouble(title):
    assert examine(status=200, url=ARTICLE, final_url=ARTICLE, title=title, excerpt=title * 100) is not None


@pytest.mark.parametrize("address", ["", "x", "http://[", "https://a b/", "https://x.example:99999/", "mailto:x", "//"])
def test_what_is_no_address_is_no_trouble(address):
    claim = f'<link rel="canonical" href="{address}">'

    assert assess(**answer("Page not found", None, html(head=claim), url=address)).reason
    assert assess(**answer("Page not found", None, html(head=claim), final_url=address)).reason


@given(st.text(), st.text(), st.binary(), st.text())
def test_whatever_is_told_there_is_a_verdict(title, excerpt, page, known):
    assert assess(**answer(title, excerpt, page, known_title=known)).reason


@given(st.text(alphabet="/?&=#.:-_abc019%[]@ é", max_size=60))
def test_wherever_a_redirect_leads_there_is_a_verdict(path):
    assert assess(**answer(KNOWN, "Fine.", html(KNOWN), final_url=f"{HOST}/{path}")).reason
