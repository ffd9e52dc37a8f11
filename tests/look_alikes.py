"""Articles that look like walls, error pages or somebody else's page, and are none. Each row is one "
"answer of a server."""

from tests.answers import ARTICLE, HOST, KNOWN, TEASER, Case, answer, html, led
from tests.walls import DATADOME, HUMAN

PROSE = "<p>" + "The council met on Tuesday night and heard forty people speak for the old tower. " * 8 + "</p>"
LONG = PROSE * 5
LEAD = "The council voted nine to two to mend the tower before winter."


def article(
    title: str, url: str = ARTICLE, body: str = LONG, head: str = "", kind: str = "NewsArticle", attrs: str = ""
) -> bytes:
    """An article as most sites write it: Open Graph, a canonical link, JSON-LD."""
    meta = (
        f'<meta property="og:title" content="{title}"><meta property="og:type" content="article">'
        f'<meta property="og:url" content="{url}"><link rel="canonical" href="{url}">'
        f'<script type="application/ld+json">{{"@type":"{kind}","headline":"{title}","url":"{url}"}}</script>'
    )
    return html(title, f"<h1>{title}</h1>{body}", meta + head, attrs)


def told(title: str, excerpt: str | None = LEAD, **more: object) -> Case:
    """An article, with its page at hand, of which the record knows no title yet."""
    address = str(more.get("url", ARTICLE))
    case = answer(title, excerpt, article(title, address), url=address, final_url=address)
    return case | more


def bare(title: str, excerpt: str | None = LEAD, **more: object) -> Case:
    """An article of which only title and excerpt are at hand."""
    address = str(more.get("url", ARTICLE))
    return answer(title, excerpt, None, url=address, final_url=address) | more


def at(path: str) -> dict[str, object]:
    return {"url": HOST + path, "final_url": HOST + path}


