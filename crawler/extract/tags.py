"""Claims of `meta` tags: OpenGraph, Twitter cards, Dublin Core, and the metas of news sites and their tools.

`name=` and `property=` are one to us, in any case: many pages take one for the other. Several names in one
`property` are RDFa.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from crawler.extract.claim import Place, claim
from crawler.extract.head import Element
from crawler.model import Candidate

_NAMES = {
    "title": "og:title twitter:title twitter:text:title title headline hdl dc.title dcterms.title dc:title "
    "parsely-title sailthru.title citation_title article:title eomportal-title",
    "excerpt": "og:description twitter:description description dc.description dcterms.description dc:description "
    "sailthru.description abstract dcterms.abstract lp article:description",
    "image": "og:image og:image:url og:image:secure_url twitter:image twitter:image:src parsely-image-url image "
    "sailthru.image.full sailthru.image.thumb thumbnail thumbnailurl",
    "published": "article:published_time article:published og:published_time og:article:published_time "
    "article.published published_time datepublished publishdate publish-date publish_date pubdate pub_date "
    "publication_date publicationdate published date.issued date.created dc.date dc.date.issued dc.date.created "
    "dc.created dcterms.date dcterms.created dcterms.issued dc:date sailthru.date parsely-pub-date ptime "
    "citation_publication_date citation_online_date citation_date cxenseparse:recs:publishtime "
    "shareaholic:article_published_time rnews:datepublished displaydate article_date_original "
    "originalpublicationdate article.created article:published_date og:release_date video:release_date "
    "og:pubdate date bt:pubdate date_published iso-8601-publish-date",
    "modified": "article:modified_time og:updated_time og:modified_time article:modified datemodified article.updated "
    "dc.date.modified dcterms.modified dc.modified last-modified lastmod revised modified sailthru.lastmod "
    "date.modified article:updated_time",
    "author": "author article:author og:article:author article:author_name article.author authors dc.creator "
    "dcterms.creator dc:creator dc.author parsely-author sailthru.author citation_author byl cxenseparse:author "
    "shareaholic:article_author_name vr:author rbauthors book:author og:author article_author creator byline "
    "twitter:creator",
    "site_name": "og:site_name application-name apple-mobile-web-app-title dc.publisher dcterms.publisher "
    "dc:publisher citation_journal_title al:ios:app_name al:android:app_name cre site_name sitename publisher",
    "lang": "og:locale content-language language dc.language dcterms.language dc:language inlanguage",
    "canonical": "og:url twitter:url parsely-link",
}  # fmt: skip
_FIELDS = {name: field for field, names in _NAMES.items() for name in names.split()}
_SIZES = {
    "og:image:width": "width",
    "og:image:height": "height",
    "twitter:image:width": "width",
    "twitter:image:height": "height",
}
_LARGEST_PIXELS = 100_000


def read(elements: Iterable[Element], place: Place) -> Iterator[Candidate]:
    """Every claim of the page's metas, in their order.

    A size belongs to the image before it (ogp.me, "Structured Properties"); `og:image:url` and
    `og:image:secure_url` name the image of the `og:image` before them once more.
    """
    image: Candidate | None = None
    for element in elements:
        for attribute, name, value in _named(element):
            if side := _SIZES.get(name):
                if image and (pixels := _pixels(value)):
                    image = replace(image, width=pixels) if side == "width" else replace(image, height=pixels)
                continue
            field = _FIELDS.get(name)
            if field is None:
                continue
            found = claim(field, value, f'meta[{attribute}="{name}"]', place)
            if found is None:
                continue
            if field != "image":
                yield found
            elif image is None or image.value != found.value or not (_og_image(image) and _og_image(found)):
                if image:
                    yield image
                image = found
    if image:
        yield image


def _named(element: Element) -> Iterator[tuple[str, str, str]]:
    """(attribute, name in lower case, value) of a meta."""
    if element.name != "meta":
        return
    given = element.attributes
    value = given.get("content") or given.get("value")
    if not value:
        return
    seen = set()
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        if names := given.get(attribute):
            for name in names.lower().split():
                if name not in seen:
                    seen.add(name)
                    yield attribute, name, value


def _og_image(claim: Candidate) -> bool:
    return '"og:image' in claim.tag


def _pixels(value: str) -> int | None:
    digits = value.strip().removesuffix("px")
    return int(digits) if digits.isdecimal() and len(digits) < 7 and 0 < int(digits) <= _LARGEST_PIXELS else None
