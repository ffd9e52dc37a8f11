"""What Python code may import from `crawler`: pure functions, their values, their errors."""

from crawler.believe import believe
from crawler.errors import (
    Busy,
    ConfigError,
    Edited,
    EditRefused,
    FetchError,
    Forbidden,
    MetafreshError,
    RecordError,
    StateError,
    TooLarge,
    Unreachable,
    UnsafeURL,
)
from crawler.extract import claims
from crawler.images import image_size
from crawler.judge import assess
from crawler.model import Assessment, Candidate, Image, ImageSize, Metadata
from crawler.records.edit import edit
from crawler.urls import amp_cache_url
from crawler.web.guard import check_url

__all__ = [
    "Assessment",
    "Busy",
    "Candidate",
    "ConfigError",
    "EditRefused",
    "Edited",
    "FetchError",
    "Forbidden",
    "Image",
    "ImageSize",
    "Metadata",
    "MetafreshError",
    "RecordError",
    "StateError",
    "TooLarge",
    "Unreachable",
    "UnsafeURL",
    "amp_cache_url",
    "assess",
    "check_url",
    "edit",
    "extract",
    "image_size",
]


def extract(html: bytes | str, url: str, *, content_type: str | None = None) -> Metadata:
    """What a page says of its article, with every candidate and its evidence.

    Args:
        html: the page, or as much of it as was read; bytes are decoded by the web's rules.
        url: where it was found; relative URLs in it are made absolute against it.
        content_type: the response's header, for its charset.
    """
    return believe(claims(html, url, content_type=content_type), url)
