"""The demo's web: real HTTPS on loopback for any host name, from a folder of files and a list of odd answers."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

import yaml
from aiohttp import web

from crawler.errors import ConfigError

try:
    import trustme
except ModuleNotFoundError as error:
    raise ConfigError('the demo needs a certificate maker: pip install "metafresh[demo]"') from error


@asynccontextmanager
async def serving(folder: Path, ca_file: Path) -> AsyncIterator[int]:
    """The port of a web that answers with `folder`/<host>/<path>, while the block runs.

    Args:
        folder: files by host and path, and answers.yaml: URL to status, headers, location or another file.
        ca_file: where to put the certificate that vouches for it.
    """
    answers = yaml.safe_load((folder / "answers.yaml").read_text(encoding="utf-8"))
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*_hosts(folder)).configure_cert(context)

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        url = f"https://{request.host}{request.path}"
        return _answer(request, folder, url, answers.get(url, {}))

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _hosts(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def _answer(request: web.BaseRequest, folder: Path, url: str, odd: dict[str, object]) -> web.Response:
    if "location" in odd:
        return web.Response(status=int(str(odd["status"])), headers={"Location": str(odd["location"])})
    path = folder / str(odd.get("file", url.removeprefix("https://")))
    found = next((each for each in (path, path.with_name(path.name + ".html")) if each.is_file()), None)
    headers = dict(odd.get("headers", {}))  # type: ignore[call-overload]
    if found is None or folder not in found.resolve().parents:
        return web.Response(status=int(str(odd.get("status", 404))), text="nothing here", headers=headers)
    body = found.read_bytes()
    etag = f'"{sha256(body).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    kind = guess_type(found.name)[0] or "text/html"
    response = web.Response(body=body, status=int(str(odd.get("status", 200))), headers=headers | {"ETag": etag})
    response.content_type = kind
    return response
