"""The cases: what each hostile host answers, and what a correct crawler makes of it."""

import asyncio
import gzip

from tests.hostile_web import (
    OK,
    PAGE,
    Case,
    Talk,
    after,
    by_turns,
    chunked,
    cookies_or_nothing,
    eleven_hops,
    flooding,
    hang_up,
    nine_hops,
    onward_for_ever,
    packed,
    page,
    reset,
    status,
    to,
    zeros,
)

CHANGED, LEFT = ("changed",), ("unchanged",)
BROKEN, LARGE, MANY, AWAY, ODD = ("protocol",), ("too-large",), ("redirects",), ("address",), ("url",)
CUT = ("reset",)

BODIES = {
    "gzip-of-gigabyte": Case(packed(zeros(1024, "gzip"), b"gzip"), LARGE),
    "deflate-of-gigabyte": Case(packed(zeros(1024, "deflate"), b"deflate"), LARGE),
    "raw-deflate-of-gigabyte": Case(packed(zeros(1024, "raw"), b"deflate"), LARGE),
    "brotli-of-gigabyte": Case(packed(zeros(1024, "br"), b"br"), LARGE),
    "zstd-of-gigabyte": Case(packed(zeros(1024, "zstd"), b"zstd"), LARGE),
    "gzip-in-gzip-of-gigabyte": Case(packed(gzip.compress(zeros(1024, "gzip")), b"gzip, gzip"), LARGE),
    "brotli-in-gzip-of-gigabyte": Case(packed(gzip.compress(zeros(1024, "br")), b"br, gzip"), LARGE),
    "page-before-a-bomb": Case(packed(gzip.compress(PAGE) + zeros(256, "gzip"), b"gzip"), (*CHANGED, *LARGE)),
    "four-times-gzip": Case(packed(gzip.compress(PAGE), b"gzip, gzip, gzip, gzip"), BROKEN),
    "hundred-codings": Case(packed(gzip.compress(PAGE), b", ".join([b"gzip"] * 100)), BROKEN),
    "gzip-that-is-none": Case(packed(PAGE, b"gzip"), BROKEN),
    "brotli-that-is-none": Case(packed(PAGE, b"br"), BROKEN),
    "zstd-that-is-none": Case(packed(PAGE, b"zstd"), BROKEN),
    "gzip-cut-off": Case(packed(gzip.compress(PAGE + bytes(100))[:-20], b"gzip"), CHANGED),
    "gzip-of-nothing": Case(packed(gzip.compress(b""), b"gzip"), ("empty",)),
    "many-empty-members": Case(packed(gzip.compress(b"") * 20_000, b"gzip"), ("empty", "protocol")),
    "a-coding-that-nobody-knows": Case(packed(PAGE, b"utf-8"), CHANGED),
    "gzip-undeclared": Case(page(gzip.compress(PAGE)), ("empty",)),
    "endless-chunks": Case(
        after(OK + b"Transfer-Encoding: chunked\r\n\r\n", flooding(b"400\r\n" + b"a" * 1024 + b"\r\n")), LARGE
    ),
    "endless-body": Case(after(OK + b"\r\n", flooding(b"<p>tide")), LARGE),
    "a-body-of-a-terabyte": Case(after(OK + b"Content-Length: 1099511627776\r\n\r\n", flooding(b"<p>tide")), LARGE),
    "endless-tiny-chunks": Case(
        after(OK + b"Transfer-Encoding: chunked\r\n\r\n", flooding(b"1\r\na\r\n")), (*LARGE, *BROKEN)
    ),
    "endless-trailers": Case(
        after(OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", flooding(b"X-T: a\r\n")),
        (*BROKEN, *CUT, *LARGE),
    ),
    "endless-chunk-extension": Case(
        after(OK + b"Transfer-Encoding: chunked\r\n\r\n1;", flooding(b"a=b;")), (*BROKEN, *LARGE, *CUT)
    ),
    "endless-chunk-size": Case(after(OK + b"Transfer-Encoding: chunked\r\n\r\n", flooding(b"0")), BROKEN + CUT + LARGE),
    "nothing-in-the-body": Case(page(b""), ("empty",)),
    "blanks-by-the-megabyte": Case(page(b" " * 3_000_000), ("empty",)),
    "zeros-by-the-megabyte": Case(page(bytes(3_000_000)), ("empty",)),
}

LENGTHS = {
    "length-too-long": Case(after(OK + b"Content-Length: 5000\r\n\r\n" + PAGE, hang_up), CUT),
    "length-too-short": Case(OK + b"Content-Length: 20\r\n\r\n" + PAGE, ("empty", *BROKEN)),
    "length-negative": Case(OK + b"Content-Length: -5\r\n\r\n" + PAGE, BROKEN),
    "length-no-number": Case(OK + b"Content-Length: many\r\n\r\n" + PAGE, BROKEN),
    "length-plus": Case(OK + b"Content-Length: +20\r\n\r\n" + PAGE, BROKEN),
    "length-hexadecimal": Case(OK + b"Content-Length: 0x20\r\n\r\n" + PAGE, BROKEN),
    "length-beyond-64-bits": Case(OK + b"Content-Length: 99999999999999999999999999\r\n\r\n" + PAGE, BROKEN),
    "length-of-64-bits": Case(
        after(OK + b"Content-Length: 18446744073709551615\r\n\r\n" + PAGE, hang_up), (*BROKEN, *CUT, "empty")
    ),
    "lengths-that-differ": Case(OK + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\n" + PAGE, BROKEN),
    "lengths-in-a-list": Case(OK + b"Content-Length: 5, 5\r\n\r\n" + PAGE, BROKEN),
    "length-and-chunks": Case(
        chunked(PAGE).replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n", 1), (*CHANGED, *BROKEN)
    ),
    "no-length-and-the-end": Case(OK + b"\r\n" + PAGE, CHANGED),
    "body-and-reset": Case(after(OK + b"Content-Length: 5000\r\n\r\n" + PAGE, reset), CUT),
    "no-length-and-reset": Case(after(OK + b"\r\n" + PAGE, reset), CUT),
    "chunk-size-no-number": Case(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + PAGE, BROKEN + CUT),
    "chunk-size-negative": Case(OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n" + PAGE, BROKEN + CUT),
    "chunk-size-beyond-64-bits": Case(
        OK + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + PAGE, BROKEN + CUT
    ),
    "chunk-too-long": Case(after(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n" + PAGE, hang_up), BROKEN + CUT),
    "chunks-without-an-end": Case(after(chunked(PAGE, end=b""), hang_up), CUT),
    "chunks-with-an-extension": Case(
        OK + b"Transfer-Encoding: chunked\r\n\r\n%x;a=b\r\n" % len(PAGE) + PAGE + b"\r\n0\r\n\r\n", CHANGED
    ),
    "chunks-with-trailers": Case(chunked(PAGE, end=b"0\r\nX-Trailer: a\r\nX-Other: 3\r\n\r\n"), CHANGED),
    "transfer-gzip": Case(OK + b"Transfer-Encoding: gzip\r\n\r\n" + gzip.compress(PAGE), ("empty", *BROKEN)),
    "transfer-chunked-twice": Case(
        OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + b"5\r\nhello\r\n0\r\n\r\n", (*BROKEN, "empty")
    ),
    "chunked-http-1.0": Case(chunked(PAGE).replace(b"1.1", b"1.0", 1), (*CHANGED, *BROKEN)),
}

HEADERS = {
    "a-header-of-a-megabyte": Case(after(OK + b"X: ", flooding(b"a", 1 << 20)), BROKEN + CUT),
    "a-header-without-end": Case(after(OK + b"X: ", flooding(b"a")), BROKEN + CUT),
    "headers-without-end": Case(after(OK, flooding(b"X-A: b\r\n")), BROKEN + CUT),
    "header-of-16-kb": Case(page(headers=b"Content-Security-Policy: " + b"a" * 16_000 + b"\r\n"), CHANGED),
    "ten-thousand-headers": Case(page(headers=b"".join(b"X-%d: a\r\n" % n for n in range(10_000))), BROKEN),
    "cookies-by-the-hundred": Case(page(headers=b"".join(b"Set-Cookie: c%d=1\r\n" % n for n in range(100))), CHANGED),
    "cookies-by-the-thousand": Case(
        page(headers=b"".join(b"Set-Cookie: c%d=1\r\n" % n for n in range(1_000))), (*CHANGED, *BROKEN)
    ),
    "header-with-nul": Case(page(headers=b"X-A: a\0b\r\n"), BROKEN),
    "header-with-escapes": Case(page(headers=b"X-A: \x1b[31mred\x07\r\n"), (*CHANGED, *BROKEN)),
    "header-with-a-return": Case(page(headers=b"X-A: a\rb\r\n"), (*CHANGED, *BROKEN)),
    "header-folded": Case(page(headers=b"X-A: a\r\n b\r\n"), (*CHANGED, *BROKEN)),
    "header-without-colon": Case(page(headers=b"nonsense\r\n"), BROKEN),
    "header-without-name": Case(page(headers=b": a\r\n"), BROKEN),
    "header-blank-before-colon": Case(page(headers=b"X-A : a\r\n"), (*CHANGED, *BROKEN)),
    "header-of-stray-bytes": Case(page(headers=b'X-A: \xff\xfe\xe9\r\nETag: "\xe9"\r\n'), CHANGED),
    "line-ends-of-unix": Case(page().replace(b"\r\n", b"\n"), (*CHANGED, *BROKEN)),
    "reason-with-escapes": Case(status(b"404 \x1b[2J\x1b]0;owned\x07"), ("not-found", *BROKEN)),
    "content-type-with-escapes": Case(page(headers=b"Content-Type: text/html\x1b[31m\r\n"), (*CHANGED, *BROKEN)),
}

STATUSES = {
    "silence-then-close": Case(hang_up, CUT),
    "reset-before-headers": Case(reset, CUT),
    "reset-in-headers": Case(after(OK, reset), CUT),
    "close-in-headers": Case(after(OK, hang_up), CUT),
    "close-in-the-status-line": Case(after(b"HTTP/1.1 20", hang_up), (*CUT, *BROKEN)),
    "http-0.9": Case(PAGE, BROKEN),
    "http-2-preface": Case(after(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64", hang_up), BROKEN),
    "http-3.0": Case(page().replace(b"HTTP/1.1", b"HTTP/3.0"), (*CHANGED, *BROKEN)),
    "another-protocol": Case(b"220 mail.example ESMTP\r\n", BROKEN),
    "ssh": Case(b"SSH-2.0-OpenSSH_9.2\r\n", BROKEN),
    "icy": Case(page().replace(b"HTTP/1.1", b"ICY"), BROKEN),
    "garbage": Case(bytes(range(256)) * 100, BROKEN),
    "status-without-reason": Case(page().replace(b"200 OK", b"200"), CHANGED),
    **{
        f"status-{code}": Case(status(f"{code} Odd".encode(), body=PAGE), (kind, *BROKEN))
        for code, kind in {
            "000": "status",
            "099": "status",
            "599": "server-error",
            "600": "server-error",
            "999": "server-error",
            "226": "status",
            "299": "status",
            "418": "status",
        }.items()
    },
    **{
        f"status-{code}": Case(status(f"{code} Odd".encode(), body=PAGE), BROKEN)
        for code in ("2", "20", "2000", "-200", "abc", "200.0", "1e2")
    },
    **{
        f"status-{code}": Case(status(f"{code} Told".encode(), body=PAGE), (kind,))
        for code, kind in {
            401: "login",
            402: "paywall",
            403: "forbidden",
            404: "not-found",
            405: "status",
            407: "login",
            410: "gone",
            429: "too-many",
            451: "legal",
            500: "server-error",
            501: "server-error",
            502: "server-error",
            503: "server-error",
            504: "server-error",
            507: "server-error",
        }.items()
    },
    "continue-then-page": Case(b"HTTP/1.1 100 Continue\r\n\r\n" + page(), CHANGED),
    "hints-then-page": Case(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" * 3 + page(), CHANGED),
    "continue-for-ever": Case(flooding(b"HTTP/1.1 100 Continue\r\n\r\n"), BROKEN),
    "hints-for-ever": Case(flooding(b"HTTP/1.1 103 Early Hints\r\nLink: <" + b"a" * 3000 + b">\r\n\r\n"), BROKEN),
    "switching-protocols": Case(
        after(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            flooding(b"\x81\x05hello"),
        ),
        ("status", *BROKEN),
    ),
    "no-content": Case(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", ("status", "empty")),
    "no-content-with-a-body": Case(b"HTTP/1.1 204 No Content\r\n\r\n" + PAGE, ("status", "empty", *BROKEN)),
    "reset-content": Case(status(b"205 Reset Content"), ("status", "empty")),
    "not-modified-unasked": Case(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n", ("status",)),
    "not-modified-with-a-body": Case(b"HTTP/1.1 304 Not Modified\r\n\r\n" + PAGE, ("status", *BROKEN)),
    "part-unasked": Case(
        status(b"206 Partial Content", b"Content-Range: bytes 0-50/5000\r\nContent-Type: text/html\r\n", PAGE),
        (*CHANGED, "status"),
    ),
    "range-refused": Case(status(b"416 Range Not Satisfiable"), ("status",)),
    "no-usable-choice": Case(status(b"300 Multiple Choices", body=PAGE), ("status",)),
}

REDIRECTS = {
    "loop-of-one": Case(to(b"/a"), MANY),
    "loop-of-two": Case(by_turns(*[to(b"/b"), to(b"/a")] * 20), MANY),
    "onward-for-ever": Case(onward_for_ever, MANY),
    "eleven-hops": Case(eleven_hops, MANY),
    "nine-hops": Case(nine_hops, CHANGED),
    "cookies-or-nothing": Case(cookies_or_nothing, MANY),
    **{
        f"to-scheme-{n}": Case(to(where), ODD)
        for n, where in enumerate(
            (
                b"file:///etc/passwd",
                b"ftp://a.example/",
                b"data:text/html,<title>x</title>",
                b"javascript:alert(1)",
                b"gopher://127.0.0.1:6379/_x",
                b"about:blank",
                b"blob:a",
                b"view-source:http://a.example/",
                b"unix:/run/docker.sock",
                b"ws://a.example/",
                b"mailto:a@b.example",
                b"//",
                b"http://",
                b"http:",
                b"https:///",
                b"http://[::1",
                b"http://a.example:99999/",
                b"http://a b.example/",
                b"http://%31/",
            )
        )
    },
    **{
        f"to-port-{port}": Case(to(b"http://elsewhere.example:%d/" % port), ODD)
        for port in (22, 25, 6379, 11211, 3306, 1)
    },
    **{
        f"to-inner-{n}": Case(to(b"http://" + host + b"/latest/meta-data"), AWAY)
        for n, host in enumerate(
            (
                b"127.0.0.1",
                b"127.1",
                b"2130706433",
                b"0x7f000001",
                b"0177.0.0.1",
                b"017700000001",
                b"0",
                b"0.0.0.0",
                b"10.0.0.1",
                b"172.16.0.1",
                b"192.168.0.1",
                b"169.254.169.254",
                b"100.100.100.200",
                b"168.63.129.16",
                b"[::1]",
                b"[::]",
                b"[::ffff:127.0.0.1]",
                b"[::ffff:7f00:1]",
                b"[64:ff9b::7f00:1]",
                b"[64:ff9b:1::1]",
                b"[2002:7f00:1::]",
                b"[2001:0:1::1]",
                b"[fe80::1]",
                b"[fd00:ec2::254]",
                b"[ff02::1]",
                b"[::127.0.0.1]",
                b"localhost",
                b"LOCALHOST.",
                b"a.localhost",
                b"metadata.google.internal",
                b"127.0.0.1:8080",
                b"me@127.0.0.1",
                b"a.example@127.0.0.1",
                "①②⑦.0.0.1".encode(),
                "127。0。0。1".encode(),
                b"224.0.0.1",
                b"255.255.255.255",
                b"198.18.0.1",
                b"127.0.0.1.",
            )
        )
    },
    "to-another-scheme": Case(to(b"HTTP://nine-hops.example/landed"), (*CHANGED, "moved", "other-host")),
    "to-a-user-name": Case(by_turns(to(b"http://user:secret@to-a-user-name.example/b"), page()), CHANGED),
    "to-two-places": Case(status(b"302 Found", b"Location: http://127.0.0.1/\r\nLocation: /b\r\n"), AWAY + BROKEN),
    "to-nowhere": Case(status(b"302 Found"), ("status",)),
    "to-nowhere-with-a-page": Case(status(b"302 Found", b"Location:  \r\n", PAGE), ("status",)),
    "to-a-fragment": Case(to(b"#top"), MANY),
    "to-a-query": Case(by_turns(to(b"?b"), page()), CHANGED),
    "to-a-relative-path": Case(by_turns(to(b"../b/./c"), page()), CHANGED),
    "to-no-scheme": Case(by_turns(to(b"//to-no-scheme.example/b"), page()), CHANGED),
    "to-a-long-place": Case(by_turns(to(b"/" + b"a" * 8_000), page()), CHANGED),
    "to-a-longer-place": Case(to(b"/" + b"a" * 40_000), BROKEN),
    "to-raw-bytes": Case(by_turns(to("/café".encode()), page()), CHANGED),
    "to-stray-bytes": Case(by_turns(to(b"/caf\xe9"), page()), CHANGED),
    "to-escapes": Case(to(b"/\x1b[31m"), (*ODD, *BROKEN)),
    "to-a-tab": Case(by_turns(to(b"/a\tb"), page()), (*CHANGED, *ODD, *BROKEN)),
    "to-a-header": Case(by_turns(to(b"/b\r\nX-Injected: a"), page()), CHANGED),
    "to-an-encoded-line-end": Case(by_turns(to(b"/b%0d%0aX-Injected:%20a"), page()), CHANGED),
    "to-a-backslash": Case(to(b"http://to-a-backslash.example\\@127.0.0.1/"), (*ODD, *AWAY)),
    "permanently-to-a-loop": Case(to(b"/a", b"301 Moved Permanently"), MANY),
    "with-308-to-a-loop": Case(to(b"/a", b"308 Permanent Redirect"), MANY),
    "created-with-a-location": Case(status(b"201 Created", b"Location: http://127.0.0.1/\r\n", PAGE), ("status",)),
    "refresh-to-inside": Case(page(headers=b"Refresh: 0; url=http://127.0.0.1/\r\n"), CHANGED),
}

TLS = {
    "tls-good": Case(page(), CHANGED, tls=True),
    "tls-self-signed": Case(page(), ("tls",), tls=True),
    "tls-expired": Case(page(), ("tls",), tls=True),
    "tls-other-host": Case(page(), ("tls",), tls=True),
    "tls-to-plain": Case(by_turns(to(b"http://tls-to-plain.example/b"), page()), CHANGED, tls=True),
    "tls-reset": Case(reset, CUT, tls=True),
    "tls-close": Case(hang_up, CUT, tls=True),
    "tls-cut-off": Case(after(OK + b"\r\n" + PAGE[:50], reset), CUT, tls=True),
}


async def _silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def _rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    Talk(reader, writer, "", "", 0).reset()


async def _plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(page())
    await writer.drain()
    writer.close()


async def _alert(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"\x15\x03\x01\x00\x02\x02\x46")  # "protocol version" (RFC 8446 §6)
    await writer.drain()
    writer.close()


async def _garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x16\x03\x03" + bytes(range(256)) * 200)
    await writer.drain()
    writer.close()


CONNECTS = {
    "accept-and-close": Case(b"", CUT, first=_silent),
    "accept-and-reset": Case(b"", ("reset", "connect"), first=_rude),
    "answer-before-the-question": Case(b"", (*CHANGED, *CUT, *BROKEN, "empty"), first=_plain),
    "tls-accept-and-close": Case(b"", ("reset", "tls", "connect"), tls=True, first=_silent),
    "tls-accept-and-reset": Case(b"", ("reset", "tls", "connect"), tls=True, first=_rude),
    "tls-in-plain": Case(b"", ("tls",), tls=True, first=_plain),
    "tls-too-old": Case(b"", ("tls",), tls=True, first=_alert),
    "tls-garbage": Case(b"", ("tls",), tls=True, first=_garbage),
}

ANSWERS = BODIES | LENGTHS | HEADERS | STATUSES | REDIRECTS | TLS | CONNECTS
