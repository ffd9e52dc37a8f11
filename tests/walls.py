"""Pages that are not the article: walls, error pages, parked domains, redirects. Each row is one answer of a server."""

HOST = "https://harbourpost.example"
ARTICLE = f"{HOST}/2023/05/town-restores-old-lighthouse"
KNOWN = "Harbour town votes to restore its old lighthouse"

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
    """What `assess` is told; the article's own address and title where no other is given."""
    case: Case = {"status": 200, "url": ARTICLE, "final_url": ARTICLE, "known_title": KNOWN}
    return case | {"title": title, "excerpt": excerpt, "html": page} | more


def led(to: str, title: str | None, excerpt: str | None = None, page: bytes | None = None, **more: object) -> Case:
    """A redirect; a path is one of the article's own host."""
    return answer(title, excerpt, page, final_url=HOST + to if to.startswith("/") else to, **more)


NEW: Case = {"known_title": None}
UNTITLED: Case = {"known_title": ""}
TEASER = "News, sport and weather from the harbour and the hills around it."
CF_NEW = "<script>(function(){window._cf_chl_opt={cvId:'3',cZone:'x'};}());</script>"
CF_OLD = '<div id="cf-wrapper"><div id="cf-error-details"><h1>One more step</h1></div></div>'
DATADOME = "<p>Please enable JS and disable any ad blocker</p><script>var dd={'cid':'A','host':'geo.captcha-delivery.com'}"
HUMAN = '<div id="px-captcha"></div><p>Press &amp; Hold to confirm you are a human (and not a bot).</p>'

