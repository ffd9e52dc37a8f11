"""How walls and error pages are called, and what they say, in the web's languages. Data.

All is written as `plain` writes it: small letters, no apostrophes, single blanks. A title is a wall's when nothing but
such names, words that fill (`FILLERS`) and its host's own name is in it; so these names need not foresee all wordings.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_APOSTROPHES = re.compile(r"['’‘`´\u00ad\u200b]")
_WORD = re.compile(r"\w+")


def plain(text: str) -> str:
    """Words in small letters, one blank between them: "Can’t be found!" is "cant be found"."""
    return " ".join(words(text))


def words(text: str) -> list[str]:
    return _WORD.findall(_APOSTROPHES.sub("", text.casefold()))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(plain(line) for part in text.strip().splitlines() for line in part.split("|") if line.strip())


# Names by which a title tells a wall. Where one page has names of two kinds, the first kind is told.
NAMES = {
    "challenge": _lines("""
        just a moment | one moment | attention required | please wait | one more step | security check | security challenge
        security checkpoint | security verification | captcha | robot check | bot check | human check | human verification
        are you a robot | are you human | are you a human | are you not a robot | not a robot | not a bot | you are human
        verify you are human | robot challenge screen | client challenge | challenge validation | browser check | ddos guard
        ddos protection | validate user | validation request | pardon our interruption | access denied | access blocked
        denied | has been denied | been blocked | been limited | request rejected | request blocked | blocked request
        unusual traffic | unusual activity | enable javascript | javascript is disabled | javascript is required
        javascript required | checking your browser | checking if the site connection is secure | checking connection
        website firewall | web application firewall | being redirected | restrict access | cookie absent | cookies disabled
        enable cookies | verifying your browser | verifying you are human | verifying connection | restricted access
        einen moment | sicherheitsüberprüfung | sicherheitsabfrage | zugriff verweigert | zugriff blockiert | roboter
        un instant | un moment | vérification de sécurité | accès refusé | accès bloqué | êtes vous un robot | verification de securite
        un momento | verificación de seguridad | acceso denegado | acceso bloqueado | um momento | acesso negado
        verificação de segurança | attendere prego | accesso negato | verifica di sicurezza | een ogenblik geduld
        toegang geweigerd | вы не робот | подтвердите что вы не робот | доступ запрещен | доступ ограничен | проверка безопасности
        проверка браузера | bir dakika lütfen | erişim engellendi | chwileczkę | dostęp zabroniony | odmowa dostępu
        しばらくお待ちください | アクセスが拒否されました | 请稍候 | 安全验证 | 人机验证 | 访问被拒绝 | 잠시만 기다려 | 잠시만 기다리십시오
        confirm you are human | confirm youre human | prove you are human | prove youre human | prove youre not a robot | bot or not
        youre not a robot | youre not a bot | youre human | security measure | anti bot | bot protection | bot detected | could not be satisfied
        is blocked | was blocked | are blocked | site blocked | ip blocked | been banned | are banned | access restricted | unauthorized activity
        suspicious activity | bitte warten | warten sie | browser wird überprüft | sind sie ein mensch | verificando que usted es humano
        eres un robot | eres humano | não sou um robô | je ne suis pas un robot | sei un robot | ben je een robot | ой | jeste robotem
        pomiń weryfikację | ověření | robot değilim | ロボットではありません | 验证码 | 보안 확인 | no javascript | cookies required
    """),
    "not-found": _lines("""
        404 | 410 | not found | not be found | cant be found | cannot be found | wasnt found | isnt found | nothing found
        nothing was found | no results | no results found | no result | doesnt exist | does not exist | no longer exist
        no longer exists | dont exist | didnt exist | not exist | no longer available | not available | isnt available
        is unavailable | page unavailable | content unavailable | article unavailable | video unavailable | item unavailable
        cant find | cannot find | couldnt find | could not find | unable to find | page missing | missing page | page gone
        page has moved | has been removed | was removed | been deleted | was deleted | been moved | has expired | page error
        lost | dead link | broken link | no title found | no longer here | isnt here | not here | nothing here | no such page
        nicht gefunden | existiert nicht | nicht vorhanden | nicht verfügbar | fehler 404 | nicht mehr verfügbar
        introuvable | non trouvée | non trouvé | pas été trouvée | nexiste pas | nexiste plus | erreur 404 | indisponible
        no encontrada | no encontrado | no existe | no se encuentra | no se ha encontrado | no disponible | não encontrada
        não encontrado | não existe | non trovata | non trovato | non esiste | non disponibile | niet gevonden | bestaat niet
        niet beschikbaar | kunde inte hittas | hittades inte | finns inte | ikke fundet | findes ikke | ikke funnet
        finnes ikke | fant ikke | ei löytynyt | ei löydy | ei ole olemassa | nie znaleziono | nie została znaleziona | nie istnieje
        nenalezena | nebyla nalezena | neexistuje | sa nenašla | nem található | nem létezik | nu a fost găsită | nu există
        не найдена | не найдено | не найден | не существует | не знайдено | не знайдена | не е намерена | bulunamadı
        mevcut değil | δεν βρέθηκε | δεν υπάρχει | tidak ditemukan | không tìm thấy | không tồn tại | غير موجودة | غير موجود
        לא נמצא | לא נמצאה | یافت نشد | ページが見つかりません | 見つかりませんでした | 存在しません | 页面不存在 | 找不到页面
        未找到 | 找不到網頁 | 頁面不存在 | 无法找到 | 찾을 수 없습니다 | 존재하지 않는 | ไม่พบหน้า | पृष्ठ नहीं मिला
        niet worden gevonden | could not be located | no article found | undefined | untitled document | invalid url
        is gone | been taken down | taken down | cannot be displayed | cant be displayed | cant be reached | cannot be reached | went missing
        isnt available right now | not available right now | page expired | article expired | link expired | no such file | not valid
        existiert leider nicht | konnte nicht gefunden werden | gibt es nicht | gibt es nicht mehr | nest plus disponible | nest pas disponible
        nest plus en ligne | ya no existe | ya no está disponible | já não existe | não está disponível | non è disponibile
        non è stata trovata | non è più disponibile | niet meer beschikbaar | finns inte längre | kan inte hittas | findes ikke længere
        kan ikke finnes | ble ikke funnet | blev ikke fundet | nie ma takiej strony | nie została odnaleziona | nie odnaleziono
        strona nie istnieje | nebyl nalezen | nenalezeno | nem elérhető | nu a fost găsit | удалена | удалено | больше не доступна | недоступна | недоступен
        bulunmuyor | artık mevcut değil | không có sẵn | 削除されました | 已删除 | 삭제된
    """),
    "login": _lines("""
        log in | login | sign in | signin | sign up | log into | log on | logon | create account | create an account | register
        members only | member login | private site | private blog | login required | authentication required
        authorization required | join now | anmelden | anmeldung | einloggen | registrieren | connexion | se connecter
        identifiez vous | iniciar sesión | inicia sesión | acceder | entrar | fazer login | accedi | accesso | inloggen
        aanmelden | logga in | log ind | logg inn | kirjaudu | kirjaudu sisään | zaloguj | zaloguj się | logowanie | přihlášení
        přihlásit se | bejelentkezés | autentificare | войти | вход | авторизация | увійти | giriş yap | oturum aç | σύνδεση
        masuk | đăng nhập | تسجيل الدخول | התחברות | ログイン | 登录 | 登入 | 로그인
        log into your account | restricted content | private content | private profile | protected content | protected page | enter password
        privater blog | nur für mitglieder | réservé aux membres | solo para miembros | контент недоступен без входа | invitation only
    """),
    "paywall": _lines("""
        subscribe to read | subscribe to continue | subscribe to continue reading | subscribe now | subscription required
        subscribers only | subscriber exclusive | subscribe | choose your plan | become a member | subscription options
        abonnieren | abonnement | suscríbete | abbonati | assine | abonneren | prenumerera
    """),
    "consent": _lines("""
        before you continue | cookie consent | cookie settings | cookie policy consent | cookie preferences | cookie wall
        cookie notice | privacy consent | privacy settings | privacy choices | privacy gate | your privacy | gdpr consent
        we value your privacy | consent | consent required | manage consent | bevor sie zu | weitergehen | datenschutzeinstellungen
        cookie einstellungen | zustimmung | einwilligung | avant de continuer | avant daccéder à | gestion des cookies
        paramètres de confidentialité | antes de continuar | configuración de cookies | prima di continuare | voordat je verdergaat
        voordat je verder gaat | cookies toestaan | cookies accepteren | cookie instellingen | innan du fortsätter
        part of the yahoo family of brands | teil der yahoo markenfamilie | quelques étapes avant | zanim przejdziesz
        vie privée | votre vie privée | einwilligung erforderlich | zustimmung erforderlich | wir brauchen ihre einwilligung | ihre privatsphäre
        respect de votre vie privée | rispetto della tua privacy | la tua privacy | tu privacidad | su privacidad | sua privacidade
        uw privacy | jouw privacy | je privacy | din integritet | twoja prywatność | vaše soukromí | ваша конфиденциальность
        accept cookies | cookies op | cookie toestemming | data consent | your choices
    """),
    "geo": _lines("""
        not available in your country | not available in your region | unavailable in your country | unavailable in your region
        not available in your location | not available in your area | unavailable in your location | outside your region
        unavailable for legal reasons | unavailable due to legal reasons | 451 | our european visitors are important to us
        european visitors | country blocked | region blocked | geo blocked | geoblocked | not available in europe
        nicht in ihrem land verfügbar | in deinem land nicht verfügbar | non disponible dans votre pays
        no disponible en tu país | no disponible en su país | não disponível no seu país | non disponibile nel tuo paese
        not available where you are | only available in | only works in | not accessible in your country | not supported in your country | is not available in your country
    """),
    "error": _lines("""
        500 | 501 | 502 | 503 | 504 | 520 | 521 | 522 | 523 | 524 | 525 | 403 | 429 | 400 | gateway time out | gateway timeout
        bad gateway | bad request | server error | service unavailable | temporarily unavailable | unavailable | forbidden
        error | errors | an error occurred | error occurred | exception has occurred | oops | whoops | something went wrong
        something broke | went wrong | this is awkward | too many requests | rate limited | application error | runtime error
        database error | error establishing a database connection | critical error | unexpected error | technical difficulties
        fehler | ein fehler ist aufgetreten | serverfehler | erreur | une erreur est survenue | erreur serveur | se ha producido un error
        error del servidor | ocorreu um erro | erro | errore | errore del server | er ging iets mis | fout | ett fel uppstod
        noe gikk galt | noget gik galt | wystąpił błąd | błąd | chyba | ошибка | произошла ошибка | помилка | hata | bir hata oluştu
        エラー | エラーが発生しました | 出错了 | 错误 | 오류
        backend fetch failed | server is down | web server is down | fatal error | internal error | connection timed out | origin is unreachable
        guru meditation | invalid request | unhandled exception | stack trace | qualcosa è andato storto | algo salió mal | algo deu errado
        etwas ist schiefgelaufen | quelque chose sest mal passé | coś poszło nie tak | něco se pokazilo | что то пошло не так | server not responding
    """),
    "maintenance": _lines("""
        maintenance | under maintenance | down for maintenance | maintenance mode | scheduled maintenance | be right back
        be back soon | back soon | back shortly | temporarily down | temporarily offline | upgrade in progress | wartung
        wartungsarbeiten | wartungsmodus | en maintenance | en mantenimiento | mantenimiento | em manutenção | manutenção
        in manutenzione | manutenzione | onderhoud | in onderhoud | underhåll | vedligeholdelse | vedlikehold | huoltokatko
        przerwa techniczna | údržba | karbantartás | технические работы | техническое обслуживание | bakım çalışması
        メンテナンス中 | メンテナンス | 维护中 | 系统维护 | 점검 중
        right back | maintenance in progress | we are updating | were updating | well be back | site offline | website offline | currently offline
    """),
    "parked": _lines("""
        for sale | domain for sale | domain is for sale | domain name | may be for sale | parked domain | domain parked
        domain parking | buy this domain | domain expired | domain has expired | expired domain | domain not configured
        account suspended | website suspended | site suspended | suspended | account has been suspended | future home of
        coming soon | under construction | launching soon | welcome to nginx | default page | default web site page
        default website page | test page | it works | site not found | no such app | website is not configured
        whois contact information verification | domain verification | index of | parent directory | hello world
        domain zu verkaufen | zum verkauf | domaine à vendre | dominio en venta | dominio in vendita | domein te koop
        домен продается | домен продаётся | website expired | store unavailable | shop unavailable | bandwidth limit exceeded
        domain has been registered | domain name has been registered | website expired | domain default page | is available for purchase
        domain available | domain is available | something quite cool | under new management | your new site | web hosting | not configured
    """),
}

FILLERS = frozenset(
    words("""
    a an and or the this that these it its we us our you your i my me to of on in at by for from with is are was were be been
    being has have had not no will would can could seems looks like there here now please sorry oh uh ooh hmm hm ah well dear
    page pages file files document directory article content url link resource item post product video image story news topic
    thread site website web webpage server host http https status code message id requested request required requires
    while if before accessing connection secure accessing access accessed limited owner administrator use using used using
    youre looking look looked what who where requested invalid moment seconds few continue continuing back soon shortly
    moved removed deleted expired any more longer again later try home go get read reading all full article account accounts
    password free own temporarily currently permanently internal temporary scheduled due some time happened side client
    happens google search ubuntu apache2 apache nginx iis centos windows debian redhat test registrant domain name linux
    browser checking verify verifying checked making make sure service firewall sucuri cloudflare vercel
    lets let right now via person real slide confirm prove need needs data inquire sale purchase reach reached loading
    way back yet sadly unfortunately gone sure seem anywhere around down up hey huh yikes hi hello where whatever were
    ein unser unsere uns brauchen nur noch leere retour notre notres nous volver inicio tu qualcosa andato storto è la tua priorità nostra
    por favor usted es y nie takiej została adresem ой вы что то не так у нас
    welcome today enter join up new user users member members customer subscriber subscribers digital sign log
    die der das den dem des ein eine diese dieser dieses seite ist sind wurde wurden konnte leider hoppla ups nicht mehr und oder
    bitte nur warten sie ihr ihre ihrem zu zur zum dass kein keine artikel inhalt datei wird auf
    la le les un une ce cette page est nest pas plus na été désolé désolée oups ou et votre vous à au de du des article contenu
    el los las una esta este página pagina sitio lo sentimos sentimos ha sido se no su tu contenido artículo ups vaya
    o os as um uma esta desculpe foi ops seu sua conteúdo artigo il lo gli questa questo spiacenti siamo stata sito articolo
    het een deze helaas oeps werd blev blev ble kon niet van je uw artikel sida sidan tyvärr hoppsan du en ett den det siden desværre
    beklager artikkelen artiklen på sivu sivua valitettavasti hakemaasi strona stronę strony przepraszamy ups niestety tej
    stránka stránku omlouváme bohužel az oldal sajnos pagina ne pare rău страница страницу страница к сожалению упс сайт сторінку
    сторінка страницата sayfa üzgünüz aradığınız η σελίδα συγγνώμη halaman maaf yang anda cari trang xin lỗi الصفحة عذرا عذراً
    הדף הסליחה صفحه ページ 页面 페이지를 お探しの 抱歉 您访问的
    """)
)

# What walls say in their text. Long enough that hardly any article has them in its first lines.
SAYINGS = {
    "challenge": _lines("""
        enable javascript | enable js | activate javascript | javascript is disabled | javascript is not available
        javascript is required | turn on javascript | you need to enable javascript | doesnt work properly without javascript
        checking your browser | checking the site connection | checking if the site connection | verifying your browser
        disable any ad blocker | complete the security check | security check to access | complete the captcha
        solve the captcha | solve this captcha | verify you are human | verify that you are human | verify youre human
        verify that youre not a robot | verify you are not a robot | confirm you are human | confirm you are a human
        confirm that you are | youre not a robot | you are not a robot | youre a robot | you were a bot | you are a bot | youre a bot
        enter the characters you see | press hold | you have been blocked | been blocked | unable to access this site
        your access to this site | your access to this service | access to this page has been denied | dont have permission to access
        do not have permission to access | incident id | your support id | ray id | reference id | event id
        unusual traffic | unusual activity | suspicious activity | automated requests | automated access | automated queries
        request is being verified | review the security of your connection | protect itself from online attacks
        against scraping | bot protection | ddos protection | generated by wordfence | sucuri website firewall
        just a moment | your browser does not accept cookies | browser is not accepting cookies | cookies are disabled
        enable cookies | proof of work | requested url was rejected | contact the site owner | wait while we verify
        wait while your request | access denied | activer javascript | activez javascript | nêtes pas un robot
        javascript aktivieren | aktivieren sie javascript | kein roboter | habilite javascript | habilita javascript
        no eres un robot | no es un robot | não é um robô | attiva javascript | abilita javascript | non sei un robot
        geen robot | включите javascript | не робот | автоматические | 人間であることを確認 | javascriptを有効 | 启用javascript
        启用 javascript | 不是机器人 | 로봇이 아닙니다
        real person | slide to verify | banned your access | security of your connection | using automation tools | request blocked | request has been blocked
        security system | security plugin | waiting for verification | wait for verification | before proceeding | confirm youre human | prove you are human
        prove that you are human | browser wird überprüft | überprüfen ihren browser | habilite javascript | запросы с вашего ip | requests from your ip
        requests coming from your | from your ip address | from your network | a few seconds | only take a moment | wont take long | be redirected
        few seconds | automatisch weitergeleitet | browsers signature | malicious bots | bot traffic | non human | security solution
    """),
    "not-found": _lines("""
        page not found | could not be found | couldnt be found | cannot be found | cant be found | was not found on this server
        page you are looking for | page youre looking for | page you were looking for | page that youre looking for
        page you requested | requested page | content you requested | content youre looking for | article you are looking for
        article youre looking for | not the web page you are looking for | cant find the page | cant find that page
        couldnt find the page | couldnt find that page | could not find the page | cant seem to find
        nothing was found | nothing found | error code 404 | error 404 | 404 error | no longer available | no longer exists
        page doesnt exist | page does not exist | does not exist | doesnt exist | may have been removed | may have been moved
        has been removed | was removed | has been deleted | was deleted | has been moved or deleted | nothing matched your search
        refining your search | maybe try a search | theres nothing here | there isnt a | link you followed may be broken
        account has been terminated | we looked everywhere | mistyped the address | check the url | broken link | outdated link
        nicht gefunden | existiert nicht | nicht mehr verfügbar | gesuchte seite | angeforderte seite | page que vous recherchez
        page demandée | nexiste pas | na pas été trouvée | nexiste plus | introuvable | página que busca | página que buscas
        página solicitada | no se ha encontrado | no existe | no se encuentra | página que você | não foi encontrada | não foi encontrado | não existe
        pagina che stai cercando | pagina che cerchi | pagina richiesta | non esiste | non è stata trovata | pagina die je zoekt
        pagina die u zoekt | niet gevonden | bestaat niet | sidan du söker | finns inte | hittades inte | ikke finde siden
        findes ikke | fant ikke siden | siden du leter etter | finnes ikke | ei löydy | ei löytynyt | której szukasz | nie istnieje
        nie została znaleziona | nebyla nalezena | neexistuje | nem található | nu a fost găsită | nu a fost găsit | страница не найдена
        не найдена | не существует | була видалена | не знайдено | bulunamadı | δεν υπάρχει | δεν βρέθηκε | tidak ditemukan
        không tìm thấy | غير موجودة | 見つかりません | 存在しません | 不存在 | 已被删除 | 찾을 수 없습니다
        couldnt find | could not find | cant find what | isnt here | not be found | nothing to see here | theres nothing here | currently exist at this address
        broken or the page | the owner only shared it | page may have | url may be | no longer on | has expired | hier gibt es nichts
        retour à laccueil | page nest | página solicitada no | pagina richiesta non | non è disponibile | possibile che | vuelve a la portada | volver al inicio
        bestaat niet meer | ben je op zoek | wróć na stronę główną | błąd 404 | вернуться на главную | url をご確認 | urlをご確認 | 访问的页面 | 요청하신 페이지
        copyright reasons | gone missing | went wrong with the link | go to the homepage | back to the homepage | return to the homepage | back to home | head back
    """),
    "login": _lines("""
        log in to continue | login to continue | sign in to continue | log in to facebook | log in to start | login to linkedin
        log in or sign up | please log in | please login | please sign in | you must log in | you must be logged in
        you need to log in | need to be logged in | sign in with google | sign in with email | sign in to check | forgot password
        forgot your password | forgotten password | remember me | dont have an account | request access | currently private
        password protected | manage your professional identity | bitte melden sie sich an | passwort vergessen
        identifiez vous | connectez vous | mot de passe oublié | inicia sesión | olvidaste tu contraseña | esqueceu a senha
        password dimenticata | wachtwoord vergeten | glömt lösenord | забыли пароль | войдите | パスワードをお忘れ | 忘记密码
        you must be logged in | log in or register | log into facebook | login or register | to view this content | create a free account | create an account | free account to
        nur für eingeladene | eingeladene leser | invited readers only | only open to invited | log in or sign | enter your email address to
        see posts photos and more | already have an account | sign up to see | join now to
    """),
    "paywall": _lines("""
        subscribe to unlock | subscribe to continue | subscribe to read | to continue reading | to keep reading | keep reading subscribe
        already a subscriber | choose your plan | choose the plan | subscribers only | unlimited access | unlimited digital access
        start your free trial | become a subscriber | jetzt abonnieren | déjà abonné | réservé aux abonnés | ya eres suscriptor
    """),
    "consent": _lines("""
        we use cookies | uses cookies | we value your privacy | accept all | reject all | accept cookies
        store and or access information on a device | our partners | manage your choices | cookie preferences | verwenden wir cookies
        cookies zustimmen | zustimmung | alle akzeptieren | mit werbung und cookies | pur abo | nous utilisons des cookies
        accepter tout | tout accepter | utilizamos cookies | usamos cookies | aceptar todo | aceitar todos | utilizziamo i cookie
        accetta tutto | wij gebruiken cookies | we gebruiken cookies | cookie instellingen | cookies accepteren | vi använder cookies
        używamy plików cookie | используем файлы cookie
        cookies akzeptieren | mit ihrer zustimmung | ihre zustimmung | ihre einwilligung | avec votre accord | nos partenaires | nuestros socios
        nossos parceiros | i nostri fornitori | i nostri partner | onze partners | gebruikt cookies | våra partners | tracking oder nutzen
        con tu consentimiento | com o seu consentimento | con il tuo consenso | met jouw toestemming | nasi partnerzy
    """),
    "geo": _lines("""
        not available in your | unavailable in your | isnt available in your | available in your country | available in your region
        from your location | in your location | your geographic location | european economic area | visitors from the european
        gdpr | data protection regulation | unavailable to visitors | cannot grant you access | licensing restrictions | for legal reasons
        in ihrem land | in deinem land | dans votre pays | en tu país | en su país | no seu país | nel tuo paese | in uw land
        rights issues | rights restrictions | not available where you are | where you are | only available in | outside the | geo blocked
    """),
    "error": _lines("""
        an error occurred | error has occurred | error occurred | unexpected error | critical error | please try again later
        try again later | something went wrong | error establishing a database connection | server error in | internal server error
        server is temporarily | temporarily unable | temporarily unavailable | service unavailable | bad gateway | gateway time out
        client side exception | could not be served | too many requests | technical difficulties | ist ein fehler aufgetreten
        später erneut | une erreur est survenue | réessayer plus tard | inténtelo de nuevo más tarde | se ha producido un error
        ocorreu um erro | si è verificato un errore | произошла ошибка | попробуйте позже
        server encountered | internal error | backend fetch failed | guru meditation | not returning a connection | server is temporarily busy
        uncaught error | fatal error | stack trace | application error | configuration error | bad gateway | error 5
    """),
    "maintenance": _lines("""
        scheduled maintenance | under maintenance | down for maintenance | performing maintenance | performing some maintenance
        undergoing maintenance | be back soon | be back shortly | be back online | be right back | check back in a minute
        check back soon | check back later | gerade gewartet | bald wieder | wartungsarbeiten | en maintenance | de retour bientôt
        mantenimiento | volveremos pronto | manutenção | voltaremos | manutenzione | torneremo | onderhoud | технические работы
        up and running | little update | making improvements | some improvements | routine maintenance | maintenance work | temporarily offline | temporarily down
    """),
    "parked": _lines("""
        domain may be for sale | domain is for sale | may be for sale | website is for sale | buy this domain | parked free
        this domain has expired | this domain is parked | parked domain | domain has recently been registered
        recently been registered | contact your registrar | contact your hosting provider | account has been suspended
        website is under construction | under construction | web server is successfully installed | default welcome page
        test the correct operation | related searches | courtesy of godaddy | inquire about this domain | get this domain
        domain name has been registered | github pages site | domain zu verkaufen | domaine est à vendre | домен продается
        first and best source | full domain details | available for purchase | own this domain | purchase this domain | web hosting is not configured
        website has expired | domain name is | if youre the site owner | if you are the site owner | are the owner of this | hosting provider
        your first post | website coming soon | launch this site
    """),
}

# What moves into an abandoned domain, in title and text alike; no newspaper puts it so.
SPAM = _lines("""
    slot gacor | situs slot | situs judi | judi online | judi slot | slot online | togel | sbobet | bandar | maxwin | link alternatif
    online casino | online casinos | casino online | casino bonus | casino bonuses | free spins | no deposit bonus | welcome bonus
    deposit bonus | sports betting | betting sites | online slots | казино | ставки на спорт | canlı bahis | bahis siteleri | deneme bonusu
    viagra | cialis | without prescription | canadian pharmacy | payday loans | escort | porn | essay writing service | nhà cái