ABOUT_WALLS = {
    "how Cloudflare asks": told(
        "Just a moment...: why Cloudflare asks", "Its challenge page says: checking your browser."
    ),
    "a moment in history": bare("Just a moment in history", "A photograph of the year 1911."),
    "a song": told("Just a Moment", "The singer's new record is her best.", **at("/music/just-a-moment-review")),
    "a song, and no page at hand": bare("Just a Moment", "The singer's new record is her best."),
    "a song under the title that is known": told("Just a Moment", "A record.", known_title="Just a Moment"),
    "a captcha's history": told(
        "Are you a robot? A short history of the captcha", "Prove that you are human, they said."
    ),
    "a question for philosophers": told(
        "Are you human?", "What philosophers make of the test.", **at("/essays/are-you-human")
    ),
    "access denied": bare("Access denied: how banks shut out the old", "Branches close and the code never comes."),
    "access denied, and marks of a wall": told(
        "Access Denied: life without papers",
        html=article("Access Denied: life without papers", head=f"<script>{HUMAN}</script>"),
    ),
    "how to get round it": bare(
        "How to fix “Enable JavaScript and cookies to continue”", "The message, and what it means."
    ),
    "a guide to a wall's markup": told(
        "What _cf_chl_opt does",
        html=article("What _cf_chl_opt does", body=LONG + "<code>window._cf_chl_opt</code> KPSDK gokuProps px-captcha"),
    ),
    "an outage of Cloudflare": told(
        "Cloudflare outage takes down half the web", "Pages said 502 Bad Gateway for an hour."
    ),
    "a post on DDoS-Guard": told("DDoS-Guard: who is behind it", "The firm that guards whom others will not."),
    "security check": told(
        "Security check", "What the airport found in your shoes.", **at("/travel/security-check-at-the-airport")
    ),
    "please wait": told(
        "Please wait", "Why queues feel longer than they are.", **at("/science/please-wait-the-psychology-of-queues")
    ),
    "blocked": told(
        "You have been blocked", "How it feels to be cut off by a friend.", **at("/life/you-have-been-blocked")
    ),
    "a captcha product": told(
        "CAPTCHA", "A captcha is a test that tells people and machines apart.", **at("/wiki/CAPTCHA")
    ),
    "human verification": told("Human verification in the age of machines", "We asked six experts."),
    "a Turnstile box in the comments": told(
        KNOWN, html=article(KNOWN, head='<script src="https://challenges.cloudflare.com/turnstile/v0/api.js"></script>')
    ),
    "Cloudflare's script": told(
        KNOWN,
        html=article(
            KNOWN,
            body=LONG + "<script>(function(){a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'})</script>",
        ),
        headers={"server": "cloudflare", "set-cookie": "__cf_bm=abc"},
    ),
    "Cloudflare's script, retitled": told(
        "Nine to two for the tower",
        html=article(
            "Nine to two for the tower",
            body=LONG + "<script>a.src='/cdn-cgi/challenge-platform/h/b/scripts/jsd/x/main.js'</script>",
        ),
        known_title=KNOWN,
    ),
    "DataDome's script": told(
        KNOWN, html=article(KNOWN, head=DATADOME), headers={"x-datadome": "protected", "set-cookie": "datadome=abc"}
    ),
    "DataDome's script, retitled": told(
        "A tower, a vote and a long night",
        html=article(
            "A tower, a vote and a long night", head="<script src='https://js.captcha-delivery.com/tags.js'></script>"
        ),
        known_title=KNOWN,
    ),
    "HUMAN's script": told(
        KNOWN, html=article(KNOWN, head="<script>window._pxAppId='PX1';</script>"), headers={"set-cookie": "_px3=abc"}
    ),
    "Imperva's cookies": told(
        KNOWN, headers={"x-iinfo": "9-1-0", "x-cdn": "Imperva", "set-cookie": "visid_incap_1=a; incap_ses_2=b"}
    ),
    "Akamai's cookies": bare(KNOWN, headers={"server": "AkamaiGHost", "set-cookie": "_abck=x; bm_sz=y"}),
    "Kasada's and AWS's cookies": bare(KNOWN, headers={"set-cookie": "KP_UIDz=a; aws-waf-token=b"}),
    "Incapsula's script in a short page": told(
        KNOWN, html=article(KNOWN, body=PROSE + '<script src="/_Incapsula_Resource?SWJIYLWA=7"></script>')
    ),
}

