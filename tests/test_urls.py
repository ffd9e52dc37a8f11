"""What is one address, whose it is, and where the AMP cache keeps it."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import urls
from crawler.errors import MetafreshError, UnsafeURL

CACHE = ".cdn.ampproject.org"
LONG_HOST = (
    "itwasadarkandstormynight.therainfellintorrents.exceptatoccasionalintervalswhenitwascheckedby"
    ".aviolentgustofwindwhichsweptupthestreets.com"
)


def cache_label(url: str) -> str:
    return urls.amp_cache_url(url).removeprefix("https://").partition(CACHE)[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HTTPS://Example.COM:443/a", "https://example.com/a"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com/a#part", "https://example.com/a"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://example.com/ü", "https://example.com/%C3%BC"),
        ("https://example.com./a", "https://example.com/a"),
    ],
)
def test_two_spellings_of_one_address_have_one_canonical_form(one, other):
    assert urls.canonical(other) == urls.canonical(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a", "https://example.com/A"),
        ("https://example.com/a?x=1&y=2", "https://example.com/a?y=2&x=1"),
        ("https://example.com/a?utm_source=x", "https://example.com/a"),
        ("https://example.com:8443/a", "https://example.com/a"),
    ],
)
def test_addresses_that_a_server_may_tell_apart_stay_apart(one, other):
    assert urls.canonical(other) != urls.canonical(one)


@pytest.mark.parametrize(
    "given", ["mailto:a@example.com", "javascript:1", "https://", "http://[::1", "https://a:0/", "", "//x"]
)
def test_what_is_no_web_address_has_no_parts(given):
    assert urls.split(given) is None


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("../b", "https://example.com/b"),
        ("//cdn.example.com/i.png", "https://cdn.example.com/i.png"),
        ("?page=2", "https://example.com/a/c?page=2"),
        ("  /x\n", "https://example.com/x"),
        ("data:image/png;base64,AAAA", None),
        ("http://[", None),
    ],
)
def test_a_link_is_resolved_against_its_page(link, expected):
    assert expected == urls.absolute(link, "https://example.com/a/c")


def test_a_page_is_the_same_with_and_without_www_slash_and_tls():
    assert urls.same_page("http://www.example.com/a/", "https://example.com/a#top")
    assert not urls.same_page("https://example.com/a", "https://example.com/b")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.bbc.co.uk/x", "bbc.co.uk"),
        ("https://one.blogspot.com/", "blogspot.com"),
        ("https://www.例子.公司.cn/", "xn--fsqu00a.xn--55qx5d.cn"),
        ("https://www.xn--fsqu00a.xn--55qx5d.cn/", "xn--fsqu00a.xn--55qx5d.cn"),
        ("http://127.0.0.1:8080/", "127.0.0.1"),
        ("http://localhost/", "localhost"),
        ("nonsense", ""),
    ],
)
def test_the_registrable_host_is_what_one_owner_registered(url, expected):
    assert expected == urls.registrable_host(url)


def test_a_log_never_shows_a_password():
    assert urls.redacted("https://me:secret@example.com/a") == "https://example.com/a"
    assert "secret" not in urls.redacted("https://me:secret@[broken/a")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.example.com/a", "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/a"),
        ("http://www.example.com/a", "https://www-example-com.cdn.ampproject.org/c/www.example.com/a"),
        ("https://example.com/a?amp&x=1#top", "https://example-com.cdn.ampproject.org/c/s/example.com/a?amp&x=1"),
        ("https://www.example.com", "https://www-example-com.cdn.ampproject.org/c/s/www.example.com"),
        ("http://www.example.com", "https://www-example-com.cdn.ampproject.org/c/www.example.com"),
        ("https://example.com?x=1", "https://example-com.cdn.ampproject.org/c/s/example.com?x=1"),
        ("https://example.com/image.png", "https://example-com.cdn.ampproject.org/i/s/example.com/image.png"),
        ("http://example.com/photo.JPG?w=9", "https://example-com.cdn.ampproject.org/i/example.com/photo.JPG?w=9"),
        ("https://example.com/font.woff2", "https://example-com.cdn.ampproject.org/r/s/example.com/font.woff2"),
        (
            "https://example.com/g?v=Hello%20World",
            "https://example-com.cdn.ampproject.org/c/s/example.com/g?v=Hello%20World",
        ),
        ("https://點看.com", "https://xn---com-k47jg78q.cdn.ampproject.org/c/s/點看.com"),
        ("https://EXAMPLE.com:443/A", "https://example-com.cdn.ampproject.org/c/s/example.com/A"),
        ("https://example.com:8443/a", "https://example-com.cdn.ampproject.org/c/s/example.com:8443/a"),
        ("https://me:secret@example.com/a", "https://example-com.cdn.ampproject.org/c/s/example.com/a"),
        (
            "https://example-com.cdn.ampproject.org/c/s/example.com/a",
            "https://example-com.cdn.ampproject.org/c/s/example.com/a",
        ),
        (
            "https://www.example.com/cdn.ampproject.org/a",
            "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/cdn.ampproject.org/a",
        ),
    ],
)
def test_an_amp_page_has_its_place_in_the_cache(url, expected):
    assert expected == urls.amp_cache_url(url)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("hello-world.example", "hello--world-example"),
        ("SOMETHING.com", "something-com"),
        ("xn--bcher-kva.ch", "xn--bcher-ch-65a"),
        ("xn--4gbrim.xn----rmckbbajlc6dj7bxne2c.xn--wgbh1c", "xn-------i5fvcbaopc6fkc0de0d9jybegt6cd"),
        ("toplevelnohyphens", "qsgpfjzulvuaxb66z77vlhb5gu2irvcnyp6t67cz6tqo5ae6fysa"),
        ("no-dot-domain", "4lxc7wqq7b25walg4rdiil62veijrmqui5z3ept2lyfqqwpowryq"),
        (LONG_HOST, "dgz4cnrxufaulnwku4ow5biptyqnenjievjht56hd7wqinbdbteq"),
        (
            "hello.xn--4gbrim.xn----rmckbbajlc6dj7bxne2c.xn--wgbh1c",
            "a6h5moukddengbsjm77rvbosevwuduec2blkjva4223o4bgafgla",
        ),
        ("one--two.example", "one----two-example"),
        ("\N{HIGH VOLTAGE SIGN}\N{SMILING FACE WITH SMILING EYES}.com", "xn---com-p33b41770a"),
        ("faß.de", "fass-de"),
        ("xn--xgb49a.xn--xgb49a", "xn----lncb27eca"),
        ("xn--xgb49a.xn--xgb6g", "asdk26k2mfqxgc6cdx3oh3vlnx42rqwn6uvsuqrufnx622tguq6q"),
        ("de-at.example.org", "0-de--at-example-org-0"),
        ("bücher.example", "xn--bcher-example-wob"),
        ("xn--bcher-kva.example", "xn--bcher-example-wob"),
        ("xn--strae-oqa.example", "xn--strae-example-edb"),
    ],
)
def test_a_host_becomes_one_label_as_the_amp_project_spells_it(host, expected):
    assert expected == cache_label(f"https://{host}/")


@pytest.mark.parametrize(
    "host",
    ["intranet", f"{'a' * 50}.{'b' * 20}.example", f"{'ab-' * 15}c.example", "news.xn--4gbrim.example", "[::1]"],
)
def test_a_host_that_no_label_can_spell_is_hashed(host):
    assert re.fullmatch("[a-z2-7]{52}", cache_label(f"https://{host}/"))


@pytest.mark.parametrize(
    "given", ["", "example.com/a", "ftp://example.com/", "https://", "http://[", "mailto:a@b.example"]
)
def test_what_is_no_web_address_has_no_place_in_the_cache(given):
    with pytest.raises(UnsafeURL, match="not an absolute http or https URL"):
        urls.amp_cache_url(given)


def test_real_records_name_the_cache_as_we_do(shared: Path):
    pattern = re.compile(r'ampWebUrl: "([^"]+)"\s+cdnAmpWebUrl: "([^"]+)"', re.IGNORECASE)
    text = "".join(path.read_text() for path in (shared / "corpus/records/ai_news").glob("seed*.md"))
    pairs = pattern.findall(text)
    if not pairs:
        pytest.skip("the corpus on this machine has no AMP pairs")

    assert [cached for _, cached in pairs] == [urls.amp_cache_url(amp) for amp, _ in pairs]


@settings(deadline=None)
@given(
    st.text(max_size=300)
    | st.text(max_size=100).map("https://{}/".format)
    | st.text(max_size=100).map("http://a.{}".format)
)
def test_no_text_makes_the_functions_raise_anything_unexpected(text):
    urls.canonical(text)
    urls.absolute(text, "https://example.com/")
    urls.registrable_host(text)
    urls.redacted(text)
    try:
        cached = urls.amp_cache_url(text)
    except MetafreshError:
        return

    assert len(cached.removeprefix("https://").partition(CACHE)[0]) <= 63


@given(
    st.from_regex(
        r"https?://[a-z0-9.-]{1,20}(:[1-9][0-9]{0,2})?(/[\w!$&'()*+,;=:@%~. ü-]{0,8}){0,3}(\?[\w&=%/?ü]{0,8})?",
        fullmatch=True,
    )
)
def test_canonical_form_is_its_own_canonical_form_whatever_the_way_it_was_found(url):
    found = urls.canonical(url)

    assert found == urls.canonical(found)
    # A fragment keeps an address from being taken as it stands, and never belongs to the canonical form.
    assert found == urls.canonical(f"{url.rstrip(' ')}#a")
