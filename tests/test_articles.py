"""What a record says."""

from pathlib import Path

import pytest
import yaml

from crawler.errors import RecordError
from crawler.model import Image, Role, Schema, Target
from crawler.records import articles

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "records"


def read(yaml_text: str, path: str = "a.md", schema: Schema | None = None):
    return articles.read(path, f"---\n{yaml_text}\n---\nbody\n".encode(), schema or Schema())


def only(yaml_text: str):
    (article,) = read(yaml_text).articles
    return article


def test_an_article_has_its_texts_its_targets_its_images_and_its_keys():
    article = only(
        'title: "A"\nexcerpt: b c\npublishedDateTime: 2021-06-17T00:00:00Z\nwebUrl: https://a.org/1\n'
        "images:\n- url: /x.png\n  width: 3\n  height: '4'\n  isCached: true\nsecured: x"
    )

    assert ("", "A", "b c", "2021-06-17T00:00:00Z") == (
        article.pointer,
        article.title,
        article.excerpt,
        article.published,
    )
    assert ((0, Image("/x.png", 3, 4, cached=True)),) == article.images
    assert (Target(Role.WEB, "https://a.org/1"),) == article.targets
    assert ("title", "excerpt", "publishedDateTime", "webUrl", "images", "secured") == article.keys


@pytest.mark.parametrize("value", ["", "null", "~", "[a]", "{a: b}", "!!binary aGk="])
def test_what_is_null_or_no_scalar_is_no_title(value):
    assert None is only(f"title: {value}\nexcerpt: x").title


@pytest.mark.parametrize("value", ["360", "'360'", "360px", '"360px"'])
def test_a_size_is_pixels_however_it_is_written(value):
    ((_, image),) = only(f"images: [{{url: /a.png, height: {value}}}]").images

    assert 360 == image.height


@pytest.mark.parametrize("value", ["1984", "true", "2021-01-01", "0x10"])
def test_a_title_without_quotes_is_words_all_the_same(value):
    assert value == only(f"title: {value}").title


def test_an_empty_title_is_there_and_empty():
    assert "" == only("title: ''").title


def test_targets_come_in_the_order_of_trust_and_each_page_once():
    article = only(
        "cdnAmpWebUrl: https://a-org.cdn.ampproject.org/c/s/a.org/amp\nampWebUrl: https://a.org/amp\n"
        "webUrl: HTTPS://A.org:443/1\noriginalUrl: https://a.org/1"
    )

    assert [Role.ORIGINAL, Role.AMP, Role.AMP_CACHE] == [target.role for target in article.targets]


@pytest.mark.parametrize("url", ["/a", "ftp://a.org/", "mailto:a@a.org", "https://", "javascript:1", "42"])
def test_what_cannot_be_visited_is_no_target(url):
    assert () == only(f"webUrl: {url}").targets


def test_images_keep_their_place_in_the_list_and_those_without_url_are_left_out():
    article = only(
        "images:\n- /a.png\n- width: 1\n- url: /b.png\n  width: 6.5\n  height: many\n"
        "- url: /c.png\n  width: 99999999999"
    )

    assert ((2, Image("/b.png")), (3, Image("/c.png"))) == article.images


def test_related_articles_are_found_at_any_depth_with_their_pointers():
    record = read("title: a\nrelated:\n- title: b\n  related:\n    - title: c\n- none\n- title: d")

    assert [("", "a"), ("/related/0", "b"), ("/related/0/related/0", "c"), ("/related/2", "d")] == [
        (article.pointer, article.title) for article in record.articles
    ]


def test_a_yaml_file_may_be_a_list_of_articles():
    record = articles.read("links.yml", b"- title: a\n- title: b\n", Schema())

    assert [("/0", "a"), ("/1", "b")] == [(article.pointer, article.title) for article in record.articles]


def test_a_key_that_is_no_scalar_is_passed_over():
    assert ("title",) == only("? [a, b]\n: c\n? [a, b]\n: d\ntitle: x").keys


