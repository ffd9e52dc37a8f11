"""Error pages, parked domains and other pages that stand where an article was. Each row is one answer of a server."""

from tests.answers import HOST, KNOWN, TEASER, answer, busy, html, led

GONE = {
    "status 404": answer(KNOWN, "Fine.", status=404, known_title=KNOWN),
    "status 410": answer("Gone", status=410, known_title=KNOWN),
    "status 403": answer("Forbidden", status=403, known_title=KNOWN),
    "status 500": answer("Oops", status=500, known_title=KNOWN),
    "in English": answer("Page not found", "Sorry, the page you are looking for could not be found."),
    "in English, whole dress": answer(
        "Page not found - Harbour Post",
        TEASER,
        busy(
            "Page not found",
            "<h1>Oops! That page can’t be found.</h1><p>It looks like nothing was found at this "
            "location. Maybe try a search?</p>",
            attrs=' class="error404 wp-custom-logo"',
        ),
    ),
    "in English, only the title": answer("404 - File or directory not found.", known_title=KNOWN),
    "WordPress, the theme's words": answer(
        "Nothing found", "It looks like nothing was found at this location. Maybe try a search?"
    ),
    "a title that is the site's": answer(
        "Harbour Post",
        TEASER,
        busy("Harbour Post", "<h1>404</h1><p>We couldn’t find the page you were looking for.</p>"),
    ),
    "the site's title and another heading": answer(
        "Harbour Post", TEASER, busy("Harbour Post", "<h1>Page not found</h1>"), known_title=KNOWN
    ),
    "Drupal": answer(
        "Page not found | Harbour Post",
        "The requested page could not be found.",
        html("Page not found", '<div class="region">The requested page could not be found.</div>'),
    ),
    "Shopify": answer(
        "404 Not Found – Harbour Goods",
        None,
        busy(
            "404 Not Found",
            "<h1>404 Page Not Found</h1><p>The page you requested does not exist. Click here to continue shopping.</p>",
            attrs=' class="template-404"',
        ),
    ),
    "Wix": answer("Error 404 | My Site", "We can't find the page you're looking for."),
    "Squarespace": answer(
        "Harbour Post",
        "We couldn't find the page you were looking for. This is either because there is an error in the URL",
    ),
    "GitHub": answer(
        "Page not found · GitHub",
        "This is not the web page you are looking for.",
        url="https://github.com/a/b/blob/x",
        final_url="https://github.com/a/b/blob/x",
    ),
    "GitHub Pages": answer("Site not found · GitHub Pages", "There isn't a GitHub Pages site here."),
    "Next.js": answer(
        "404: This page could not be found",
        None,
        html(
            "404: This page could not be found",
            '<h2>This page could not be found.</h2><script id="__NEXT_DATA__">{"page":"/404"}</script>',
        ),
    ),
    "a single-page application": answer(
        "Harbour Post",
        TEASER,
        busy("Harbour Post", "<div id=app></div>", '<meta name="prerender-status-code" content="404">'),
        known_title=KNOWN,
    ),
    "says it was removed": answer("This article is no longer available", "It may have been removed or expired."),
    "content removed": answer("Content unavailable", "The content you requested has been removed by its author."),
    "a removed video": answer(
        "Video unavailable", "This video is no longer available because the account has been terminated."
    ),
    "a deleted post": answer("Post not found", "This post was deleted by the person who originally posted it."),
    "playful": answer(
        "Well, this is awkward",
        "The page you’re looking for doesn’t exist. Let’s get you home.",
        html("Well, this is awkward", "<h1>Well, this is awkward</h1><p>The page you’re looking for doesn’t exist."),
        known_title=KNOWN,
    ),
    "playful, no known title": answer(
        "Whoops! You look lost",
        "We can't seem to find the page you're looking for. Error code: 404",
        html("Whoops!", "<h1>Whoops!</h1><p>We can't seem to find the page you're looking for.</p><p>Error code: 404"),
    ),
    "no results": answer("No results found", "The page you requested could not be found. Try refining your search."),
    "a search that found nothing": answer(
        "Search results for: town-restores-old-lighthouse",
        "Sorry, but nothing matched your search terms.",
        final_url=HOST + "/?s=town-restores-old-lighthouse",
    ),
    "an empty template": answer(
        "Harbour Post",
        None,
        html("Harbour Post", "<div class=header></div><div class=content></div>"),
        known_title=KNOWN,
    ),
    "a template without its title": answer("- Harbour Post", None, html(" - Harbour Post", "<h1></h1><p></p>")),
    "undefined": answer("undefined | Harbour Post", None, html("undefined | Harbour Post", "<div id=root></div>")),
    "nothing": answer(None, None, b""),
    "German": answer(
        "Seite nicht gefunden – Harbour Post", "Die angeforderte Seite konnte leider nicht gefunden werden."
    ),
    "German, another": answer("Fehler 404", "Die von Ihnen gesuchte Seite existiert nicht oder wurde verschoben."),
    "French": answer("Page introuvable", "Désolé, la page que vous recherchez n'existe pas ou plus."),
    "French, another": answer(
        "Erreur 404 - Page non trouvée", None, html("Erreur 404", "<h1>Erreur 404</h1><p>Page non trouvée")
    ),
    "Spanish": answer("Página no encontrada", "Lo sentimos, la página que busca no existe."),
    "Portuguese": answer("Página não encontrada", "A página que você procura não foi encontrada."),
    "Italian": answer("Pagina non trovata", "La pagina che stai cercando non esiste."),
    "Dutch": answer("Pagina niet gevonden", "De pagina die je zoekt bestaat niet (meer)."),
    "Swedish": answer("Sidan kunde inte hittas", "Sidan du söker finns inte längre."),
    "Danish": answer("Siden blev ikke fundet", "Vi kan desværre ikke finde siden."),
    "Norwegian": answer("Siden finnes ikke", "Vi fant ikke siden du leter etter."),
    "Finnish": answer("Sivua ei löytynyt", "Hakemaasi sivua ei löydy."),
    "Polish": answer("Nie znaleziono strony", "Strona, której szukasz, nie istnieje."),
    "Czech": answer("Stránka nenalezena", "Požadovaná stránka nebyla nalezena."),
    "Russian": answer("Страница не найдена", "К сожалению, запрашиваемая страница не найдена."),
    "Turkish": answer("Sayfa bulunamadı", "Aradığınız sayfa bulunamadı."),
    "Greek": answer("Η σελίδα δεν βρέθηκε", "Η σελίδα που ζητήσατε δεν υπάρχει."),
    "Japanese": answer("ページが見つかりません", "お探しのページは見つかりませんでした。"),
    "Chinese": answer("页面不存在", "抱歉，您访问的页面不存在或已被删除。"),
    "Korean": answer("페이지를 찾을 수 없습니다", "요청하신 페이지를 찾을 수 없습니다."),
    "Arabic": answer("الصفحة غير موجودة", "عذرا، الصفحة التي تبحث عنها غير موجودة."),
    "Indonesian": answer("Halaman tidak ditemukan", "Maaf, halaman yang Anda cari tidak ditemukan."),
    "Hungarian": answer("Az oldal nem található", "A keresett oldal nem található."),
}

