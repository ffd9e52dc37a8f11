"""What a page says of its article, field by field: what is believed, who says what, and why. Pure.

A value stands once, above those who say it. It is cut in its middle, as titles and addresses differ at their ends; only
what is believed is shown whole. All reasons begin in one column; one that is too long for it goes on below, in it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from crawler import urls
from crawler.model import Assessment, Candidate, Failure, Image, ImageSize, Json, Metadata
from crawler.report.visible import cut, visible

_FIELDS = (
    "title", "excerpt", "image", "published", "modified", "author", "site_name", "lang", "canonical", "amphtml",
)  # fmt: skip
_ADDRESSES = frozenset({"image", "canonical", "amphtml"})
_INDENT = 2
_TAGS_START = 10  # behind "  ✓ 0.97  "
# So many columns are kept for the reasons where tags are long: "less trusted; 2 other sources agree" fits.
_REASON_WIDTH = 35
_LEAST_TAG_WIDTH = 20


@dataclass(frozen=True, slots=True)
class Inspection:
    """A page that was looked at.

    Attributes:
        name: the URL or the file, as the user named it.
        url: what was asked for, or where the file was found; `final_url` is where the redirects ended.
        status: None for a file.
        assessment: whether a crawl would let it speak.
        true_size: the size of the believed image; a Failure where it cannot be seen, None where nobody looked.
    """

    name: str
    url: str
    final_url: str
    status: int | None
    assessment: Assessment
    metadata: Metadata
    true_size: ImageSize | Failure | None = None

    def to_dict(self) -> dict[str, Json]:
        """A row for programs."""
        verdict = self.assessment
        return {
            "type": "inspection",
            "v": 1,
            "url": urls.redacted(self.url),
            "final_url": urls.redacted(self.final_url),
            "status": self.status,
            "assessment": {"keep": verdict.keep, "kind": verdict.kind, "reason": verdict.reason},
            "true_size": self._seen(),
            "metadata": self.metadata.to_dict(),
        }

    def _seen(self) -> dict[str, Json] | None:
        if self.true_size is None:
            return None
        if isinstance(self.true_size, Failure):
            return {"width": None, "height": None, "format": None, "failure": self.true_size.why}
        seen = self.true_size
        return {"width": seen.width, "height": seen.height, "format": seen.format, "failure": None}


@dataclass(frozen=True, slots=True)
class Signs:
    """What stands for what; the defaults are for whoever reads Unicode."""

    won: str = "✓"
    refused: str = "✗"
    onward: str = "→"
    beside: str = "·"
    by: str = "×"
    gap: str = "…"


ASCII_SIGNS = Signs(won="*", refused="x", onward="->", beside="-", by="x", gap="...")


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How what became of a claim is shown: by a sign, the tone of sign and trust, and that of the words behind."""

    sign: str
    tone: str
    words: str


_NOTED = _Outcome("", "", "")


def print_inspection(found: Inspection, console: Console, signs: Signs) -> None:
    """Print the whole; the console decides on colour and width."""
    for line in _lines(found, console, signs):
        line.rstrip()
        console.print(line, soft_wrap=True)


def _lines(found: Inspection, console: Console, signs: Signs) -> Iterator[Text]:
    yield from _header(found, console, signs)
    candidates = found.metadata.candidates
    column = _reasons_start(chain.from_iterable(candidates.values()), console.width)
    for field in (*_FIELDS, *(name for name in candidates if name not in _FIELDS)):
        if claims := candidates.get(field):
            yield Text.assemble("\n", (visible(field), "bold"))
            yield from _believed(found, field, console, signs)
            yield from _heard(found.metadata, field, claims, column, console, signs)
    if lacking := [field for field in _FIELDS if not candidates.get(field)]:
        yield Text("")
        yield from _wrapped(Text(f"nothing found: {', '.join(lacking)}", "dim"), console, console.width)


def _reasons_start(claims: Iterable[Candidate], width: int) -> int:
    """The column in which reasons begin; where all is narrow it lies below the tags."""
    tags = max((cell_len(visible(claim.tag)) for claim in claims), default=0)
    room = width - _TAGS_START - 2 - _REASON_WIDTH
    return _TAGS_START + 2 + (min(tags, room) if room >= _LEAST_TAG_WIDTH else 0)


def _header(found: Inspection, console: Console, signs: Signs) -> Iterator[Text]:
    yield Text(visible(found.name), "bold")
    if found.status is None:
        yield Text(f"read as found at {visible(urls.redacted(found.url))}", "dim")
    elif found.final_url != found.url:
        yield Text(f"{signs.onward} {visible(urls.redacted(found.final_url))}")
    verdict = found.assessment
    told = f"{'kept' if verdict.keep else 'refused'}: {verdict.kind}: {cut(verdict.reason)}"
    status = f"status {found.status} {signs.beside} " if found.status is not None else ""
    yield from _wrapped(Text.assemble(status, (told, "" if verdict.keep else "yellow")), console, console.width)