CHALLENGES = {
    "Cloudflare says so": answer(KNOWN, "Fine.", headers={"CF-Mitigated": "challenge"}),
    "Cloudflare, new": answer("Just a moment...", None, html("Just a moment...", CF_NEW), **NEW),
    "Cloudflare, new, no page at hand": answer(
        "Just a moment...", "Enable JavaScript and cookies to continue", **NEW
    ),
    "Cloudflare, new, only the title": answer("Just a moment..."),
    "Cloudflare, in German": answer(
        "Nur einen Moment…", None, html("Nur einen Moment…", CF_NEW), headers={"server": "cloudflare"}, **NEW
    ),
    "Cloudflare, in French": answer("Un instant…", None, html("Un instant…", CF_NEW), **UNTITLED),
    "Cloudflare, in Spanish": answer("Un momento…", None, html("Un momento…", CF_NEW)),
    "Cloudflare, in Japanese": answer("しばらくお待ちください...", None, html("しばらくお待ちください...", CF_NEW), **NEW),
    "Cloudflare, old": answer("Attention Required! | Cloudflare", None, html("Attention Required!", CF_OLD), **NEW),
    "Cloudflare, blocked": answer(
        "Attention Required! | Cloudflare", "Sorry, you have been blocked. You are unable to access this site", **NEW
    ),
    "Cloudflare, the five seconds": answer(
        "Just a moment...", "Checking your browser before accessing harbourpost.example.", **NEW
    ),
    "Cloudflare, error 1020": answer(
        "Access denied | harbourpost.example used Cloudflare to restrict access", None, html("Access denied", CF_OLD), **NEW
    ),
    "a record that bears the wall's name": answer("Just a moment...", None, html("Just a moment...", CF_NEW), known_title="Just a moment..."),
    "DataDome": answer("harbourpost.example", None, html("harbourpost.example", DATADOME), **NEW),
    "DataDome, with its cookie": answer(
        "harbourpost.example", "Please enable JS and disable any ad blocker", headers={"set-cookie": "datadome=x; Path=/"}, **NEW
    ),
    "DataDome, its title alone": answer("harbourpost.example", None, html("harbourpost.example", DATADOME)),
    "HUMAN": answer("Access to this page has been denied", None, html("Access to this page has been denied.", HUMAN), **NEW),
    "HUMAN, named by the site": answer("Harbour Post", "Before we continue... Press & Hold to confirm you are a human", html("Harbour Post", HUMAN), **NEW),
    "HUMAN, pardon": answer("Pardon Our Interruption", "As you were browsing something about your browser made us think you were a bot.", **NEW),
    "Akamai denies": answer("Access Denied", None, html("Access Denied", "<H1>Access Denied</H1>You don't have permission to access \"http://x/\" on this server.<P>Reference #18.2d3f"), **NEW),
    "Akamai challenges": answer(None, None, html(None, '<div id="sec-if-cpt-container"></div><script src="/_sec/cp_challenge/x.js"></script>'), **NEW),
    "Akamai behind a bare page": answer("Challenge Validation", None, html("Challenge Validation", '<div id="sec-if-cpt-container">'), headers={"set-cookie": "_abck=1; x"}, **NEW),
    "Imperva's frame": answer(None, None, html(None, '<iframe src="/_Incapsula_Resource?CWUDNSAI=9">Request unsuccessful. Incapsula incident ID: 12-34</iframe>'), **NEW),
    "Imperva, told as an excerpt": answer("Harbour Post", "Request unsuccessful. Incapsula incident ID: 877000280", headers={"x-iinfo": "1-2-3"}, **NEW),
    "Imperva rejects": answer("Request Rejected", "The requested URL was rejected. Please consult with your administrator. Your support ID is: 123", **NEW),
    "Kasada": answer(None, None, html(None, "<script>window.KPSDK={};KPSDK.now=Date.now</script><script src='/149e/ips.js'></script>"), **NEW),
    "AWS WAF": answer("", None, html("", "<script>window.gokuProps={key:'a'}</script><div id='challenge-container'></div><noscript><h1>JavaScript is disabled</h1>In order to continue, we need to verify that you're not a robot.</noscript>"), **NEW),
    "AWS WAF says so": answer("Human Verification", None, headers={"x-amzn-waf-action": "captcha"}, **NEW),
    "AWS WAF, by its title": answer("Human Verification", None, html("Human Verification", "<script>window.awsWafCookieDomainList=[]</script>"), **NEW),
    "Sucuri": answer("Sucuri WebSite Firewall - Access Denied", "Access Denied - Sucuri Website Firewall. If you are the site owner", **NEW),
    "Sucuri, being redirected": answer("You are being redirected...", None, html("You are being redirected...", "<noscript>Javascript is required. Please enable javascript before you are allowed to see this page.</noscript>"), **NEW),
    "SiteGround": answer("Robot Challenge Screen", None, html("Robot Challenge Screen", "Checking the site connection security", '<meta http-equiv="refresh" content="0;/.well-known/captcha/?r=%2F">'), **NEW),
    "SiteGround's redirect": led("/.well-known/sgcaptcha/?r=%2F2023%2F05%2Ftown-restores-old-lighthouse&y=ipc", "Robot Challenge Screen", **NEW),
    "DDoS-Guard": answer("DDoS-Guard", None, html("DDoS-Guard", "<h1>Checking your browser before accessing</h1>"), headers={"server": "ddos-guard"}, **NEW),
    "Fastly": answer("Client Challenge", "JavaScript is disabled in your browser. Please enable JavaScript to proceed.", **NEW),
    "Vercel": answer("Vercel Security Checkpoint", "We're verifying your browser", **NEW),
    "Vercel says so": answer("Harbour Post", None, headers={"x-vercel-mitigated": "challenge"}, **NEW),
    "a robot check of a shop": answer("Robot Check", "Enter the characters you see below. Sorry, we just need to make sure you're not a robot.", **NEW),
    "are you a robot": answer("Are you a robot?", "We've detected unusual activity from your computer network", **NEW),
    "its redirect": led("/tosv2.html?vid=&uuid=1&url=LzIwMjM=", "Are you a robot?", **NEW),
    "Google is sorry": led("https://www.google.com/sorry/index?continue=https://harbourpost.example/2023", "https://harbourpost.example/2023", "Our systems have detected unusual traffic from your computer network.", **NEW),
    "Wordfence": answer("Your access to this site has been limited by the site owner", "Your access to this service has been limited. (HTTP response code 503)", **NEW),
    "Wordfence, in words of its own": answer("Your access has been blocked", "Generated by Wordfence. Your computer's time", **NEW),
    "a home-made gate": answer("One moment, please...", "Please wait while your request is being verified...", **NEW),
    "a home-made question": answer("Verifying you are human", "This may take a few seconds. We need to review the security of your connection.", **NEW),
    "proof of work": answer("Making sure you're not a bot!", "You are seeing this because the administrator of this website has set up a shield against scraping", **NEW),
    "a wall in Russian": answer("Вы не робот?", "Подтвердите, что запросы отправляли вы, а не робот", **NEW),
    "a wall in French": answer("Vérification de sécurité", "Veuillez activer JavaScript et les cookies pour continuer", **NEW),
    "a wall in German": answer("Sicherheitsüberprüfung", "Bitte bestätigen Sie, dass Sie kein Roboter sind", **NEW),
    "a shell that needs JavaScript": answer("Harbour Post", "You need to enable JavaScript to run this app.", html("Harbour Post", '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>'), **NEW),
}