FAULTS = {
    "503 told in the title": answer(
        "503 Service Temporarily Unavailable",
        None,
        html(
            "503 Service Temporarily Unavailable",
            "<center><h1>503 Service Temporarily Unavailable</h1></center><hr><center>nginx</center>",
        ),
    ),
    "502": answer("502 Bad Gateway", None, html("502 Bad Gateway", "<center><h1>502 Bad Gateway</h1></center>")),
    "a crash": answer("Something went wrong", "An unexpected error occurred. Please try again later."),
    "an application's error": answer(
        "Application Error", "An error occurred in the application and your page could not be served."
    ),
    "a client's exception": answer(
        "Application error: a client-side exception has occurred",
        None,
        html(None, "Application error: a client-side exception has occurred (see the browser console)."),
    ),
    "no database": answer("Database Error", "Error establishing a database connection"),
    "WordPress has a critical error": answer("WordPress › Error", "There has been a critical error on this website."),
    "a stack trace": answer(
        "Runtime Error", "Server Error in '/' Application. An application error occurred on the server."
    ),
    "maintenance": answer(
        "Site under maintenance", "We are performing scheduled maintenance. We should be back shortly."
    ),
    "maintenance, with a wait": answer(
        "Harbour Post",
        "We'll be back soon!",
        html(
            "Harbour Post",
            "<h1>We’ll be back soon!</h1><p>Sorry for the inconvenience but we’re performing some "
            "maintenance at the moment.",
        ),
        headers={"Retry-After": "600"},
    ),
    "maintenance in German": answer("Wartungsarbeiten", "Unsere Seite wird gerade gewartet. Wir sind bald wieder da."),
    "maintenance in Spanish": answer(
        "Sitio en mantenimiento", "Estamos realizando tareas de mantenimiento. Volveremos pronto."
    ),
    "maintenance of WordPress": answer(
        "Maintenance", "Briefly unavailable for scheduled maintenance. Check back in a minute."
    ),
    "too many": answer("Too Many Requests", "You have sent too many requests. Try again later."),
    "withheld": answer(
        "Unavailable for legal reasons",
        "We recognize you are attempting to access this website from a country belonging to the "
        "European Economic Area (EEA)",
    ),
    "status 451": answer("451", status=451),
    "not in your country": answer(
        "Harbour Post",
        "Sorry, this content is not available in your region.",
        html("Harbour Post", "<p>Sorry, this content is not available in your region.</p>"),
    ),
    "not in your country, at length": answer(
        "Not available in your country",
        "Due to licensing restrictions this programme cannot be viewed from your location.",
    ),
    "Europe is kept out": answer(
        "Our European visitors are important to us",
        "This site is currently unavailable to visitors from the European Economic Area while we "
        "work to ensure your data is protected",
    ),
    "Europe is led aside": led("/unavailable-in-your-location", "Harbour Post"),
    "footer links for an excerpt": answer(
        "Harbour Post", "Disclaimer | Accessibility Statement | Commerce Policy | Made in Harbour"
    ),
    "one title for all": answer("Harbour Post", TEASER, busy("Harbour Post", ""), seen_elsewhere=12),
    "one other title for all": answer("Welcome to the new Harbour Post", TEASER, seen_elsewhere=4, known_title=KNOWN),
}