ABOUT_ERRORS = {
    "404 Day": bare("404 Day: a day of action against censorship", "Libraries filter too much."),
    "404: a history": told(
        "404: the story of the web's most famous error", "It was a room at CERN, people say. Page not found."
    ),
    "404 Not Found, a film": told(
        "404 Not Found", "The film follows a man who is erased.", **at("/film/404-not-found-review")
    ),
    "404, a number": bare("404", "The highway's newest stretch opens on Monday."),
    "page not found, a novel": told(
        "Page Not Found", "A novel of a librarian.", **at("/books/page-not-found"), known_title="Page Not Found"
    ),
    "documentation on 503": told(
        "503 Service Unavailable - HTTP | Docs",
        "The HTTP 503 status code says that the server is not ready to handle the request.",
        **at("/docs/http/status/503"),
    ),
    "documentation on 503, no page": bare(
        "503 Service Unavailable",
        "The server error response status code that a server is not ready to handle the request.",
        **at("/docs/http/status/503"),
    ),
    "documentation on 404": told(
        "404 Not Found - HTTP | Docs",
        "The server cannot find the requested resource. Links that lead to a 404 page are often called broken.",
        **at("/docs/Web/HTTP/Status/404"),
    ),
    "documentation on 403": bare(
        "403 Forbidden", "The server understands the request but refuses to authorise it.", **at("/http/403")
    ),
    "how to write one": told(
        "How to design a good 404 page", "“Sorry, the page you are looking for could not be found” is not enough."
    ),
    "soft 404s explained": bare("Soft 404 errors and how to fix them", "A page that says not found with status 200."),
    "too many requests": told("429 Too Many Requests: what to do", "You have sent too many requests."),
    "something went wrong": told(
        "Something went wrong", "Inside the launch that failed.", **at("/space/something-went-wrong-inside-the-launch")
    ),
    "something went wrong with": bare("Something went wrong with the internet", "An essay."),
    "under maintenance": told("Bridge under maintenance until May", "The crossing closes at night."),
    "maintenance": told("Maintenance", "A novella of caretakers.", **at("/fiction/maintenance")),
    "for sale": told(
        "Old lighthouse is for sale",
        "The keeper's house goes with it. The asking price is a million.",
        **at("/2023/lighthouse-is-for-sale"),
    ),
    "for sale, no page": bare("Island off the coast is for sale", "Nine hectares and a jetty."),
    "a domain for sale": told(
        "AI.com domain is for sale again",
        "The name has changed hands twice.",
        **at("/tech/ai-com-domain-for-sale-again"),
    ),
    "a casino": told(
        "Casino opens on the harbour front", "Slots, roulette and a hotel.", known_title="Harbour front gets its casino"
    ),
    "unavailable": told("Unavailable", "Why he never answers the telephone.", **at("/love/unavailable")),
    "not available in your region": bare(
        "Why that film is not available in your country", "Rights are sold country by country."
    ),
    "451": told("Fahrenheit 451", "Bradbury's novel at seventy.", **at("/books/fahrenheit-451")),
    "gone": bare("Gone", "Where did the herring go?"),
    "lost": told("Page lost, page found: a librarian's hunt", "A leaf of the gospel book turned up."),
    "coming soon": told("Coming soon: the films of autumn", "Forty films to wait for."),
    "oops": told("Oops!... she did it again", "The record that made her turns twenty."),
    "no results": bare("No results yet in close mayoral race", "Counting goes on."),
    "the error page of a bank": told("Error", "How a comma cost a bank a billion.", **at("/money/error")),
}

ABOUT_DOORS = {
    "before you continue": told(
        "Before you continue", "Read this before your second marathon.", **at("/sport/before-you-continue-running")
    ),
    "before you continue, no page": bare("Before You Continue", "A short story by our guest."),
    "Login.gov": told("Login.gov explained", "Sign in to continue, says every office now."),
    "sign in": bare("Sign in with Apple: what it shares", "Log in, but hide your address."),
    "cookie consent": told("Cookie consent is broken", "We and our 842 partners, says the banner. Accept all?"),
    "privacy": told(
        "Your privacy choices", "Ten settings to change today.", **at("/tech/your-privacy-choices-explained")
    ),
    "subscribe": told("Subscribe to this view: a hill of one's own", LEAD),
    "a login form in the head": told(
        KNOWN, html=article(KNOWN, body='<form><input name=u><input type="password"></form>' + LONG)
    ),
    "a login form, retitled": told(
        "The tower stays",
        html=article("The tower stays", body='<form><input type="password"></form>' + PROSE),
        known_title=KNOWN,
    ),
    "a paywalled article": told(
        KNOWN,
        html=article(
            KNOWN,
            body=f'<p>{LEAD}</p><div class="paywall"><h2>Subscribe to continue reading</h2>Already a '
            f"subscriber? Log in</div>",
            head='<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>',
        ),
    ),
    "a paywalled article, retitled": told(
        "Tower wins its reprieve",
        html=article(
            "Tower wins its reprieve",
            body="<div>Subscribe to read. Already a subscriber? Log in</div>",
            head='<meta property="article:published_time" content="2023-05-02">',
        ),
        known_title=KNOWN,
    ),
    "a metered article, nothing else": bare(
        KNOWN, LEAD, html=html(KNOWN, f"<p>{LEAD}</p><p>Subscribe to continue reading.</p>")
    ),
    "a consent banner over it": told(
        KNOWN, html=article(KNOWN, body='<div id="onetrust-consent-sdk">We value your privacy. Accept all</div>' + LONG)
    ),
    "a consent banner over it, retitled": told(
        "Light on the tower",
        html=article("Light on the tower", body='<div id="sp_message_container_9"></div>' + PROSE),
        known_title=KNOWN,
    ),
    "members only": told("Members only: inside the last gentlemen's club", LEAD),
}