def _believed(found: Inspection, field: str, console: Console, signs: Signs) -> Iterator[Text]:
    """The value that a crawl would take, whole; an address on one line, so that it can be copied."""
    if field not in _FIELDS:
        return
    values = _values(found.metadata, field)
    if not values:
        yield Text(f"{' ' * _INDENT}(nothing is believed)", "yellow")
    elif field in _ADDRESSES:
        yield Text(f"{' ' * _INDENT}{visible(values[0])}", "bold green")
    else:
        yield from _set_in(Text(cut(", ".join(values)), "bold green"), _INDENT, console)
    if field == "image" and values:
        yield from _set_in(Text(_measured(found, values[0], signs)), _INDENT, console)


def _heard(
    metadata: Metadata, field: str, claims: Sequence[Candidate], column: int, console: Console, signs: Signs
) -> Iterator[Text]:
    """Each value with those who say it, the most trusted first."""
    values = _values(metadata, field)
    outcomes = _outcomes(claims, values, signs) if field in _FIELDS else [_NOTED] * len(claims)
    groups: dict[str, list[int]] = {}
    for index, claim in enumerate(claims):
        groups.setdefault(claim.value, []).append(index)
    for value, indexes in groups.items():
        if indexes[0] or (value,) != values:
            yield _value(claims[indexes[0]], console.width, signs)
        for index in indexes:
            yield from _claim(claims[index], outcomes[index], column, console, signs)


def _outcomes(claims: Sequence[Candidate], values: Sequence[str], signs: Signs) -> list[_Outcome]:
    """What became of each claim. The first wins; of several values also what its own source says of the others."""
    won, lost, refused = (
        _Outcome(signs.won, "green", ""),
        _Outcome("", "dim", "dim"),
        _Outcome(signs.refused, "red", "dim"),
    )
    spoken = values if len(values) > 1 else ()
    outcomes = []
    for index, claim in enumerate(claims):
        wins = index == 0 or (claim.tag == claims[0].tag and claim.value in spoken)
        outcomes.append(refused if not claim.trust else won if wins else lost)
    return outcomes


def _value(claim: Candidate, width: int, signs: Signs) -> Text:
    size = _size(claim.width, claim.height, signs)
    behind = f"  {size}" if size else ""
    room = max(width - _INDENT - cell_len(behind), 1)
    return Text.assemble(" " * _INDENT, shortened(claim.value, room, signs.gap), (behind, "dim"))


def _claim(claim: Candidate, outcome: _Outcome, column: int, console: Console, signs: Signs) -> Iterator[Text]:
    """Trust and tag, then the reason in its column; behind the tag where that is longer, else below."""
    tag = shortened(claim.tag, console.width - _TAGS_START, signs.gap)
    trust = (f"{outcome.sign:2}{claim.trust:.2f}", outcome.tone)
    line = Text.assemble(" " * _INDENT, trust, "  ", (tag, outcome.words))
    reason = Text(cut(claim.because), outcome.words)
    first, *others = _set_in(reason, column, console)
    if line.cell_len + 2 <= column:
        yield Text.assemble(line, " " * (column - line.cell_len), first[column:])
        yield from others
    elif line.cell_len + 2 + reason.cell_len <= console.width:
        yield Text.assemble(line, "  ", reason)
    else:
        yield from (line, first, *others)


def _values(metadata: Metadata, field: str) -> tuple[str, ...]:
    """What is believed of a field."""
    if field == "author":
        return metadata.authors
    value = getattr(metadata, field) if field in _FIELDS else None
    return (value,) if value else ()


def _measured(found: Inspection, url: str, signs: Signs) -> str:
    """The size of the believed image: as the page declares it, and as it is."""
    image = next((image for image in found.metadata.images if image.url == url), Image(url))
    declared, seen = _size(image.width, image.height, signs), found.true_size
    if isinstance(seen, ImageSize):
        true = _size(seen.width, seen.height, signs)
        if declared == true:
            return f"{true} as declared"
        return f"declared {declared}, truly {true}" if declared else f"truly {true}"
    words = f"declared {declared}" if declared else "no size declared"
    return f"{words}; it cannot be seen: {cut(seen.why)}" if seen else words


def _size(width: int | None, height: int | None, signs: Signs) -> str:
    """`800 × 400`; what is known of it; "" where nothing is."""
    if width is not None and height is not None:
        return f"{width} {signs.by} {height}"
    return f"width {width}" if width is not None else f"height {height}" if height is not None else ""


def shortened(text: str, width: int, gap: str) -> str:
    """The text made visible, in at most `width` columns of a terminal, with `gap` for its middle where it is longer."""
    # Some characters take no column, so that a text of any length may fit; no honest one has eight of them to each.
    reach = 8 * width
    if len(text) <= reach and cell_len(whole := visible(text)) <= width:
        return whole
    room = max(width - cell_len(gap), 0)
    tail = room // 3
    # A character of two columns that does not fit leaves a blank.
    front = set_cell_size(visible(text[:reach]), room - tail).rstrip()
    back = set_cell_size(visible(text[-reach:])[::-1], tail)[::-1].lstrip()
    return f"{front}{gap}{back}"


def _set_in(line: Text, indent: int, console: Console) -> Iterator[Text]:
    for part in _wrapped(line, console, console.width - indent):
        yield Text.assemble(" " * indent, part)


def _wrapped(line: Text, console: Console, width: int) -> Iterator[Text]:
    for part in line.wrap(console, max(width, 20)):
        part.rstrip()
        yield part
