"""Which claims of a page to believe: by trust, by agreement, by what is plainly not it. Pure.

The rules
- A claim has the trust of its source; each independent source that says the same adds to it (`ranking`).
- A name of the site at either end of a title is no part of it (`site`), nor an affix that other sources lack (`title`).
- An excerpt that is cut short loses to a longer one with the same start (`excerpt`).
- A logo, a placeholder or a pixel is no article's image (`image`); "Follow" and an address are no names (`author`).

Rejected: a fixed order of sources. The social title is the headline plus the site on one page in five, and the JSON-LD
headline is now and then a tagline; only what the others say tells which.
"""

from collections import defaultdict
from collections.abc import Iterable

from crawler.believe.author import people
from crawler.believe.excerpt import description
from crawler.believe.image import picture
from crawler.believe.language import languages
from crawler.believe.ranking import believed, ranked, refused
from crawler.believe.shared import Shared
from crawler.believe.site import names, site
from crawler.believe.title import headline
from crawler.model import Candidate, Metadata

_NOTHING = Shared()


def believe(candidates: Iterable[Candidate], url: str, shared: Shared = _NOTHING) -> Metadata:
    """What the page at `url` says of its article; each claim comes back with its trust and why it won or lost.

    The claims of a field are sorted, the believed one first; a claim without trust was refused.

    Args:
        shared: what the pages of its host are known to share.
    """
    heard: dict[str, list[Candidate]] = defaultdict(list)
    for claim in candidates:
        heard[claim.field].append(claim)
    sites = names(heard["site_name"], heard["title"])
    claimed = [claim.value for claim in sites if claim.trust]
    of = site((*claimed, *shared.endings), url)
    title, titles = headline(heard["title"], of, url)
    excerpt, excerpts = description(heard["excerpt"], title, of, shared.excerpts)
    image, images, pictures = picture(heard["image"], of)
    authors, bylines = people(heard["author"], claimed)
    plain = {
        name: ranked(found, meant=[claim.value for claim in found]) if (found := heard.get(name)) else []
        for name in ("published", "modified", "canonical", "amphtml")
    }
    plain |= {"site_name": sites, "lang": languages(heard["lang"], f"{title or ''} {excerpt or ''}")}
    noted = [refused(claim, "noted, not asked") for claim in heard["oembed"]]
    judged = {"title": titles, "excerpt": excerpts, "image": pictures, "author": bylines, **plain, "oembed": noted}
    return Metadata(
        url=url,
        title=title,
        excerpt=excerpt,
        image=image,
        images=images,
        authors=authors,
        candidates={name: tuple(found) for name, found in judged.items() if found},
        **{name: believed(found) for name, found in plain.items()},
    )