CONSENT = {
    "Google's": led("https://consent.google.com/m?continue=https://harbourpost.example/2023/05/town-restores-old-lighthouse&gl=DE", "Before you continue to Google Search", **NEW),
    "YouTube's, in German": answer("Bevor Sie zu YouTube weitergehen", None, url="https://www.youtube.com/watch?v=abcdefghijk", final_url="https://consent.youtube.com/m?continue=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3Dabcdefghijk", **NEW),
    "Yahoo's": led("https://guce.yahoo.com/consent?brandType=eu&gcrumb=x&done=https%3A%2F%2Fharbourpost.example%2F2023", "Yahoo is part of the Yahoo family of brands", **NEW),
    "Yahoo's, another host": led("https://consent.yahoo.com/v2/collectConsent?sessionId=3_cc", "Yahoo ist Teil der Yahoo Markenfamilie", "Wenn Sie unsere Websites und Apps nutzen, verwenden wir Cookies", **NEW),
    "a Dutch publisher's": led("https://myprivacy.dpgmedia.nl/consent?siteKey=x&callbackUrl=https%3A%2F%2Fharbourpost.example", "DPG Media Privacy Gate", **NEW),
    "a privacy gate of the host": led("/privacy-gate?return=%2F2023%2F05%2Ftown-restores-old-lighthouse", "Harbour Post", **NEW),
    "in the page's place": answer("Privacy settings", "We and our 842 partners store and/or access information on a device, such as cookies", **NEW),
    "OneTrust over all": answer("Cookie Consent", None, html("Cookie Consent", '<div id="onetrust-consent-sdk"><h2>We value your privacy</h2><button>Accept all</button></div>'), **NEW),
    "Sourcepoint, in German": answer("Harbour Post", "Um unsere Webseite zu nutzen: Mit Werbung und Cookies lesen oder Pur-Abo abschließen. Zustimmung jederzeit widerrufbar.", html("Harbour Post", '<div id="sp_message_container_1"></div>'), **NEW),
    "in French": answer("Avant de continuer", "Nous utilisons des cookies. Accepter tout ou refuser tout.", known_title=KNOWN),
    "in Dutch": answer("Cookies toestaan?", "Wij gebruiken cookies. Kies je cookie-instellingen om verder te gaan.", html("Cookies toestaan?", "<p>Cookie-instellingen</p>")),
    "a generic cookie notice": answer("Your privacy choices", "We use cookies to improve your experience. Accept all cookies", **NEW),
}

