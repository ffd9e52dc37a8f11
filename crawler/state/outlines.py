"""What is remembered of a file, as it is stored: packed, since much of it is in the file's own name. Pure."""

from crawler.errors import Damaged
from crawler.model import Json, Role, Target
from crawler.state.packed import pack, unpack
from crawler.state.rows import Outline, Wanted

_ROLES = {role.value: role for role in Role}
# The likeliest comes last.
_WORDS = '/amp"],["amp_cache","cdn.ampproject.org/c/s/"],["original","T00:00:00Z",[["web","https://www.'


def to_stored(outline: Outline) -> bytes:
    """The articles of a file."""
    listed: list[Json] = [
        [each.pointer, each.look, each.published, [[target.role, target.url] for target in each.targets]]
        for each in outline.articles
    ]
    return pack(listed, outline.path + _WORDS)


def from_stored(path: str, stored: bytes) -> tuple[Wanted, ...]:
    """The articles of a file, as they were stored under its path.

    Raises:
        Damaged: they are not what was stored.
    """
    try:
        return tuple(
            Wanted(pointer, look, published, tuple(Target(_ROLES[role], url) for role, url in targets))
            for pointer, look, published, targets in unpack(stored, path + _WORDS)
        )
    except (ValueError, TypeError, KeyError) as error:
        raise Damaged(f"what is remembered is damaged: {error}") from error