MOVES = {
    "https and www": led(
        "https://www.harbourpost.example/2023/05/town-restores-old-lighthouse/",
        KNOWN,
        LEAD,
        url="http://harbourpost.example/2023/05/town-restores-old-lighthouse",
    ),
    "the mobile page": led("https://m.harbourpost.example/2023/05/town-restores-old-lighthouse", KNOWN, LEAD),
    "from the mobile page": answer(
        KNOWN,
        LEAD,
        url="https://m.harbourpost.example/a/town-restores-lighthouse-123456",
        final_url="https://www.harbourpost.example/a/town-restores-lighthouse-123456",
    ),
    "to another country's": answer(
        KNOWN,
        LEAD,
        url="https://www.harbourpost.com/uk/lighthouse-restored",
        final_url="https://www.harbourpost.co.uk/lighthouse-restored",
        known_title="",
    ),
    "the AMP page": led("/2023/05/town-restores-old-lighthouse/amp/", KNOWN, LEAD),
    "from the AMP page": answer(KNOWN, LEAD, url=ARTICLE + "/amp", final_url=ARTICLE),
    "from the AMP page, a query": answer(KNOWN, LEAD, url=ARTICLE + "?amp=1&outputType=amp", final_url=ARTICLE),
    "a new path, the same slug": led("/archive/2023/town-restores-old-lighthouse.html", KNOWN, LEAD),
    "a new slug": led("/2023/05/lighthouse-restored-at-last", "Lighthouse restored at last", LEAD),
    "a new slug, retitled": led(
        "/2023/05/old-lighthouse-to-be-saved", "Old lighthouse to be saved after vote", LEAD, known_title=KNOWN
    ),
    "a new slug, the same number": answer(
        "Tower stays", LEAD, url=HOST + "/news/1234567-town-votes", final_url=HOST + "/news/1234567-tower-stays"
    ),
    "from a number to a slug": answer(KNOWN, LEAD, url=HOST + "/?p=4711", final_url=ARTICLE),
    "from a number to a slug, known": answer(
        KNOWN, LEAD, url=HOST + "/node/4711", final_url=ARTICLE, known_title=KNOWN
    ),
    "to a number": answer(KNOWN, LEAD, url=ARTICLE, final_url=HOST + "/?p=4711", known_title=KNOWN),
    "a shortener": answer(KNOWN, LEAD, url="https://bit.example/3xYzAbC", final_url=ARTICLE),
    "a DOI": answer(
        "Tides of the harbour",
        LEAD,
        url="https://doi.example/10.1000/182",
        final_url="https://journal.example/articles/s41586-023",
        known_title="Tides of the harbour",
    ),
    "a short film's address": answer(
        "Lighthouse, from the air",
        None,
        url="https://youtu.be/dQw4w9WgXcQ",
        final_url="https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    ),
    "a blog that moved house": answer(
        "Notes on lamps",
        LEAD,
        url="https://lamps.blog.example/2019/03/notes-on-lamps",
        final_url="https://lampmaker.example/notes-on-lamps/",
    ),
    "home, and the title still there": led("/", KNOWN, LEAD, known_title=KNOWN),
    "a tracking query": led("/2023/05/town-restores-old-lighthouse?utm_source=rss&ref=feed", KNOWN, LEAD),
    "a session in the query": led("/2023/05/town-restores-old-lighthouse?redirected=true&gaa_at=eafs", KNOWN, LEAD),
    "an article on logging in, moved": answer(
        "Login and logout, a history",
        LEAD,
        url=HOST + "/tech/login-and-logout-a-history",
        final_url=HOST + "/history/login-and-logout-a-history",
    ),
    "a canonical link that is the asked one": led(
        "/news/123/x", "Tower stays", LEAD, article("Tower stays", ARTICLE), known_title=KNOWN
    ),
    "the articles' language in the path": led("/en/2023/05/town-restores-old-lighthouse", KNOWN, LEAD),
}

PLAIN = {
    "an ordinary page": told(KNOWN, known_title=KNOWN),
    "retitled": told("Nine to two: council saves the tower", known_title=KNOWN),
    "retitled, no page at hand": bare("Nine to two: council saves the tower", known_title=KNOWN),
    "retitled out of recognition": bare("A long night", known_title=KNOWN),
    "an old page": answer("Notes on knots", None, html("Notes on knots", PROSE)),
    "an old page, retitled": answer(
        "On knots and ropes", "The council met.", html("On knots and ropes", PROSE), known_title="Sailor's handbook"
    ),
    "an old page behind Imperva": answer(
        "Notes on knots", None, html("Notes on knots", PROSE), headers={"set-cookie": "visid_incap_1=a"}
    ),
    "a tiny old page": answer(
        "Ada's recipes",
        None,
        html("Ada's recipes", "<h1>Soup</h1><p>Boil water, add leeks and salt, wait an hour, eat with bread.</p>"),
    ),
    "a news flash": answer(
        "Ferry late",
        "The 9 o'clock ferry is an hour late.",
        html("Ferry late", "<p>The 9 o'clock ferry is an hour late.</p>"),
    ),
    "a news flash, retitled": answer(
        "Ferry two hours late",
        "The ferry is two hours late.",
        html("Ferry two hours late", "<p>The ferry is two hours late.</p>"),
        known_title="Morning crossing delayed by fog",
    ),
    "a video": answer(
        "Storm over the pier",
        None,
        html(
            "Storm over the pier",
            "<video src=a.mp4></video>",
            '<meta property="og:type" content="video.other"><meta property="og:title" content="Storm over the pier">',
        ),
    ),
    "a gallery": answer(
        "In pictures: the storm", None, html("In pictures: the storm", "<img src=1.jpg>" * 30), known_title=""
    ),
    "German": bare(
        "Stadt rettet alten Leuchtturm",
        "Der Rat stimmte mit neun zu zwei.",
        known_title="Stadt rettet ihren alten Leuchtturm",
    ),
    "Japanese": told("古い灯台を修復へ", "町議会が決めた。", **at("/2023/05/machi-todai-shufuku-kettei")),
    "Russian": told("Город восстановит старый маяк", "Совет проголосовал.", **at("/2023/05/gorod-vosstanovit-mayak")),
    "Arabic": bare("المدينة ترمم المنارة القديمة", "صوت المجلس."),
    "a daily column": told("Morning briefing", LEAD, seen_elsewhere=6, known_title="Morning briefing"),
    "a daily column, nothing known": told("Morning briefing", LEAD, seen_elsewhere=6),
    "under the site's own name": told("Harbour Post", "Who we are.", **at("/about")),
    "no title, but an excerpt": bare("", LEAD),
    "no excerpt": told(KNOWN, None),
    "a proxy's status 203": told(KNOWN, status=203),
    "a page asked with cookies set": bare(KNOWN, headers={"Set-Cookie": "session=1", "Server": "nginx"}),
    "on an address with login in it": told("How we built our login", LEAD, **at("/blog/login/how-we-built-it")),
    "a teaser like footer links": bare("Port talk", "Tides | Weather | Ships: what the port offers today"),
    "a page that teases much": bare(KNOWN, TEASER),
}

GENUINE = {
    f"{group}: {name}": case
    for group, cases in {
        "walls": ABOUT_WALLS,
        "errors": ABOUT_ERRORS,
        "doors": ABOUT_DOORS,
        "moves": MOVES,
        "plain": PLAIN,
    }.items()
    for name, case in cases.items()
}