LOGINS = {
    "Facebook": answer("Facebook – log in or sign up", "Log in to Facebook to start sharing and connecting with your friends.", url="https://www.facebook.com/harbourpost/posts/1234567", final_url="https://www.facebook.com/login/?next=https%3A%2F%2Fwww.facebook.com%2Fharbourpost%2Fposts%2F1234567", **NEW),
    "Facebook, at the same address": answer("Log in to Facebook", "Log in to Facebook to start sharing and connecting with your friends, family and people you know.", url="https://www.facebook.com/story.php?id=9", final_url="https://www.facebook.com/story.php?id=9", **NEW),
    "LinkedIn": answer("Sign Up | LinkedIn", "750 million+ members | Manage your professional identity.", url="https://www.linkedin.com/pulse/x-y-z", final_url="https://www.linkedin.com/authwall?trk=gf&original_referer=&sessionRedirect=https%3A%2F%2Fwww.linkedin.com%2Fpulse%2Fx-y-z", **NEW),
    "LinkedIn, the old way": answer("LinkedIn Login, Sign in | LinkedIn", "Login to LinkedIn to keep in touch with people you know", url="https://www.linkedin.com/in/x", final_url="https://www.linkedin.com/uas/login?session_redirect=x", **NEW),
    "Instagram": answer("Login • Instagram", "Welcome back to Instagram. Sign in to check out what your friends have been capturing", url="https://www.instagram.com/p/Cabc/", final_url="https://www.instagram.com/accounts/login/?next=/p/Cabc/", **NEW),
    "X": answer("Log in to X / X", None, html("Log in to X / X", "<noscript>JavaScript is not available.</noscript>"), url="https://x.com/i/status/17", final_url="https://x.com/i/flow/login?redirect_after_login=%2Fi%2Fstatus%2F17", **NEW),
    "X without JavaScript": answer("X", "JavaScript is not available. We’ve detected that JavaScript is disabled in this browser.", url="https://x.com/a/status/17", final_url="https://x.com/a/status/17", **NEW),
    "Medium": answer("Sign in - Medium", "Sign in with Google. Sign in with email.", url="https://medium.com/p/abc", final_url="https://medium.com/m/signin?redirect=https%3A%2F%2Fmedium.com%2Fp%2Fabc", **NEW),
    "WordPress": led("/wp-login.php?redirect_to=https%3A%2F%2Fharbourpost.example%2F2023", "Log In ‹ Harbour Post — WordPress", **NEW),
    "a private WordPress": answer("Private Site", "This site is currently private. Log in to WordPress.com to request access.", **NEW),
    "a protected WordPress article": answer("Protected: Private notes", "This content is password protected. To view it please enter your password below:", **NEW),
    "Discourse": led("/login", "Harbour Forum", "Log In", **NEW),
    "Discourse, at the same address": answer("Log In - Harbour Forum", None, html("Log In - Harbour Forum", '<input type="password">'), **NEW),
    "a company's door": led("https://login.microsoftonline.com/common/oauth2/authorize?client_id=00", "Sign in to your account", **NEW),
    "Google's door": led("https://accounts.google.com/v3/signin/identifier?continue=https%3A%2F%2Fharbourpost.example", "Sign in - Google Accounts", **NEW),
    "in German": answer("Anmelden – Harbour Post", "Bitte melden Sie sich an, um fortzufahren. Passwort vergessen?", **NEW),
    "in French": answer("Connexion", "Identifiez-vous pour accéder à ce contenu", **NEW),
    "in Spanish": led("/iniciar-sesion?volver=/2023", "Iniciar sesión | Harbour Post", **NEW),
    "a door with nothing else": answer("Members only", None, html("Members only", '<form><input name="u"><input type="password"></form>'), **NEW),
    "the FT": answer("Subscribe to read | Financial Times", "Keep abreast of significant corporate, financial and political developments around the world.", **{**NEW, "url": "https://www.ft.com/content/0aa", "final_url": "https://www.ft.com/content/0aa"}, page=html("Subscribe to read", "<h1>Subscribe to unlock this article</h1><p>Try unlimited access. Only $1 for 4 weeks.</p>")),
    "the WSJ": answer("wsj.com", None, html("wsj.com", "<p>Please enable JS and disable any ad blocker</p>"), url="https://www.wsj.com/articles/harbour-1", final_url="https://www.wsj.com/articles/harbour-1", **NEW),
    "the NYT": answer("nytimes.com", "Please enable JS and disable any ad blocker", url="https://www.nytimes.com/2023/05/01/x.html", final_url="https://www.nytimes.com/2023/05/01/x.html", **NEW),
    "the NYT's account": led("https://myaccount.nytimes.com/auth/login?response_type=cookie&client_id=vi&redirect_uri=https%3A%2F%2Fharbourpost.example", "Log in - The New York Times", **NEW),
    "subscribers only": answer("Subscribe to continue reading", "Already a subscriber? Log in. Choose your plan to keep reading.", **NEW),
    "a redirect to the plans": led("/subscribe/digital?from=article", "Subscribe to the Harbour Post", "Choose the plan that suits you.", **NEW),
    "an academic publisher": led("/action/cookieAbsent", "Cookie absent", "Your browser does not accept cookies", **NEW),
}

