"""Claims of the head's tags: title, links, and metas: OpenGraph, Twitter cards, Dublin Core, those of news sites.

`name=` and `property=` are one to us, in any case: many pages take one for the other. Several names in one
`property` are RDFa.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from crawler import urls
from crawler.extract.claim import Place, claim, pixels
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
    "width": "og:image:width twitter:image:width",
    "height": "og:image:height twitter:image:height",
    "parsely": "parsely-page",
    "labelled": "twitter:label1 twitter:data1 twitter:label2 twitter:data2",
}  # fmt: skip
_META = ("property", "name", "itemprop", "http-equiv")
# How a tag is named -> (field, the tag as a person would find it). Of an image's sides the field is width or height.
_CLAIMS = {
    f'{attribute}="{name}"': (field, f'meta[{attribute}="{name}"]')
    for attribute in _META
    for field, names in _NAMES.items()
    for name in names.split()
} | {
    "title": ("title", "title"),
    "lang": ("lang", "html[lang]"),
    'rel="canonical"': ("canonical", 'link[rel="canonical"]'),
    'rel="amphtml"': ("amphtml", 'link[rel="amphtml"]'),
    'rel="image_src"': ("image", 'link[rel="image_src"]'),
    # https://oembed.com, "Discovery"; noted, not asked.
    **{
        f'type="{kind}"': ("oembed", f'link[type="{kind}"]')
        for kind in ("application/json+oembed", "text/xml+oembed", "application/xml+oembed")
    },
}
_WRITTEN_BY = re.compile(
    r"(?:written |posted |published )?by|authors?|(?:verfasst|geschrieben) von|autor(?:in|es)?|(?:écrit|rédigé) par"
    r"|auteur|(?:escrito|publicado) por|scritto da|autore|geschreven door|skrive(?:n|t) a[vf]|napisane przez"
    r"|(?:написано )?автор(?:ом)?|著者|執筆者|投稿者|作者|작성자|글쓴이|yazan|kirjoittanut",
    re.IGNORECASE,
)
_SIDES = ("width", "height")
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
    labelled: dict[str, str] = {}
    image = -1  # where the last image stands
    for name, value in said:
        known = _CLAIMS.get(name)
        for field, tag in (known,) if known else _by_each_name(name):
            if field in _SIDES:
                if image >= 0:
                    made[image] = _sized(made[image], field, value)
            elif field == "parsely":
                made += _of_parsely(value, place)
            elif field == "labelled":
                labelled[tag.partition(":")[2]] = value
            elif found := claim(field, value, tag, place):
                if field == "image":
                    if image >= 0 and _is_same_image(made[image], found):
                        continue
                    if image < 0 or not _is_other_address(made[image], found):
                        image = len(made)
                made.append(found)
    return made + _of_labels(labelled, place) if labelled else made


def _of_labels(said: Mapping[str, str], place: Place) -> list[Candidate]:
    """The author of a Twitter card that says "Written by" and, in another meta, who."""
    found = [
        claim("author", said.get(f'data{number}"]'), f'meta[name="twitter:data{number}"]', place)
        for number in "12"
        if _WRITTEN_BY.fullmatch(said.get(f'label{number}"]', "").strip())
    ]
    return [each for each in found if each]


def _by_each_name(name: str) -> Iterable[tuple[str, str]]:
    """What is told under a name that is written another way; several in one `property` are RDFa."""
    if " " not in name and name.islower():
        return ()
    attribute, _, names = name.partition("=")
    plain = [f'{attribute}="{each}"' for each in names.lower().strip('"').split()]
    return [_CLAIMS[each] for each in plain if each in _CLAIMS]


def _sized(image: Candidate, side: str, value: str) -> Candidate:
    """The image with a side: a size belongs to the image before it (ogp.me, "Structured Properties")."""
    size = pixels(value)
    if size is None:
        return image
    return image._replace(width=size) if side == "width" else image._replace(height=size)


def _is_same_image(image: Candidate, other: Candidate) -> bool:
    """Whether `og:image:url` or `og:image:secure_url` names the image of the `og:image` before it once more."""
    return image.value == other.value and '"og:image' in image.tag and '"og:image' in other.tag


def _is_other_address(image: Candidate, other: Candidate) -> bool:
    """Whether it is where else the `og:image` before it lies: the size that follows is of that one (ogp.me)."""
    is_structured = other.tag.endswith(('og:image:url"]', 'og:image:secure_url"]'))
    return is_structured and image.tag.endswith('"og:image"]') and image.width is image.height is None


def base(said: Iterable[Said], url: str) -> str:
    """What relative links count from: the first `<base href>`, else the page's URL (WHATWG HTML §4.2.3)."""
    for name, value in said:
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