""")

# Titles of lists of articles.
LISTING = re.compile(
    r"(?:tag|category|topic|archives?|author|posts tagged|search(?: results)?(?: for)?|you searched for|results for|label|section"
    r"|kategorie|schlagwort|suchergebnisse|catégorie|categoría|resultados)\s*[:：“\"].{0,200}"
    r"|.{1,80} archives?|.{1,60}, author at .{1,60}|search results"
)


@dataclass(frozen=True, slots=True)
class Table:
    """Phrases by their first words, each with its kind; those of scripts without blanks apart."""

    by_first: Mapping[str, tuple[tuple[str, str], ...]]
    glued: tuple[tuple[str, str], ...]

    def find(self, text: str) -> Iterator[tuple[str, str]]:
        """The phrases in a text that is `plain`, each with its kind."""
        at, padded = 0, text + " "
        for word in text.split():
            for kind, phrase in self.by_first.get(word, ()):
                if padded.startswith(phrase, at) and padded[at + len(phrase)] == " ":
                    yield kind, phrase
            at += len(word) + 1
        if not text.isascii():
            yield from ((kind, phrase) for kind, phrase in self.glued if phrase in text)


def _table(phrases: Mapping[str, tuple[str, ...]]) -> Table:
    by_first: dict[str, list[tuple[str, str]]] = {}
    glued = []
    for kind, told in phrases.items():
        for phrase in told:
            if is_glued(phrase):
                glued.append((kind, phrase))
            else:
                by_first.setdefault(phrase.partition(" ")[0], []).append((kind, phrase))
    return Table({word: tuple(rows) for word, rows in by_first.items()}, tuple(glued))


def is_glued(text: str) -> bool:
    """Whether a text is of a script that does not part its words by blanks alone: Thai, Chinese, Japanese, Korean."""
    return max(text, default="") >= "\u0900"


def _vocabulary(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for phrase in phrases for word in phrase.split()) | FILLERS


VOCABULARY = {kind: _vocabulary(phrases) for kind, phrases in NAMES.items()}
ALL_WORDS = frozenset().union(*VOCABULARY.values())
NAME_TABLE, SAYING_TABLE, SPAM_TABLE = _table(NAMES), _table(SAYINGS), _table({"hijacked": SPAM})
KINDS = tuple(NAMES)