GONE = {
    "status 404": answer(KNOWN, "Fine.", status=404),
    "status 410": answer("Gone", None, status=410),
    "status 403": answer("Forbidden", None, status=403),
    "status 500": answer("Oops", None, status=500),
    "in English": answer("Page not found", "Sorry, the page you are looking for could not be found.", **NEW),
    "in English, whole dress": answer("Page not found - Harbour Post", TEASER, busy("Page not found", "<h1>Oops! That page can’t be found.</h1><p>It looks like nothing was found at this location. Maybe try a search?</p>", attrs=' class="error404 wp-custom-logo"'), **NEW),
    "in English, only the title": answer("404 - File or directory not found."),
    "WordPress, the theme's words": answer("Nothing found", "It looks like nothing was found at this location. Maybe try a search?", **NEW),
    "a title that is the site's": answer("Harbour Post", TEASER, busy("Harbour Post", "<h1>404</h1><p>We couldn’t find the page you were looking for.</p>"), **NEW),
    "the site's title and another heading": answer("Harbour Post", TEASER, busy("Harbour Post", "<h1>Page not found</h1>")),
    "Drupal": answer("Page not found | Harbour Post", "The requested page could not be found.", html("Page not found", '<div class="region">The requested page could not be found.</div>'), **NEW),
    "Shopify": answer("404 Not Found – Harbour Goods", None, busy("404 Not Found", "<h1>404 Page Not Found</h1><p>The page you requested does not exist. Click here to continue shopping.</p>", attrs=' class="template-404"'), **NEW),
    "Wix": answer("Error 404 | My Site", "We can't find the page you're looking for.", **NEW),
    "Squarespace": answer("Harbour Post", "We couldn't find the page you were looking for. This is either because there is an error in the URL", **NEW),
    "GitHub": answer("Page not found · GitHub", "This is not the web page you are looking for.", url="https://github.com/a/b/blob/x", final_url="https://github.com/a/b/blob/x", **NEW),
    "GitHub Pages": answer("Site not found · GitHub Pages", "There isn't a GitHub Pages site here.", **NEW),
    "Next.js": answer("404: This page could not be found", None, html("404: This page could not be found", '<h2>This page could not be found.</h2><script id="__NEXT_DATA__">{"page":"/404"}</script>'), **NEW),
    "a single-page application": answer("Harbour Post", TEASER, busy("Harbour Post", "<div id=app></div>", '<meta name="prerender-status-code" content="404">')),
    "says it was removed": answer("This article is no longer available", "It may have been removed or expired.", **NEW),
    "content removed": answer("Content unavailable", "The content you requested has been removed by its author.", **NEW),
    "a removed video": answer("Video unavailable", "This video is no longer available because the account has been terminated.", **NEW),
    "a deleted post": answer("Post not found", "This post was deleted by the person who originally posted it.", **NEW),
    "playful": answer("Well, this is awkward", "The page you’re looking for doesn’t exist. Let’s get you home.", html("Well, this is awkward", "<h1>Well, this is awkward</h1><p>The page you’re looking for doesn’t exist.")),
    "playful, no known title": answer("Whoops! You look lost", "We can't seem to find the page you're looking for. Error code: 404", html("Whoops!", "<h1>Whoops!</h1><p>We can't seem to find the page you're looking for.</p><p>Error code: 404"), **NEW),
    "no results": answer("No results found", "The page you requested could not be found. Try refining your search.", **NEW),
    "a search that found nothing": answer("Search results for: town-restores-old-lighthouse", "Sorry, but nothing matched your search terms.", final_url=HOST + "/?s=town-restores-old-lighthouse", **NEW),
    "an empty template": answer("Harbour Post", None, html("Harbour Post", "<div class=header></div><div class=content></div>")),
    "a template without its title": answer("- Harbour Post", None, html(" - Harbour Post", "<h1></h1><p></p>"), **NEW),
    "undefined": answer("undefined | Harbour Post", None, html("undefined | Harbour Post", "<div id=root></div>"), **NEW),
    "nothing": answer(None, None, b"", **NEW),
    "German": answer("Seite nicht gefunden – Harbour Post", "Die angeforderte Seite konnte leider nicht gefunden werden.", **NEW),
    "German, another": answer("Fehler 404", "Die von Ihnen gesuchte Seite existiert nicht oder wurde verschoben.", **NEW),
    "French": answer("Page introuvable", "Désolé, la page que vous recherchez n'existe pas ou plus.", **NEW),
    "French, another": answer("Erreur 404 - Page non trouvée", None, html("Erreur 404", "<h1>Erreur 404</h1><p>Page non trouvée"), **NEW),
    "Spanish": answer("Página no encontrada", "Lo sentimos, la página que busca no existe.", **NEW),
    "Portuguese": answer("Página não encontrada", "A página que você procura não foi encontrada.", **NEW),
    "Italian": answer("Pagina non trovata", "La pagina che stai cercando non esiste.", **NEW),
    "Dutch": answer("Pagina niet gevonden", "De pagina die je zoekt bestaat niet (meer).", **NEW),
    "Swedish": answer("Sidan kunde inte hittas", "Sidan du söker finns inte längre.", **NEW),
    "Danish": answer("Siden blev ikke fundet", "Vi kan desværre ikke finde siden.", **NEW),
    "Norwegian": answer("Siden finnes ikke", "Vi fant ikke siden du leter etter.", **NEW),
    "Finnish": answer("Sivua ei löytynyt", "Hakemaasi sivua ei löydy.", **NEW),
    "Polish": answer("Nie znaleziono strony", "Strona, której szukasz, nie istnieje.", **NEW),
    "Czech": answer("Stránka nenalezena", "Požadovaná stránka nebyla nalezena.", **NEW),
    "Russian": answer("Страница не найдена", "К сожалению, запрашиваемая страница не найдена.", **NEW),
    "Turkish": answer("Sayfa bulunamadı", "Aradığınız sayfa bulunamadı.", **NEW),
    "Greek": answer("Η σελίδα δεν βρέθηκε", "Η σελίδα που ζητήσατε δεν υπάρχει.", **NEW),
    "Japanese": answer("ページが見つかりません", "お探しのページは見つかりませんでした。", **NEW),
    "Chinese": answer("页面不存在", "抱歉，您访问的页面不存在或已被删除。", **NEW),
    "Korean": answer("페이지를 찾을 수 없습니다", "요청하신 페이지를 찾을 수 없습니다.", **NEW),
    "Arabic": answer("الصفحة غير موجودة", "عذرا، الصفحة التي تبحث عنها غير موجودة.", **NEW),
    "Indonesian": answer("Halaman tidak ditemukan", "Maaf, halaman yang Anda cari tidak ditemukan.", **NEW),
    "Hungarian": answer("Az oldal nem található", "A keresett oldal nem található.", **NEW),
}

