"""The article's picture: the first that is no logo, placeholder or pixel."""

import re
from collections.abc import Sequence

from crawler.believe.ranking import folded, ranked, refused
from crawler.believe.site import Site
from crawler.model import Candidate, Image

_NO_PICTURE = re.compile(
    r"(?:^|[-_.])(?:blank|spacer|pixel|1x1|placeholder|favicon|transparent|apple-touch-icon|no-?image|default)(?:[-_.]|$)"
    r"|^(?:logo|site-?logo|og-?logo|logo-?og|icon)\b"
)
_WORDS = ("blank", "spacer", "pixel", "1x1", "placeholder", "icon", "transparent", "image", "default", "logo")
_LEAST_PIXELS = 32


def picture(claims: Sequence[Candidate], site: Site) -> tuple[str | None, tuple[Image, ...], list[Candidate]]:
    """The image to believe, all that its source names, and the claims, the best first."""
    kept: list[Candidate] = []
    strange: list[Candidate] = []
    for claim in claims:
        why = _strange(claim, site)
        (strange if why else kept).append(refused(claim, why) if why else claim)
    # Agreement counts for nothing here: the crops of one picture have as many addresses.
    best = ranked(kept, meant=[str(index) for index in range(len(kept))])
    if not best:
        return None, (), strange
    images = {claim.value: Image(claim.value, claim.width, claim.height) for claim in best if claim.tag == best[0].tag}
    return best[0].value, tuple(images.values()), [*best, *strange]


def _strange(claim: Candidate, site: Site) -> str | None:
    """Why an image is not of the article; None if it may be."""
    if (claim.width or _LEAST_PIXELS) < _LEAST_PIXELS or (claim.height or _LEAST_PIXELS) < _LEAST_PIXELS:
        return "it is a pixel or an icon"
    name = claim.value.partition("?")[0].partition("#")[0].rpartition("/")[2].lower()
    if any(map(name.__contains__, _WORDS)) and _NO_PICTURE.search(name):
        return "its name is a logo's or a placeholder's"
    if "logo" in name and any(len(sign) > 3 and sign in folded(name) for sign in site.names):
        return "it is the site's logo"
    return None
