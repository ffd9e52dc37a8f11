"""`metafresh inspect`: what a page says of its article, who says it, and why it is believed or not."""

import asyncio
import json
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler import urls
from crawler.api import assess, extract
from crawler.cli import flags
from crawler.cli.stdout import put, put_printed
from crawler.errors import ConfigError, MetafreshError
from crawler.model import Failure
from crawler.records.folder import MAX_BYTES, read
from crawler.report.inspection import ASCII_SIGNS, Inspection, Signs, print_inspection
from crawler.report.visible import visible

if TYPE_CHECKING:
    from crawler.config import Config
    from crawler.model import Metadata

# RFC 2606 §2: a name that nobody can have.
_NOWHERE = "https://page.invalid/"
# What no text has (WHATWG MIME Sniffing §3, "binary data byte"), and how far one looks for it.
_BINARY = bytes({*range(0x20)} - {*b"\t\n\f\r\x1b"})
_SAMPLE_BYTES = 1445


def _address(text: str) -> str:
    if urls.split(text) is None:
        raise typer.BadParameter(f"{text!r} is no address; write it as https://example.com/a")
    return text


def _place(text: str) -> str:
    return _address(text) if _is_address(text) else flags.said(text)


def inspect(
    place: Annotated[
        str,
        typer.Argument(
            metavar="URL|FILE", parser=_place, help="A page, or a saved one, e.g. page.html; - is standard input."
        ),
    ],
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", parser=_address, help="Where FILE was found, e.g. https://example.com/a."),
    ] = None,
    as_json: flags.AsJson = False,
    no_images: flags.NoImages = False,
    config_file: flags.ConfigFile = None,
    connect_to: flags.ConnectTo = None,
    ca_file: flags.CaFile = None,
    allow_address: flags.AllowAddress = None,
    user_agent: flags.UserAgent = None,
    ignore_robots: flags.IgnoreRobots = False,
) -> None:
    """Show what a page says of its article, and who says it and why.

    Example: metafresh inspect https://example.com/a
    """
    if _is_address(place):
        if url:
            raise typer.BadParameter("--url tells where a file was found; a page to be fetched is at its own")
        from crawler.config import load  # noqa: PLC0415

        fetch = flags.given(
            user_agent=user_agent, ca_file=ca_file, connect_to=connect_to, allow_addresses=allow_address,
            ignore_robots=ignore_robots or None,
        )  # fmt: skip
        config = load(config_file, flags.given(images=False if no_images else None, fetch=fetch))
        found = asyncio.run(_visited(place, config))
    else:
        found = _saved(place, url)
    if as_json:
        put(json.dumps(found.to_dict()) + "\n")
    else:
        put_printed(lambda console: print_inspection(found, console, _signs()))


def _is_address(place: str) -> bool:
    return place.lower().startswith(("https://", "http://"))


async def _visited(url: str, config: "Config") -> Inspection:
    """A page as a crawl would see it."""
    from crawler.believe.shared import Heard  # noqa: PLC0415
    from crawler.judge import weigh  # noqa: PLC0415
    from crawler.visit import Same, look, visit  # noqa: PLC0415
    from crawler.visitor import client  # noqa: PLC0415

    if config.fetch.ignore_robots:
        _say("robots.txt is ignored, as you asked")
    async with client(config.fetch) as asking:
        now = datetime.now(UTC)
        gave = (await visit(asking, url, None, None, heard=Heard(), conditional=False, now=now)).gave
        if isinstance(gave, Failure | Same):
            # Nothing is asked on condition, so that it is never "the same".
            raise MetafreshError(f"{gave.url}: {gave.why if isinstance(gave, Failure) else 'not modified'}")
        seen, evidence, status = gave
        assessment, metadata = weigh(evidence, None), seen.metadata
        true_size = None
        if config.images and metadata.image and assessment.keep:
            picture, _ = await look(asking, metadata.image, None)
            true_size = picture if isinstance(picture, Failure) else picture.size
    return Inspection(url, url, metadata.url, status, assessment, metadata, true_size)


def _saved(name: str, url: str | None) -> Inspection:
    """A page in a file, judged as if it had come with status 200."""
    shown, document = _document(name)
    metadata = extract(document, url or _NOWHERE)
    sample = document[:_SAMPLE_BYTES]
    if not metadata.candidates and sample != sample.translate(None, _BINARY):
        raise MetafreshError(f"{shown}: not a page: it is no text")
    if url is None:
        metadata = _placed(metadata, document)
    at = metadata.url
    assessment = assess(status=200, url=at, final_url=at, title=metadata.title, excerpt=metadata.excerpt, html=document)
    return Inspection(shown, at, at, None, assessment, metadata)


def _document(name: str) -> tuple[str, bytes]:
    """What a file is called, and its bytes."""
    if name == "-":
        shown, document = "standard input", sys.stdin.buffer.read(MAX_BYTES + 1)
        if len(document) > MAX_BYTES:
            raise MetafreshError(f"{shown}: larger than {MAX_BYTES // 1024**2} MiB")
    else:
        shown, path = name, Path(name)
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except (OSError, ValueError) as error:
            why = (getattr(error, "strerror", None) or str(error)).lower()
            raise ConfigError(f"{name}: {why}; a page to be fetched begins with https://") from error
        if is_folder:
            raise ConfigError(f"{name}: a folder; name a page in it")
        document = read(path)
    if not document:
        raise MetafreshError(f"{shown}: it is empty")
    return shown, document


def _placed(found: "Metadata", document: bytes) -> "Metadata":
    """A page of which nobody told where it was found: where it says itself, else nowhere."""
    named = (claim.value for claim in found.candidates.get("canonical", ()))
    own = next((url for url in named if urls.host(url) != urls.host(_NOWHERE)), None)
    if own is None:
        _say(f"no --url is given, and the page names no address of its own: taken to be at {_NOWHERE}")
        return found
    _say(f"no --url is given: taken to be at {urls.redacted(own)}, as the page says")
    return extract(document, own)


def _signs() -> Signs:
    signs = Signs()
    try:
        f"{signs.won}{signs.refused}{signs.onward}{signs.gap}".encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return ASCII_SIGNS
    return signs


def _say(words: str) -> None:
    print(f"metafresh: {visible(words)}", file=sys.stderr)