PARKED = {
    "for sale": answer(
        "harbourpost.example is for sale", "The domain harbourpost.example may be for sale. Click here to inquire."
    ),
    "its name is its title": answer(
        "harbourpost.example",
        "This domain may be for sale!",
        html("harbourpost.example", '<script src="https://img.sedoparking.com/js/x.js"></script>'),
    ),
    "Sedo": answer(
        "harbourpost.example - This website is for sale! - harbourpost Resources and Information.",
        "This website is for sale!",
    ),
    "Bodis": answer(
        "harbourpost.example",
        None,
        html("harbourpost.example", '<script>window.park="eyJ1dWlkIjoi"</script><script src="/bxyz.js"></script>'),
    ),
    "ParkingCrew": led(
        "http://ww25.harbourpost.example/2023?subid1=20230501",
        "harbourpost.example",
        None,
        html("harbourpost.example", '<script src="//d38psrni17bvxu.cloudfront.net/x"></script>parkingcrew.net'),
    ),
    "a lander": led(
        "https://harbourpost.example/lander",
        None,
        None,
        html(None, '<script>window.onload=function(){window.location.href="/lander"}</script>'),
    ),
    "GoDaddy": answer("harbourpost.example", "This Web page is parked FREE, courtesy of GoDaddy.com."),
    "Namecheap": answer(
        "Registrant WHOIS contact information verification",
        "This domain has recently been registered with Namecheap. Parked domain.",
    ),
    "HugeDomains": led(
        "https://www.hugedomains.com/domain_profile.cfm?d=harbourpost.example",
        "HarbourPost.example is for sale | HugeDomains",
    ),
    "Dan": led(
        "https://dan.com/buy-domain/harbourpost.example?redirected=true",
        "The domain name harbourpost.example is for sale",
    ),
    "Afternic": led(
        "https://www.afternic.com/forsale/harbourpost.example?utm_source=TDFS", "harbourpost.example is for sale"
    ),
    "expired": answer(
        "Domain expired", "This domain has expired. If you are the owner, please contact your registrar."
    ),
    "suspended": answer(
        "Account Suspended", "This account has been suspended. Contact your hosting provider for more information."
    ),
    "a fresh server": answer(
        "Welcome to nginx!", "If you see this page, the nginx web server is successfully installed and working."
    ),
    "a fresh Apache": answer(
        "Apache2 Ubuntu Default Page: It works",
        None,
        html(
            "Apache2 Ubuntu Default Page: It works",
            "<p>This is the default welcome page used to test the correct operation of the Apache2 server",
        ),
    ),
    "coming soon": answer("Coming Soon", "Our website is under construction. Check back soon!"),
    "a folder": answer(
        "Index of /2023/05", None, html("Index of /2023/05", "<h1>Index of /2023/05</h1><pre>Parent Directory")
    ),
    "a casino moved in": answer(
        "Situs Slot Gacor Online Terpercaya Gampang Maxwin",
        "Daftar situs judi slot online terpercaya dengan bonus new member.",
        busy("Situs Slot Gacor", "<p>slot gacor</p>"),
        known_title=KNOWN,
    ),
    "a casino moved in, in English": answer(
        "Best Online Casino Bonus 2024 - No Deposit Free Spins",
        "Play slots at the best online casinos with free spins.",
        busy("Best Online Casino", "<p>casino"),
        known_title=KNOWN,
    ),
    "a casino moved in, nothing known": answer(
        "Best Online Casino Bonuses and Free Spins",
        "Claim your no deposit bonus at the top online casinos.",
        final_url=HOST + "/",
    ),
    "a pharmacy moved in": answer(
        "Buy Cheap Viagra Online Without Prescription",
        "Order generic cialis and viagra with free shipping",
        known_title=KNOWN,
    ),
    "a stranger's host": led(
        "https://lucky-wins.example/promo?aff=77", "Lucky Wins", "Register now for your welcome bonus"
    ),
}

