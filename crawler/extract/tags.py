"""Claims of the head's tags: title, links, and metas: OpenGraph, Twitter cards, Dublin Core, those of news sites.

`name=` and `property=` are one to us, in any case: many pages take one for the other. Several names in one
`property` are RDFa.
"""

import json
from collections.abc import Iterable, Iterator

from crawler import urls
from crawler.extract.claim import Place, claim
from crawler.extract.head import Said
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
# (attribute, name) -> (field, the tag as a person would find it)
_CLAIMS = {
    (attribute, name): (field, f'meta[{attribute}="{name}"]')
    for attribute in ("property", "name", "itemprop", "http-equiv")
    for field, names in _NAMES.items()
    for name in names.split()
} | {
    ("", "title"): ("title", "title"),
    ("", "lang"): ("lang", "html[lang]"),
    ("rel", "canonical"): ("canonical", 'link[rel="canonical"]'),
    ("rel", "amphtml"): ("amphtml", 'link[rel="amphtml"]'),
    ("rel", "image_src"): ("image", 'link[rel="image_src"]'),
    # https://oembed.com, "Discovery"; noted, not asked.
    **{
        ("type", kind): ("oembed", f'link[type="{kind}"]')
        for kind in ("application/json+oembed", "text/xml+oembed", "application/xml+oembed")
    },
}
_SIZES = {
    "og:image:width": "width",
    "og:image:height": "height",
    "twitter:image:width": "width",
    "twitter:image:height": "height",
}
_LARGEST_PIXELS = 100_000
_PARSELY = {
    "title": "title",
    "link": "canonical",
    "image_url": "image",
    "pub_date": "published",
    "author": "author",
    "authors": "author",
}


def read(said: Iterable[Said], place: Place) -> list[Candidate]:
    """Every claim of the page's tags, in their order."""
    made: list[Candidate] = []
    image = -1  # where the last image stands
    for attribute, names, value in said:
        for name in names.split() if " " in names else (names,):
            known = _CLAIMS.get((attribute, name))
            if known is None:
                if image >= 0 and name in _SIZES:
                    made[image] = _sized(made[image], name, value)
                elif name == "parsely-page":
                    made += _of_parsely(value, place)
                continue
            field, tag = known
            found = claim(field, value, tag, place)
            if found and field == "image":
                if image >= 0 and _is_same_image(made[image], found):
                    continue
                image = len(made)
            if found:
                made.append(found)
    return made


def _sized(image: Candidate, name: str, value: str) -> Candidate:
    """The image with a side: a size belongs to the image before it (ogp.me, "Structured Properties")."""
    pixels = _pixels(value)
    if pixels is None:
        return image
    return image._replace(width=pixels) if _SIZES[name] == "width" else image._replace(height=pixels)


def _is_same_image(image: Candidate, other: Candidate) -> bool:
    """Whether `og:image:url` or `og:image:secure_url` names the image of the `og:image` before it once more."""
    return image.value == other.value and '"og:image' in image.tag and '"og:image' in other.tag


def base(said: Iterable[Said], url: str) -> str:
    """What relative links count from: the first `<base href>`, else the page's URL (WHATWG HTML §4.2.3)."""
    for _, name, value in said:
        if name == "base":
            return urls.absolute(value, url) or url
    return url


def _of_parsely(value: str, place: Place) -> Iterator[Candidate]:
    """The one meta that holds a JSON object (docs.parse.ly, "parsely-page")."""
    try:
        told = json.loads(value)
    except (ValueError, RecursionError):
        return
    for key, field in _PARSELY.items() if isinstance(told, dict) else ():
        given = told.get(key)
        for each in given if isinstance(given, list) else [given]:
            if found := claim(field, each, f'meta[name="parsely-page"] {key}', place):
                yield found


def _pixels(value: str) -> int | None:
    digits = value.strip().removesuffix("px")
    return int(digits) if digits.isdecimal() and len(digits) < 7 and 0 < int(digits) <= _LARGEST_PIXELS else None
