"""Doors and walls that servers put before an article. Each row is one answer."""

from tests.answers import KNOWN, answer, html, led

CF_NEW = "<script>(function(){window._cf_chl_opt={cvId:'3',cZone:'x'};}());</script>"
CF_OLD = '<div id="cf-wrapper"><div id="cf-error-details"><h1>One more step</h1></div></div>'
DATADOME = (
    "<p>Please enable JS and disable any ad blocker</p><script>var dd={'cid':'A','host':'geo.captcha-delivery.com'}"
)
HUMAN = '<div id="px-captcha"></div><p>Press &amp; Hold to confirm you are a human (and not a bot).</p>'

CHALLENGES = {
    "Cloudflare says so": answer(KNOWN, "Fine.", headers={"CF-Mitigated": "challenge"}, known_title=KNOWN),
    "Cloudflare, new": answer("Just a moment...", None, html("Just a moment...", CF_NEW)),
    "Cloudflare, new, no page at hand": answer("Just a moment...", "Enable JavaScript and cookies to continue"),
    "Cloudflare, new, only the title": answer("Just a moment...", known_title=KNOWN),
    "Cloudflare, in German": answer(
        "Nur einen Moment…", None, html("Nur einen Moment…", CF_NEW), headers={"server": "cloudflare"}
    ),
    "Cloudflare, in French": answer("Un instant…", None, html("Un instant…", CF_NEW), known_title=""),
    "Cloudflare, in Spanish": answer("Un momento…", None, html("Un momento…", CF_NEW), known_title=KNOWN),
    "Cloudflare, in Japanese": answer("しばらくお待ちください...", None, html("しばらくお待ちください...", CF_NEW)),
    "Cloudflare, old": answer("Attention Required! | Cloudflare", None, html("Attention Required!", CF_OLD)),
    "Cloudflare, blocked": answer(
        "Attention Required! | Cloudflare", "Sorry, you have been blocked. You are unable to access this site"
    ),
    "Cloudflare, the five seconds": answer(
        "Just a moment...", "Checking your browser before accessing harbourpost.example."
    ),
    "Cloudflare, error 1020": answer(
        "Access denied | harbourpost.example used Cloudflare to restrict access", None, html("Access denied", CF_OLD)
    ),
    "a record that bears the wall's name": answer(
        "Just a moment...", None, html("Just a moment...", CF_NEW), known_title="Just a moment..."
    ),
    "DataDome": answer("harbourpost.example", None, html("harbourpost.example", DATADOME)),
    "DataDome, with its cookie": answer(
        "harbourpost.example",
        "Please enable JS and disable any ad blocker",
        headers={"set-cookie": "datadome=x; Path=/"},
    ),
    "DataDome, its title alone": answer(
        "harbourpost.example", None, html("harbourpost.example", DATADOME), known_title=KNOWN
    ),
    "HUMAN": answer("Access to this page has been denied", None, html("Access to this page has been denied.", HUMAN)),
    "HUMAN, named by the site": answer(
        "Harbour Post", "Before we continue... Press & Hold to confirm you are a human", html("Harbour Post", HUMAN)
    ),
    "HUMAN, pardon": answer(
        "Pardon Our Interruption", "As you were browsing something about your browser made us think you were a bot."
    ),
    "Akamai denies": answer(
        "Access Denied",
        None,
        html(
            "Access Denied",
            '<H1>Access Denied</H1>You don\'t have permission to access "http://x/" on this '
            "server.<P>Reference #18.2d3f",
        ),
    ),
    "Akamai challenges": answer(
        None, None, html(None, '<div id="sec-if-cpt-container"></div><script src="/_sec/cp_challenge/x.js"></script>')
    ),
    "Akamai behind a bare page": answer(
        "Challenge Validation",
        None,
        html("Challenge Validation", '<div id="sec-if-cpt-container">'),
        headers={"set-cookie": "_abck=1; x"},
    ),
    "Imperva's frame": answer(
        None,
        None,
        html(
            None,
            '<iframe src="/_Incapsula_Resource?CWUDNSAI=9">Request unsuccessful. Incapsula incident ID: 12-34</iframe>',
        ),
    ),
    "Imperva, told as an excerpt": answer(
        "Harbour Post", "Request unsuccessful. Incapsula incident ID: 877000280", headers={"x-iinfo": "1-2-3"}
    ),
    "Imperva rejects": answer(
        "Request Rejected",
        "The requested URL was rejected. Please consult with your administrator. Your support ID is: 123",
    ),
    "Kasada": answer(
        None,
        None,
        html(None, "<script>window.KPSDK={};KPSDK.now=Date.now</script><script src='/149e/ips.js'></script>"),
    ),
    "AWS WAF": answer(
        "",
        None,
        html(
            "",
            "<script>window.gokuProps={key:'a'}</script><div id='challenge-container'></div>"
            "<noscript><h1>JavaScript is disabled</h1>In order to continue, we need to verify that "
            "you're not a robot.</noscript>",
        ),
    ),
    "AWS WAF says so": answer("Human Verification", headers={"x-amzn-waf-action": "captcha"}),
    "AWS WAF, by its title": answer(
        "Human Verification", None, html("Human Verification", "<script>window.awsWafCookieDomainList=[]</script>")
    ),
    "Sucuri": answer(
        "Sucuri WebSite Firewall - Access Denied", "Access Denied - Sucuri Website Firewall. If you are the site owner"
    ),
    "Sucuri, being redirected": answer(
        "You are being redirected...",
        None,
        html(
            "You are being redirected...",
            "<noscript>Javascript is required. Please enable javascript before you are allowed to "
            "see this page.</noscript>",
        ),
    ),
    "SiteGround": answer(
        "Robot Challenge Screen",
        None,
        html(
            "Robot Challenge Screen",
            "Checking the site connection security",
            '<meta http-equiv="refresh" content="0;/.well-known/captcha/?r=%2F">',
        ),
    ),
    "SiteGround's redirect": led(
        "/.well-known/sgcaptcha/?r=%2F2023%2F05%2Ftown-restores-old-lighthouse&y=ipc", "Robot Challenge Screen"
    ),
    "DDoS-Guard": answer(
        "DDoS-Guard",
        None,
        html("DDoS-Guard", "<h1>Checking your browser before accessing</h1>"),
        headers={"server": "ddos-guard"},
    ),
    "Fastly": answer(
        "Client Challenge", "JavaScript is disabled in your browser. Please enable JavaScript to proceed."
    ),
    "Vercel": answer("Vercel Security Checkpoint", "We're verifying your browser"),
    "Vercel says so": answer("Harbour Post", headers={"x-vercel-mitigated": "challenge"}),
    "a robot check of a shop": answer(
        "Robot Check", "Enter the characters you see below. Sorry, we just need to make sure you're not a robot."
    ),
    "are you a robot": answer("Are you a robot?", "We've detected unusual activity from your computer network"),
    "its redirect": led("/tosv2.html?vid=&uuid=1&url=LzIwMjM=", "Are you a robot?"),
    "Google is sorry": led(
        "https://www.google.com/sorry/index?continue=https://harbourpost.example/2023",
        "https://harbourpost.example/2023",
        "Our systems have detected unusual traffic from your computer network.",
    ),
    "Wordfence": answer(
        "Your access to this site has been limited by the site owner",
        "Your access to this service has been limited. (HTTP response code 503)",
    ),
    "Wordfence, in words of its own": answer(
        "Your access has been blocked", "Generated by Wordfence. Your computer's time"
    ),
    "a home-made gate": answer("One moment, please...", "Please wait while your request is being verified..."),
    "a home-made question": answer(
        "Verifying you are human", "This may take a few seconds. We need to review the security of your connection."
    ),
    "proof of work": answer(
        "Making sure you're not a bot!",
        "You are seeing this because the administrator of this website has set up a shield against scraping",
    ),
    "a wall in Russian": answer("Вы не робот?", "Подтвердите, что запросы отправляли вы, а не робот"),
    "a wall in French": answer("Vérification de sécurité", "Veuillez activer JavaScript et les cookies pour continuer"),
    "a wall in German": answer("Sicherheitsüberprüfung", "Bitte bestätigen Sie, dass Sie kein Roboter sind"),
    "a shell that needs JavaScript": answer(
        "Harbour Post",
        "You need to enable JavaScript to run this app.",
        html(
            "Harbour Post", '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>'
        ),
    ),
}

