"""What workers are sent for and what they bring back, as JSON."""

from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from crawler import urls, visit
from crawler.merge import Picture
from crawler.model import Failure
from crawler.state.rows import Probe, Visit
from crawler.version import VERSION
from crawler.visit import Visited


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")


class PageErrand(_Message):
    """A visit to a page, with the arguments of `crawler.visit.visit`."""

    kind: Literal["page"] = "page"
    url: str
    known_title: str | None
    prior: Visit | None
    conditional: bool
    wanted: tuple[str, ...]


class ImageErrand(_Message):
    """A look at an image."""

    kind: Literal["image"] = "image"
    url: str
    prior: Probe | None
    thumbnail: bool


Errand: TypeAlias = PageErrand | ImageErrand


class PageSeen(_Message):
    """What came of a visit."""

    kind: Literal["page"] = "page"
    visited: Visited


class ImageSeen(_Message):
    """What came of a look."""

    kind: Literal["image"] = "image"
    picture: Picture | Failure
    probe: Probe | None


Report: TypeAlias = PageSeen | ImageSeen

UNREAD = ""
"""The report of an errand that could not be read."""

_ERRAND: TypeAdapter[Errand] = TypeAdapter(Annotated[Errand, Field(discriminator="kind")])
_REPORT: TypeAdapter[Report] = TypeAdapter(Annotated[Report, Field(discriminator="kind")])


def host(errand: Errand) -> str:
    """The registrable host that is asked."""
    return urls.registrable_host(errand.url)


def key(text: str) -> str:
    """The same for the same errand, written by the same version."""
    return blake2b(f"{VERSION} {text}".encode(errors="surrogatepass"), digest_size=16).hexdigest()


def written(errand: Errand) -> str | None:
    """An errand as JSON; None where its URL has what JSON cannot say."""
    try:
        return _ERRAND.dump_json(errand).decode()
    except PydanticSerializationError:
        return None


def read(text: str) -> Errand | None:
    """The errand that was written; None where another version of metafresh wrote it."""
    try:
        return _ERRAND.validate_json(text)
    except ValidationError:
        return None


def reported(report: Report) -> str | None:
    """A report as JSON; None where it has what JSON cannot say."""
    try:
        return _REPORT.dump_json(report).decode()
    except PydanticSerializationError:
        return None


def told(text: str) -> Report | None:
    """The report that was written; None where another version of metafresh wrote it, or could not read the errand."""
    try:
        return _REPORT.validate_json(text)
    except ValidationError:
        return None


def failed(errand: Errand, kind: str, why: str, at: datetime) -> Report:
    """The report of an errand of which nothing came."""
    failure = Failure(urls.redacted(errand.url), kind, why)
    if errand.kind == "image":
        return ImageSeen(picture=failure, probe=None)
    return PageSeen(visited=Visited(failure, visit.failed(failure, errand.prior, errand.url, at), 0))
