"""Small pages of our own, and pieces that parsers stumble over: what damage and fuzzing start from."""

OURS = (
    b"""<!doctype html><html lang=en><head><meta charset=utf-8><title>The tide turns - Tidings</title>
    <meta property="og:title" content="The tide turns"><meta property="og:image" content="/a.jpg">
    <meta property="og:image:width" content="800"><link rel=canonical href=/tide><meta name=author content="Ann Lee">
    <meta property="og:site_name" content=Tidings></head><body><h1>The tide turns</h1><p>It took an hour.</p></body>""",
    b"""<html><head><base href="https://b.example/"><script type="application/ld+json">{"@context": "https://schema.org",
    "@graph": [{"@type": "NewsArticle", "headline": "The tide \\u0026 turns", "author": [{"@id": "#a"}, "Bo Ek"],
    "datePublished": "2026-10-05T07:30:00Z", "image": {"url": "a.png", "width": 10}}, {"@id": "#a", "name": "Ann Lee"},
    {"@type": "Organization", "name": "Tidings"}]}</script></head><body itemscope><b itemprop=author>x</b></body>""",
    '<meta charset="windows-1251"><title>Прилив</title><p class="byline">By <a rel=author href=/a>Ann Lee</a>, '
    '<time datetime="2026-10-05">5 October</time><div itemprop="headline">Прилив сменился &amp;amp; ушёл</div>'.encode(
        "cp1251"
    ),
)  # fmt: skip
PIECES = tuple(
    piece.encode("utf-8", "surrogatepass")
    for piece in (
        *("<meta ", "property=", '"og:title"', "content=", "'", '"', ">", "<", "</head>", "<body>", "<h1>", "</h1>"),
        *("<title>", "</title>", "<!--", "-->", "<base href=", "<link rel=canonical href=", "http://[", "//x", "//"),
        *("<time datetime=", "2026-13-40", '<script type="application/ld+json">', "</script>", '"\\ud800"', "[", "]"),
        *('{"@type":"Article","headline":', "}", ",", "null", "1e999", "\u202e", "\ufeff", "\ud800", "&#0;", "&amp;"),
        *("Ã©", "\0", "article:published_time", "<html lang=", "byline", "itemprop=author", "&#xD800;", "﷽", "\u200d"),
        *(
            "https://a.example:99999/",
            "https://[::1",
            "http://\u2100.example/",
            "İ",
            "٣",
            "²",
            "\x85",
            "\x1f",
            "a" * 999,
        ),
    )
)