MOVED = {
    "home": led("/", "Harbour Post", TEASER),
    "home, with a word in its query": led("/?ref=gone", "Harbour Post - News from the coast", TEASER),
    "home of a language": led("/en-gb/", "Harbour Post", TEASER),
    "home, a file": led("/index.php", "Harbour Post", TEASER, known_title=KNOWN),
    "home of another host": led("https://www.coastgroup.example/", "Coast Group", TEASER),
    "a section": led("/news/", "News", "The latest news"),
    "the section above": led("/2023/05/", "May 2023 - Harbour Post", TEASER),
    "a tag": led("/tag/lighthouses", "Lighthouses Archives - Harbour Post", TEASER),
    "a category": led("/category/local-news/", "Local news", TEASER, known_title=KNOWN),
    "a topic, in German": led("/thema/leuchttuerme/", "Alles zum Thema Leuchttürme"),
    "a search": led("/search?q=town+restores+old+lighthouse", "Search results", TEASER),
    "an archive": led("/archive/", "Archive", TEASER),
    "an author's page": led("/author/jane-doe/", "Jane Doe, Author at Harbour Post", "Jane writes about the coast."),
    "another article": led(
        "/2024/02/ferry-strike-enters-its-third-week",
        "Ferry strike enters its third week",
        "Crews and owners talk.",
        known_title=KNOWN,
    ),
    "another article, nothing known": led(
        "/2024/02/ferry-strike-enters-its-third-week", "Ferry strike enters its third week", "Crews and owners talk."
    ),
    "another host's article": led(
        "https://inlandnews.example/ten-best-phone-plans", "The ten best phone plans", "Compare them."
    ),
    "an error page": led("/404", "Harbour Post", TEASER),
    "an error page with the path": led("/error?aspxerrorpath=/2023/05/town-restores-old-lighthouse", "Error"),
    "a page of the app": led("/download-our-app", "Get the Harbour Post app", "Read on the go"),
    "the newsletter": led("/newsletters", "Newsletters", "Sign up for our newsletters", known_title=KNOWN),
}

LOST_PAGES = {
    f"{group}: {name}": case
    for group, cases in {"gone": GONE, "fault": FAULTS, "parked": PARKED, "moved": MOVED}.items()
    for name, case in cases.items()
}