FAULTS = {
    "503 told in the title": answer("503 Service Temporarily Unavailable", None, html("503 Service Temporarily Unavailable", "<center><h1>503 Service Temporarily Unavailable</h1></center><hr><center>nginx</center>"), **NEW),
    "502": answer("502 Bad Gateway", None, html("502 Bad Gateway", "<center><h1>502 Bad Gateway</h1></center>"), **NEW),
    "a crash": answer("Something went wrong", "An unexpected error occurred. Please try again later.", **NEW),
    "an application's error": answer("Application Error", "An error occurred in the application and your page could not be served.", **NEW),
    "a client's exception": answer("Application error: a client-side exception has occurred", None, html(None, "Application error: a client-side exception has occurred (see the browser console)."), **NEW),
    "no database": answer("Database Error", "Error establishing a database connection", **NEW),
    "WordPress has a critical error": answer("WordPress › Error", "There has been a critical error on this website.", **NEW),
    "a stack trace": answer("Runtime Error", "Server Error in '/' Application. An application error occurred on the server.", **NEW),
    "maintenance": answer("Site under maintenance", "We are performing scheduled maintenance. We should be back shortly.", **NEW),
    "maintenance, with a wait": answer("Harbour Post", "We'll be back soon!", html("Harbour Post", "<h1>We’ll be back soon!</h1><p>Sorry for the inconvenience but we’re performing some maintenance at the moment."), headers={"Retry-After": "600"}, **NEW),
    "maintenance in German": answer("Wartungsarbeiten", "Unsere Seite wird gerade gewartet. Wir sind bald wieder da.", **NEW),
    "maintenance in Spanish": answer("Sitio en mantenimiento", "Estamos realizando tareas de mantenimiento. Volveremos pronto.", **NEW),
    "maintenance of WordPress": answer("Maintenance", "Briefly unavailable for scheduled maintenance. Check back in a minute.", **NEW),
    "too many": answer("Too Many Requests", "You have sent too many requests. Try again later.", **NEW),
    "withheld": answer("Unavailable for legal reasons", "We recognize you are attempting to access this website from a country belonging to the European Economic Area (EEA)", **NEW),
    "status 451": answer("451", None, status=451, **NEW),
    "not in your country": answer("Harbour Post", "Sorry, this content is not available in your region.", html("Harbour Post", "<p>Sorry, this content is not available in your region.</p>"), **NEW),
    "not in your country, at length": answer("Not available in your country", "Due to licensing restrictions this programme cannot be viewed from your location.", **NEW),
    "Europe is kept out": answer("Our European visitors are important to us", "This site is currently unavailable to visitors from the European Economic Area while we work to ensure your data is protected", **NEW),
    "Europe is led aside": led("/unavailable-in-your-location", "Harbour Post", **NEW),
    "footer links for an excerpt": answer("Harbour Post", "Disclaimer | Accessibility Statement | Commerce Policy | Made in Harbour", **NEW),
    "one title for all": answer("Harbour Post", TEASER, busy("Harbour Post", ""), seen_elsewhere=12, **NEW),
    "one other title for all": answer("Welcome to the new Harbour Post", TEASER, seen_elsewhere=4),
}