CONSENT = {
    "Google's": led(
        "https://consent.google.com/m?continue=https://harbourpost.example/2023/05/town-restores-old-lighthouse&gl=DE",
        "Before you continue to Google Search",
    ),
    "YouTube's, in German": answer(
        "Bevor Sie zu YouTube weitergehen",
        url="https://www.youtube.com/watch?v=abcdefghijk",
        final_url="https://consent.youtube.com/m?continue=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3Dabcdefghijk",
    ),
    "Yahoo's": led(
        "https://guce.yahoo.com/consent?brandType=eu&gcrumb=x&done=https%3A%2F%2Fharbourpost.example%2F2023",
        "Yahoo is part of the Yahoo family of brands",
    ),
    "Yahoo's, another host": led(
        "https://consent.yahoo.com/v2/collectConsent?sessionId=3_cc",
        "Yahoo ist Teil der Yahoo Markenfamilie",
        "Wenn Sie unsere Websites und Apps nutzen, verwenden wir Cookies",
    ),
    "a Dutch publisher's": led(
        "https://myprivacy.dpgmedia.nl/consent?siteKey=x&callbackUrl=https%3A%2F%2Fharbourpost.example",
        "DPG Media Privacy Gate",
    ),
    "a privacy gate of the host": led(
        "/privacy-gate?return=%2F2023%2F05%2Ftown-restores-old-lighthouse", "Harbour Post"
    ),
    "in the page's place": answer(
        "Privacy settings", "We and our 842 partners store and/or access information on a device, such as cookies"
    ),
    "OneTrust over all": answer(
        "Cookie Consent",
        None,
        html(
            "Cookie Consent",
            '<div id="onetrust-consent-sdk"><h2>We value your privacy</h2><button>Accept all</button></div>',
        ),
    ),
    "Sourcepoint, in German": answer(
        "Harbour Post",
        "Um unsere Webseite zu nutzen: Mit Werbung und Cookies lesen oder Pur-Abo abschließen. "
        "Zustimmung jederzeit widerrufbar.",
        html("Harbour Post", '<div id="sp_message_container_1"></div>'),
    ),
    "in French": answer(
        "Avant de continuer", "Nous utilisons des cookies. Accepter tout ou refuser tout.", known_title=KNOWN
    ),
    "in Dutch": answer(
        "Cookies toestaan?",
        "Wij gebruiken cookies. Kies je cookie-instellingen om verder te gaan.",
        html("Cookies toestaan?", "<p>Cookie-instellingen</p>"),
        known_title=KNOWN,
    ),
    "a generic cookie notice": answer(
        "Your privacy choices", "We use cookies to improve your experience. Accept all cookies"
    ),
}