def test_the_schema_says_which_key_means_what():
    schema = Schema(title="headline", related="more/links")
    record = read('headline: a\n"more/links":\n- headline: b', schema=schema)

    assert [("", "a"), ("/more~1links/0", "b")] == [(article.pointer, article.title) for article in record.articles]


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("README.md", b"# Hello\n"),
        ("a.md", b"---\n---\n"),
        ("a.md", b"---\njust a line\n---\n"),
        ("a.html", b"<!doctype html>"),
        ("a.yml", b""),
        ("a.yml", b"# only a comment\n"),
        ("a.yml", b"- a\n- b\n"),
        ("a.md", b"title: no front matter\n"),
    ],
)
def test_a_file_without_an_article_is_no_record(path, document):
    assert None is articles.read(path, document, Schema())


@pytest.mark.parametrize(
    ("yaml_text", "why"),
    [
        ("a: 1\nb: [", "a.md:4: broken YAML: "),
        ("a: 1\nb: 'x", "a.md:"),
        ("a: 1\n\tb: 2", "a.md:3: broken YAML: "),
        ("a: 1\nb: \x07", "a.md:3: broken YAML: character #x0007 must be written as an escape"),
        ('a: 1\nb: "\\ud83d"', "a.md:"),
        ("title: a\nurl: b\ntitle: c", "a.md:4: the key title is there twice; remove one"),
        ("title: a\nimages:\n- url: a\n  width: 1\n  width: 2", "a.md:6: the key width is there twice; remove one"),
        ("a: *x", "a.md:2: *x has no anchor &x before it"),
        ("a: &x [*x]", "a.md:2: *x has no anchor &x before it"),
        ("a: " + "[" * 100_000, "a.md:2: nested deeper than 64"),
        ("- " * 100_000 + "a", "a.md:2: nested deeper than 64"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_with_its_line_and_reason(yaml_text, why):
    with pytest.raises(RecordError) as error:
        read(yaml_text)

    assert str(error.value).startswith(why)


def test_a_billion_laughs_are_not_laughed():
    levels = ["l0: &l0 [lol, lol, lol]", *(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 40))]

    assert "x" == read("\n".join(["title: x", *levels, "related: *l39"])).articles[0].title


def test_every_real_record_is_read_as_pyyaml_reads_it():
    if not CORPUS.is_dir():
        pytest.skip("the shared corpus of records is not here")
    files = [path for path in sorted(CORPUS.rglob("*")) if path.is_file() and path.name != "README.md"]
    for path in files:
        document = path.read_bytes()
        record = articles.read(path.name, document, Schema())
        data = yaml.safe_load(document.decode().replace("\r\n", "\n").split("\n---", 1)[0].removeprefix("---\n"))
        told = [data, *data.get("related", [])]

        assert [one.get("title") for one in told] == [article.title for article in record.articles]
        assert [one.get("excerpt") for one in told] == [article.excerpt for article in record.articles]
        assert [tuple(one) for one in told] == [article.keys for article in record.articles]
        sizes = [[(image["url"], image.get("width")) for image in one.get("images", [])] for one in told]
        assert sizes == [[(image.url, image.width) for _, image in article.images] for article in record.articles]


@pytest.mark.parametrize(
    ("yaml", "opaque"),
    [
        ("title: x\nexcerpt:\nimages: []", set()),
        ("title: [a, b]\nexcerpt: {a: 1}", {"title", "excerpt"}),
        ("a: &t x\ntitle: *t", {"title"}),
        ("images: [one.png, two.png]", {"images"}),
        ("images:\n- src: one.png", {"images"}),
        ("images: {url: one.png}", {"images"}),
        ("base: &b {title: x}\n<<: *b\nexcerpt: y", {"title", "publishedDateTime", "images"}),
    ],
)
def test_values_of_a_shape_that_we_do_not_read_are_the_owners(yaml, opaque):
    assert opaque == only(yaml).opaque