PARKED = {
    "for sale": answer("harbourpost.example is for sale", "The domain harbourpost.example may be for sale. Click here to inquire.", **NEW),
    "its name is its title": answer("harbourpost.example", "This domain may be for sale!", html("harbourpost.example", '<script src="https://img.sedoparking.com/js/x.js"></script>'), **NEW),
    "Sedo": answer("harbourpost.example - This website is for sale! - harbourpost Resources and Information.", "This website is for sale!", **NEW),
    "Bodis": answer("harbourpost.example", None, html("harbourpost.example", '<script>window.park="eyJ1dWlkIjoi"</script><script src="/bxyz.js"></script>'), **NEW),
    "ParkingCrew": led("http://ww25.harbourpost.example/2023?subid1=20230501", "harbourpost.example", None, html("harbourpost.example", '<script src="//d38psrni17bvxu.cloudfront.net/x"></script>parkingcrew.net'), **NEW),
    "a lander": led("https://harbourpost.example/lander", None, None, html(None, '<script>window.onload=function(){window.location.href="/lander"}</script>'), **NEW),
    "GoDaddy": answer("harbourpost.example", "This Web page is parked FREE, courtesy of GoDaddy.com.", **NEW),
    "Namecheap": answer("Registrant WHOIS contact information verification", "This domain has recently been registered with Namecheap. Parked domain.", **NEW),
    "HugeDomains": led("https://www.hugedomains.com/domain_profile.cfm?d=harbourpost.example", "HarbourPost.example is for sale | HugeDomains", **NEW),
    "Dan": led("https://dan.com/buy-domain/harbourpost.example?redirected=true", "The domain name harbourpost.example is for sale", **NEW),
    "Afternic": led("https://www.afternic.com/forsale/harbourpost.example?utm_source=TDFS", "harbourpost.example is for sale", **NEW),
    "expired": answer("Domain expired", "This domain has expired. If you are the owner, please contact your registrar.", **NEW),
    "suspended": answer("Account Suspended", "This account has been suspended. Contact your hosting provider for more information.", **NEW),
    "a fresh server": answer("Welcome to nginx!", "If you see this page, the nginx web server is successfully installed and working.", **NEW),
    "a fresh Apache": answer("Apache2 Ubuntu Default Page: It works", None, html("Apache2 Ubuntu Default Page: It works", "<p>This is the default welcome page used to test the correct operation of the Apache2 server"), **NEW),
    "coming soon": answer("Coming Soon", "Our website is under construction. Check back soon!", **NEW),
    "a folder": answer("Index of /2023/05", None, html("Index of /2023/05", "<h1>Index of /2023/05</h1><pre>Parent Directory"), **NEW),
    "a casino moved in": answer("Situs Slot Gacor Online Terpercaya Gampang Maxwin", "Daftar situs judi slot online terpercaya dengan bonus new member.", busy("Situs Slot Gacor", "<p>slot gacor</p>")),
    "a casino moved in, in English": answer("Best Online Casino Bonus 2024 - No Deposit Free Spins", "Play slots at the best online casinos with free spins.", busy("Best Online Casino", "<p>casino")),
    "a casino moved in, nothing known": answer("Best Online Casino Bonuses and Free Spins", "Claim your no deposit bonus at the top online casinos.", final_url=HOST + "/", **NEW),
    "a pharmacy moved in": answer("Buy Cheap Viagra Online Without Prescription", "Order generic cialis and viagra with free shipping"),
    "a stranger's host": led("https://lucky-wins.example/promo?aff=77", "Lucky Wins", "Register now for your welcome bonus", **NEW),
}

