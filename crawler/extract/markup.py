"""Claims of HTML itself, in the head: title, links, language."""

from collections.abc import Iterable, Iterator

from crawler import urls
from crawler.extract.claim import Place, claim
from crawler.extract.head import Element
from crawler.model import Candidate

_LINKS = {"canonical": "canonical", "amphtml": "amphtml", "image_src": "image"}


def read(elements: Iterable[Element], place: Place) -> Iterator[Candidate]:
    """Every claim of title, links and html, in their order; of several titles and languages the first."""
    titled = False
    for element in elements:
        if element.name == "title":
            if not titled and (found := claim("title", element.text, "title", place)):
                titled = True
                yield found
        elif element.name == "link":
            yield from _of_link(element, place)
        elif element.name == "html":
            given = element.attributes.get("lang") or element.attributes.get("xml:lang")
            if found := claim("lang", given, "html[lang]", place):
                yield found


def _of_link(element: Element, place: Place) -> Iterator[Candidate]:
    for relation in element.attributes.get("rel", "").lower().split():
        field = _LINKS.get(relation)
        if field and (found := claim(field, element.attributes.get("href"), f'link[rel="{relation}"]', place)):
            yield found


def base(elements: Iterable[Element], url: str) -> str:
    """What relative links count from: the first `<base href>`, else the page's URL (WHATWG HTML §4.2.3)."""
    for element in elements:
        if element.name == "base" and (given := element.attributes.get("href")):
            return urls.absolute(given, url) or url
    return url
