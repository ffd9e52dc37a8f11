"""What a server may answer for an article, as `assess` is told it."""

HOST = "https://harbourpost.example"
ARTICLE = f"{HOST}/2023/05/town-restores-old-lighthouse"
KNOWN = "Harbour town votes to restore its old lighthouse"

TEASER = "News, sport and weather from the harbour and the hills around it."

Case = dict[str, object]


def html(title: str | None = None, body: str = "", head: str = "", attrs: str = "") -> bytes:
    """A page of few words."""
    named = f"<title>{title}</title>" if title else ""
    return f"<!doctype html><html><head>{named}{head}</head><body{attrs}>{body}</body></html>".encode()


def busy(title: str, body: str, head: str = "", attrs: str = "") -> bytes:
    """A page in the whole dress of its site: menus, scripts, teasers."""
    site = '<meta property="og:site_name" content="Harbour Post"><meta property="og:type" content="website">'
    menu = "".join(f'<li><a href="/section/{i}">Section {i}</a></li>' for i in range(60))
    teasers = "".join(f'<a href="/story/{i}"><h3>Another story, number {i}, of the day</h3></a>' for i in range(40))
    script = "<script>" + "var settings={a:1};" * 400 + "</script>"
    return html(title, f"<ul>{menu}</ul>{script}<main>{body}</main><aside>{teasers}</aside>", site + head, attrs)


def answer(title: str | None, excerpt: str | None = None, page: bytes | None = None, **more: object) -> Case:
    """What `assess` is told; the article's own address where no other is given, and a record without a title."""
    case: Case = {"status": 200, "url": ARTICLE, "final_url": ARTICLE, "known_title": None}
    return case | {"title": title, "excerpt": excerpt, "html": page} | more


def led(to: str, title: str | None, excerpt: str | None = None, page: bytes | None = None, **more: object) -> Case:
    """A redirect; a path is one of the article's own host."""
    return answer(title, excerpt, page, final_url=HOST + to if to.startswith("/") else to, **more)