LOGINS = {
    "Facebook": answer(
        "Facebook – log in or sign up",
        "Log in to Facebook to start sharing and connecting with your friends.",
        url="https://www.facebook.com/harbourpost/posts/1234567",
        final_url="https://www.facebook.com/login/?next=https%3A%2F%2Fwww.facebook.com%2Fharbourpost%2Fposts%2F1234567",
    ),
    "Facebook, at the same address": answer(
        "Log in to Facebook",
        "Log in to Facebook to start sharing and connecting with your friends, family and people you know.",
        url="https://www.facebook.com/story.php?id=9",
        final_url="https://www.facebook.com/story.php?id=9",
    ),
    "LinkedIn": answer(
        "Sign Up | LinkedIn",
        "750 million+ members | Manage your professional identity.",
        url="https://www.linkedin.com/pulse/x-y-z",
        final_url="https://www.linkedin.com/authwall?trk=gf&original_referer=&sessionRedirect=https%3A%2F%2Fwww."
        "linkedin.com%2Fpulse%2Fx-y-z",
    ),
    "LinkedIn, the old way": answer(
        "LinkedIn Login, Sign in | LinkedIn",
        "Login to LinkedIn to keep in touch with people you know",
        url="https://www.linkedin.com/in/x",
        final_url="https://www.linkedin.com/uas/login?session_redirect=x",
    ),
    "Instagram": answer(
        "Login • Instagram",
        "Welcome back to Instagram. Sign in to check out what your friends have been capturing",
        url="https://www.instagram.com/p/Cabc/",
        final_url="https://www.instagram.com/accounts/login/?next=/p/Cabc/",
    ),
    "X": answer(
        "Log in to X / X",
        None,
        html("Log in to X / X", "<noscript>JavaScript is not available.</noscript>"),
        url="https://x.com/i/status/17",
        final_url="https://x.com/i/flow/login?redirect_after_login=%2Fi%2Fstatus%2F17",
    ),
    "X without JavaScript": answer(
        "X",
        "JavaScript is not available. We’ve detected that JavaScript is disabled in this browser.",
        url="https://x.com/a/status/17",
        final_url="https://x.com/a/status/17",
    ),
    "Medium": answer(
        "Sign in - Medium",
        "Sign in with Google. Sign in with email.",
        url="https://medium.com/p/abc",
        final_url="https://medium.com/m/signin?redirect=https%3A%2F%2Fmedium.com%2Fp%2Fabc",
    ),
    "WordPress": led(
        "/wp-login.php?redirect_to=https%3A%2F%2Fharbourpost.example%2F2023", "Log In ‹ Harbour Post — WordPress"
    ),
    "a private WordPress": answer(
        "Private Site", "This site is currently private. Log in to WordPress.com to request access."
    ),
    "a protected WordPress article": answer(
        "Protected: Private notes", "This content is password protected. To view it please enter your password below:"
    ),
    "Discourse": led("/login", "Harbour Forum", "Log In"),
    "Discourse, at the same address": answer(
        "Log In - Harbour Forum", None, html("Log In - Harbour Forum", '<input type="password">')
    ),
    "a company's door": led(
        "https://login.microsoftonline.com/common/oauth2/authorize?client_id=00", "Sign in to your account"
    ),
    "Google's door": led(
        "https://accounts.google.com/v3/signin/identifier?continue=https%3A%2F%2Fharbourpost.example",
        "Sign in - Google Accounts",
    ),
    "in German": answer("Anmelden – Harbour Post", "Bitte melden Sie sich an, um fortzufahren. Passwort vergessen?"),
    "in French": answer("Connexion", "Identifiez-vous pour accéder à ce contenu"),
    "in Spanish": led("/iniciar-sesion?volver=/2023", "Iniciar sesión | Harbour Post"),
    "a door with nothing else": answer(
        "Members only", None, html("Members only", '<form><input name="u"><input type="password"></form>')
    ),
    "the FT": answer(
        "Subscribe to read | Financial Times",
        "Keep abreast of significant corporate, financial and political developments around the world.",
        url="https://www.ft.com/content/0aa",
        final_url="https://www.ft.com/content/0aa",
        page=html(
            "Subscribe to read",
            "<h1>Subscribe to unlock this article</h1><p>Try unlimited access. Only $1 for 4 weeks.</p>",
        ),
    ),
    "the WSJ": answer(
        "wsj.com",
        None,
        html("wsj.com", "<p>Please enable JS and disable any ad blocker</p>"),
        url="https://www.wsj.com/articles/harbour-1",
        final_url="https://www.wsj.com/articles/harbour-1",
    ),
    "the NYT": answer(
        "nytimes.com",
        "Please enable JS and disable any ad blocker",
        url="https://www.nytimes.com/2023/05/01/x.html",
        final_url="https://www.nytimes.com/2023/05/01/x.html",
    ),
    "the NYT's account": led(
        "https://myaccount.nytimes.com/auth/login?response_type=cookie&client_id=vi&redirect_uri=https"
        "%3A%2F%2Fharbourpost.example",
        "Log in - The New York Times",
    ),
    "subscribers only": answer(
        "Subscribe to continue reading", "Already a subscriber? Log in. Choose your plan to keep reading."
    ),
    "a redirect to the plans": led(
        "/subscribe/digital?from=article", "Subscribe to the Harbour Post", "Choose the plan that suits you."
    ),
    "an academic publisher": led("/action/cookieAbsent", "Cookie absent", "Your browser does not accept cookies"),
}

WALLS = {
    f"{group}: {name}": case
    for group, cases in {"challenge": CHALLENGES, "consent": CONSENT, "login": LOGINS}.items()
    for name, case in cases.items()
}
