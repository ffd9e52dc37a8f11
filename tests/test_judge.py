"""Which pages may speak for an article."""

import pytest

from crawler.judge import as_rot, assess, hear
from crawler.model import Article, Failure, Metadata, Role, Target

ARTICLE = "https://news.example/2024/ai-rules"


def judged(**evidence):
    known = {
        "status": 200,
        "url": ARTICLE,
        "final_url": ARTICLE,
        "title": "AI rules agreed",
        "excerpt": "What was agreed.",
    }
    return assess(**(known | evidence))


def an_ordinary_page():
    return {}


def a_retitled_page():
    return {"title": "Europe settles on its machine learning law", "known_title": "AI rules agreed"}


def an_article_about_a_wall():
    return {"title": "Just a moment...: why Cloudflare asks", "known_title": "Just a moment...: why Cloudflare asks"}


def an_article_that_quotes_a_walls_markup():
    return {"html": b"<p>Look for <code>_cf_chl_opt</code> in the source." * 50}


def an_article_called_404():
    return {"title": "404", "html": b'<meta property="og:title" content="404">' + b" " * 30_000}


def a_move_to_another_path_of_the_host():
    return {"final_url": "https://news.example/archive/ai-rules"}


def a_move_to_https_and_www():
    return {"url": "http://news.example/a", "final_url": "https://www.news.example/a/"}


def a_page_behind_datadome_that_was_let_through():
    return {"headers": {"X-DataDome": "protected"}}


@pytest.mark.parametrize(
    "page",
    [
        an_ordinary_page,
        a_retitled_page,
        an_article_about_a_wall,
        an_article_that_quotes_a_walls_markup,
        an_article_called_404,
        a_move_to_another_path_of_the_host,
        a_move_to_https_and_www,
        a_page_behind_datadome_that_was_let_through,
    ],
)
def test_a_genuine_page_is_kept(page):
    assert judged(**page()).keep


def test_a_single_doubt_is_told_as_one_where_the_page_is_kept():
    assert "little speaks against it: it is called '404'" == judged(**an_article_called_404()).reason


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        ("not-found", {"status": 404}),
        ("gone", {"status": 410}),
        ("forbidden", {"status": 403}),
        ("server-error", {"status": 503}),
        ("status", {"status": 204}),
        ("challenge", {"headers": {"CF-Mitigated": "challenge"}}),
        (
            "challenge",
            {"title": "Just a moment...", "excerpt": None, "html": b"<script>window._cf_chl_opt={}</script>"},
        ),
        ("challenge", {"title": "Access Denied", "excerpt": None, "html": b"<h1>Access Denied</h1>"}),
        ("challenge", {"title": "Attention Required! | Cloudflare", "known_title": "AI rules agreed"}),
        ("not-found", {"title": "Page not found - News", "known_title": "AI rules agreed"}),
        ("not-found", {"title": "Sorry", "final_url": "https://news.example/404.html"}),
        ("login", {"title": "News", "final_url": "https://news.example/login?next=/2024/ai-rules"}),
        ("consent", {"title": "Before you continue", "final_url": "https://consent.news.example/?to=x"}),
        ("home", {"title": "News Example", "final_url": "https://news.example/"}),
        ("home", {"title": "News Example", "final_url": "https://news.example/en/"}),
        (
            "other-host",
            {"title": "Casino bonus", "final_url": "https://spam.example/x", "known_title": "AI rules agreed"},
        ),
        ("moved", {"title": "Technology", "final_url": "https://news.example/tech", "known_title": "AI rules agreed"}),
        ("parked", {"title": "news.example is for sale", "known_title": "AI rules agreed"}),
        ("empty", {"title": None, "excerpt": None}),
        ("boilerplate", {"title": "Disclaimer", "known_title": "AI rules agreed", "seen_elsewhere": 3}),
    ],
)
def test_a_page_that_is_not_the_article_is_refused(kind, page):
    assessment = judged(**page)

    assert (False, kind) == (assessment.keep, assessment.kind)
    assert assessment.reason


def test_a_redirect_home_is_forgiven_where_the_known_title_is_still_there():
    assert judged(final_url="https://news.example/", known_title="AI rules agreed").keep


def test_a_record_that_bears_a_walls_name_opens_no_door_to_it():
    wall = {"title": "Just a moment...", "excerpt": None, "html": b"<script>window._cf_chl_opt={}</script>"}

    assert not judged(**wall, known_title="Just a moment...").keep


def test_user_names_and_passwords_never_reach_the_reason():
    assessment = judged(title="News", final_url="https://user:secret@news.example/login")

    assert "secret" not in assessment.reason


WEB, AMP = Target(Role.WEB, ARTICLE), Target(Role.AMP, ARTICLE + "/amp")