MOVED = {
    "home": led("/", "Harbour Post", TEASER, **NEW),
    "home, with a word in its query": led("/?ref=gone", "Harbour Post - News from the coast", TEASER, **NEW),
    "home of a language": led("/en-gb/", "Harbour Post", TEASER, **NEW),
    "home, a file": led("/index.php", "Harbour Post", TEASER),
    "home of another host": led("https://www.coastgroup.example/", "Coast Group", TEASER, **NEW),
    "a section": led("/news/", "News", "The latest news", **NEW),
    "the section above": led("/2023/05/", "May 2023 - Harbour Post", TEASER, **NEW),
    "a tag": led("/tag/lighthouses", "Lighthouses Archives - Harbour Post", TEASER, **NEW),
    "a category": led("/category/local-news/", "Local news", TEASER),
    "a topic, in German": led("/thema/leuchttuerme/", "Alles zum Thema Leuchttürme", **NEW),
    "a search": led("/search?q=town+restores+old+lighthouse", "Search results", TEASER, **NEW),
    "an archive": led("/archive/", "Archive", TEASER, **NEW),
    "an author's page": led("/author/jane-doe/", "Jane Doe, Author at Harbour Post", "Jane writes about the coast.", **NEW),
    "another article": led("/2024/02/ferry-strike-enters-its-third-week", "Ferry strike enters its third week", "Crews and owners talk."),
    "another article, nothing known": led("/2024/02/ferry-strike-enters-its-third-week", "Ferry strike enters its third week", "Crews and owners talk.", **NEW),
    "another host's article": led("https://inlandnews.example/ten-best-phone-plans", "The ten best phone plans", "Compare them.", **NEW),
    "an error page": led("/404", "Harbour Post", TEASER, **NEW),
    "an error page with the path": led("/error?aspxerrorpath=/2023/05/town-restores-old-lighthouse", "Error", **NEW),
    "a page of the app": led("/download-our-app", "Get the Harbour Post app", "Read on the go", **NEW),
    "the newsletter": led("/newsletters", "Newsletters", "Sign up for our newsletters"),
}

BAD = {
    f"{group}: {name}": case
    for group, cases in {
        "challenge": CHALLENGES,
        "consent": CONSENT,
        "login": LOGINS,
        "gone": GONE,
        "fault": FAULTS,
        "parked": PARKED,
        "moved": MOVED,
    }.items()
    for name, case in cases.items()
}