def article(*targets):
    return Article("", "AI rules agreed", None, None, (), targets, ("title",))


def test_the_articles_own_page_speaks_first_and_its_amp_page_after_it():
    own, amp = Metadata(url=ARTICLE), Metadata(url=AMP.url, canonical=ARTICLE)

    assert (own, amp) == hear(article(WEB, AMP), [(WEB, own), (AMP, amp)]).witnesses


def test_an_amp_page_speaks_alone_when_its_canonical_link_points_to_the_article():
    amp = Metadata(url=AMP.url, canonical="http://www.news.example/2024/ai-rules/")

    assert (amp,) == hear(article(WEB, AMP), [(AMP, amp)]).witnesses


@pytest.mark.parametrize("canonical", [None, "https://news.example/another"])
def test_an_amp_page_of_another_article_is_not_heard(canonical):
    hearing = hear(article(WEB, AMP), [(AMP, Metadata(url=AMP.url, canonical=canonical))])

    assert () == hearing.witnesses
    assert [(AMP.url, "not-canonical")] == [(failure.url, failure.kind) for failure in hearing.refused]


def test_an_amp_page_follows_its_article_to_a_new_address():
    moved = Metadata(url="https://news.example/new", canonical="https://news.example/new")
    amp = Metadata(url=AMP.url, canonical="https://news.example/new")

    assert (moved, amp) == hear(article(WEB, AMP), [(WEB, moved), (AMP, amp)]).witnesses


def test_an_amp_page_is_heard_when_the_article_names_no_other():
    amp = Metadata(url=AMP.url)

    assert (amp,) == hear(article(AMP), [(AMP, amp)]).witnesses


def test_a_canonical_link_to_a_strangers_host_vouches_for_nobody():
    own = Metadata(url=ARTICLE, canonical="https://evil.example/x")
    stranger = Metadata(url=AMP.url, canonical="https://evil.example/x")

    assert (own,) == hear(article(WEB, AMP), [(WEB, own), (AMP, stranger)]).witnesses


def it_leads_to_the_article_itself():
    return Metadata(url=ARTICLE, canonical=ARTICLE)


def an_ordinary_page_took_its_place():
    return Metadata(url=AMP.url, canonical=AMP.url)


@pytest.mark.parametrize("answer", [it_leads_to_the_article_itself, an_ordinary_page_took_its_place])
def test_what_is_no_amp_page_any_more_is_told_as_rot(answer):
    own = Metadata(url=ARTICLE)
    hearing = hear(article(WEB, AMP), [(WEB, own), (AMP, answer())])

    assert (own,) == hearing.witnesses
    assert [(AMP.url, "amp-rot")] == [(failure.url, failure.kind) for failure in hearing.refused]


def test_a_page_that_is_its_own_amp_page_speaks():
    own = Target(Role.AMP, ARTICLE)

    assert () == hear(article(WEB, own), [(own, Metadata(url=ARTICLE, canonical=ARTICLE))]).refused


@pytest.mark.parametrize("kind", ["not-found", "gone", "home"])
def test_a_dead_amp_page_is_rot(kind):
    failure = as_rot(AMP, Failure(AMP.url, kind, "status 404: page not found", 404))

    assert ("amp-rot", 404) == (failure.kind, failure.status)
    assert "there is no AMP page any more: status 404: page not found" == failure.why


@pytest.mark.parametrize(("target", "kind"), [(AMP, "timeout"), (AMP, "server-error"), (WEB, "not-found")])
def test_what_may_come_back_or_is_no_amp_page_is_no_rot(target, kind):
    failure = Failure(target.url, kind, "why")

    assert failure == as_rot(target, failure)


@pytest.mark.parametrize(
    ("content_type", "html"),
    [
        ("image/svg+xml", b"<svg><title>The tide</title></svg>"),
        ("Application/PDF", b"%PDF-1.7"),
        ("application/rss+xml; charset=utf-8", b""),
        ("application/ld+json", b"{}"),
        ("text/xml", b"<?xml version='1.0'?>\n<!-- a --><rss><channel><title>The tide</title>"),
        ("text/html", b"\xef\xbb\xbf <feed xmlns='http://www.w3.org/2005/Atom'>"),
    ],
)
def test_a_picture_a_feed_or_a_file_is_no_page_whatever_its_title(content_type, html):
    assert "not-a-page" == judged(html=html, headers={"Content-Type": content_type}).kind


@pytest.mark.parametrize(
    "content_type", ["text/html", "text/plain", "application/xhtml+xml", "text/xml", "nonsense", ""]
)
def test_a_page_may_be_declared_as_much_else(content_type):
    html = b"<?xml version='1.0'?><!doctype html><html><body><svg></svg>"

    assert judged(html=html, headers={"content-type": content_type}).keep
