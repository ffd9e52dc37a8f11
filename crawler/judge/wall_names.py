"""How walls, error pages and lists are called, in the web's languages. Data.

A title is a wall's when nothing but such names, words that fill (`FILLERS`) and its host's own name is in it; so these
names need not foresee all wordings.
"""

import re

from crawler.judge.phrases import lines, table, words

# Names by which a title tells a wall. Where one page has names of two kinds, the first kind is told.
NAMES = {
    "challenge": lines("""
        just a moment | one moment | attention required | please wait | one more step | security check
        security challenge | security checkpoint | security verification | captcha | robot check | bot check
        human check | human verification | are you a robot | are you human | are you a human | are you not a robot
        not a robot | not a bot | you are human | verify you are human | robot challenge screen | client challenge
        challenge validation | browser check | ddos guard | ddos protection | validate user | validation request
        pardon our interruption | access denied | access blocked | denied | has been denied | been blocked
        been limited | request rejected | request blocked | blocked request | unusual traffic | unusual activity
        enable javascript | javascript is disabled | javascript is required | javascript required
        checking your browser | checking if the site connection is secure | checking connection | website firewall
        web application firewall | being redirected | restrict access | cookie absent | cookies disabled
        enable cookies | verifying your browser | verifying you are human | verifying connection | restricted access
        einen moment | sicherheitsüberprüfung | sicherheitsabfrage | zugriff verweigert | zugriff blockiert | roboter
        un instant | un moment | vérification de sécurité | accès refusé | accès bloqué | êtes vous un robot
        verification de securite | un momento | verificación de seguridad | acceso denegado | acceso bloqueado
        um momento | acesso negado | verificação de segurança | attendere prego | accesso negato
        verifica di sicurezza | een ogenblik geduld | toegang geweigerd | вы не робот | подтвердите что вы не робот
        доступ запрещен | доступ ограничен | проверка безопасности | проверка браузера | bir dakika lütfen
        erişim engellendi | chwileczkę | dostęp zabroniony | odmowa dostępu | しばらくお待ちください
        アクセスが拒否されました | 请稍候 | 安全验证 | 人机验证 | 访问被拒绝 | 잠시만 기다려 | 잠시만 기다리십시오
        confirm you are human | confirm youre human | prove you are human | prove youre human
        prove youre not a robot | bot or not | youre not a robot | youre not a bot | youre human | security measure
        anti bot | bot protection | bot detected | could not be satisfied | is blocked | was blocked | are blocked
        site blocked | ip blocked | been banned | are banned | access restricted | unauthorized activity
        suspicious activity | bitte warten | warten sie | browser wird überprüft | sind sie ein mensch
        verificando que usted es humano | eres un robot | eres humano | não sou um robô | je ne suis pas un robot
        sei un robot | ben je een robot | ой | jeste robotem | pomiń weryfikację | ověření | robot değilim
        ロボットではありません | 验证码 | 보안 확인 | no javascript | cookies required | validation required
        verification required | checking your connection | stand by | request has been blocked | traffic detected
        bot traffic | just making sure | zugang verweigert | kein zugriff | accès interdit | acceso restringido
        acceso prohibido | acesso bloqueado | доступ заблокирован | доступ к сайту ограничен | ваш ip заблокирован
        アクセス制限 | 禁止访问 | 访问受限 | suspected phishing | phishing site | suspected malware | phishing warning
        rate limited | you are being rate limited
    """),
    "not-found": lines("""
        404 | 410 | not found | not be found | cant be found | cannot be found | wasnt found | isnt found
        nothing found | nothing was found | no results | no results found | no result | doesnt exist | does not exist
        no longer exist | no longer exists | dont exist | didnt exist | not exist | no longer available
        not available | isnt available | is unavailable | page unavailable | content unavailable | article unavailable
        video unavailable | item unavailable | cant find | cannot find | couldnt find | could not find
        unable to find | page missing | missing page | page gone | page has moved | has been removed | was removed
        been deleted | was deleted | been moved | has expired | page error | lost | dead link | broken link
        no title found | no longer here | isnt here | not here | nothing here | no such page | nicht gefunden
        existiert nicht | nicht vorhanden | nicht verfügbar | fehler 404 | nicht mehr verfügbar | introuvable
        non trouvée | non trouvé | pas été trouvée | nexiste pas | nexiste plus | erreur 404 | indisponible
        no encontrada | no encontrado | no existe | no se encuentra | no se ha encontrado | no disponible
        não encontrada | não encontrado | não existe | non trovata | non trovato | non esiste | non disponibile
        niet gevonden | bestaat niet | niet beschikbaar | kunde inte hittas | hittades inte | finns inte | ikke fundet
        findes ikke | ikke funnet | finnes ikke | fant ikke | ei löytynyt | ei löydy | ei ole olemassa
        nie znaleziono | nie została znaleziona | nie istnieje | nenalezena | nebyla nalezena | neexistuje
        sa nenašla | nem található | nem létezik | nu a fost găsită | nu există | не найдена | не найдено | не найден
        не существует | не знайдено | не знайдена | не е намерена | bulunamadı | mevcut değil | δεν βρέθηκε
        δεν υπάρχει | tidak ditemukan | không tìm thấy | không tồn tại | غير موجودة | غير موجود | לא נמצא | לא נמצאה
        یافت نشد | ページが見つかりません | 見つかりませんでした | 存在しません | 页面不存在 | 找不到页面 | 未找到
        找不到網頁 | 頁面不存在 | 无法找到 | 찾을 수 없습니다 | 존재하지 않는 | ไม่พบหน้า | पृष्ठ नहीं मिला
        niet worden gevonden | could not be located | no article found | undefined | untitled document | invalid url
        is gone | been taken down | taken down | cannot be displayed | cant be displayed | cant be reached
        cannot be reached | went missing | isnt available right now | not available right now | page expired
        article expired | link expired | no such file | not valid | existiert leider nicht
        konnte nicht gefunden werden | gibt es nicht | gibt es nicht mehr | nest plus disponible | nest pas disponible
        nest plus en ligne | ya no existe | ya no está disponible | já não existe | não está disponível
        non è disponibile | non è stata trovata | non è più disponibile | niet meer beschikbaar | finns inte längre
        kan inte hittas | findes ikke længere | kan ikke finnes | ble ikke funnet | blev ikke fundet
        nie ma takiej strony | nie została odnaleziona | nie odnaleziono | strona nie istnieje | nebyl nalezen
        nenalezeno | nem elérhető | nu a fost găsit | удалена | удалено | больше не доступна | недоступна | недоступен
        bulunmuyor | artık mevcut değil | không có sẵn | 削除されました | 已删除 | 삭제된 | somethings missing
        trouble finding | lost in space | nothing to see here | 記事が見つかりません | 文章不存在 | 内容不存在
        記事は削除されました | 기사를 찾을 수 없습니다 | no está disponible | ya no está | wurde gelöscht
        wurde entfernt | a été supprimé | a été supprimée | fue eliminado | fue eliminada | foi removido
        foi removida | è stato rimosso | is verwijderd | har tagits bort | er fjernet | er slettet | został usunięty
        została usunięta | byl odstraněn | удалён | удален | deployment not found | no such key | no such bucket
    """),
    "login": lines("""
        log in | login | sign in | signin | sign up | log into | log on | logon | create account | create an account
        register | members only | member login | private site | private blog | login required
        authentication required | authorization required | join now | anmelden | anmeldung | einloggen | registrieren
        connexion | se connecter | identifiez vous | iniciar sesión | inicia sesión | acceder | entrar | fazer login
        accedi | accesso | inloggen | aanmelden | logga in | log ind | logg inn | kirjaudu | kirjaudu sisään | zaloguj
        zaloguj się | logowanie | přihlášení | přihlásit se | bejelentkezés | autentificare | войти | вход
        авторизация | увійти | giriş yap | oturum aç | σύνδεση | masuk | đăng nhập | تسجيل الدخول | התחברות | ログイン
        登录 | 登入 | 로그인 | log into your account | restricted content | private content | private profile
        protected content | protected page | enter password | privater blog | nur für mitglieder | réservé aux membres
        solo para miembros | контент недоступен без входа | invitation only | already have account | log in or sign up
        melde dich an | bitte anmelden | connectez vous | inicie sesión | faça login | effettua il login
        log in om verder te gaan | password protected | join to unlock | enter using password
    """),
    "paywall": lines("""
        subscribe to read | subscribe to continue | subscribe to continue reading | subscribe now
        subscription required | subscribers only | subscriber exclusive | subscribe | choose your plan
        become a member | subscription options | abonnieren | abonnement | suscríbete | abbonati | assine | abonneren
        prenumerera | choose your subscription | choose subscription | subscribe to keep reading
        already a subscriber | subscriber only | unlock this article | premium content
    """),
    "consent": lines("""
        before you continue | cookie consent | cookie settings | cookie policy consent | cookie preferences
        cookie wall | cookie notice | privacy consent | privacy settings | privacy choices | privacy gate
        your privacy | gdpr consent | we value your privacy | consent | consent required | manage consent
        bevor sie zu | weitergehen | datenschutzeinstellungen | cookie einstellungen | zustimmung | einwilligung
        avant de continuer | avant daccéder à | gestion des cookies | paramètres de confidentialité
        antes de continuar | configuración de cookies | prima di continuare | voordat je verdergaat
        voordat je verder gaat | cookies toestaan | cookies accepteren | cookie instellingen | innan du fortsätter
        part of the yahoo family of brands | teil der yahoo markenfamilie | quelques étapes avant | zanim przejdziesz
        vie privée | votre vie privée | einwilligung erforderlich | zustimmung erforderlich
        wir brauchen ihre einwilligung | ihre privatsphäre | respect de votre vie privée | rispetto della tua privacy
        la tua privacy | tu privacidad | su privacidad | sua privacidade | uw privacy | jouw privacy | je privacy
        din integritet | twoja prywatność | vaše soukromí | ваша конфиденциальность | accept cookies | cookies op
        cookie toestemming | data consent | your choices | privacy manager | privacy center | privacy preferences
        cookie hinweis | cookies | datenschutz | datenschutzhinweis | cookie banner | tracking consent
        cookie information
    """),
    "geo": lines("""
        not available in your country | not available in your region | unavailable in your country
        unavailable in your region | not available in your location | not available in your area
        unavailable in your location | outside your region | unavailable for legal reasons
        unavailable due to legal reasons | 451 | our european visitors are important to us | european visitors
        country blocked | region blocked | geo blocked | geoblocked | not available in europe
        nicht in ihrem land verfügbar | in deinem land nicht verfügbar | non disponible dans votre pays
        no disponible en tu país | no disponible en su país | não disponível no seu país
        non disponibile nel tuo paese | not available where you are | only available in | only works in
        not accessible in your country | not supported in your country | is not available in your country
        from your country | country is not allowed | region is not supported | in ihrem land nicht verfügbar
        in ihrer region nicht verfügbar | nicht in deinem land verfügbar | pas disponible dans votre pays
        pas disponible dans votre région | no está disponible en tu país | no está disponible en su país
        no disponible en tu región | não está disponível no seu país | non è disponibile nel tuo paese
        niet beschikbaar in uw land | недоступен в вашей стране | недоступно в вашем регионе
    """),
    "error": lines("""
        500 | 501 | 502 | 503 | 504 | 520 | 521 | 522 | 523 | 524 | 525 | 403 | 429 | 400 | gateway time out
        gateway timeout | bad gateway | bad request | server error | service unavailable | temporarily unavailable
        unavailable | forbidden | error | errors | an error occurred | error occurred | exception has occurred | oops
        whoops | something went wrong | something broke | went wrong | this is awkward | too many requests
        rate limited | application error | runtime error | database error | error establishing a database connection
        critical error | unexpected error | technical difficulties | fehler | ein fehler ist aufgetreten
        serverfehler | erreur | une erreur est survenue | erreur serveur | se ha producido un error
        error del servidor | ocorreu um erro | erro | errore | errore del server | er ging iets mis | fout
        ett fel uppstod | noe gikk galt | noget gik galt | wystąpił błąd | błąd | chyba | ошибка | произошла ошибка
        помилка | hata | bir hata oluştu | エラー | エラーが発生しました | 出错了 | 错误 | 오류 | backend fetch failed
        server is down | web server is down | fatal error | internal error | connection timed out
        origin is unreachable | guru meditation | invalid request | unhandled exception | stack trace
        qualcosa è andato storto | algo salió mal | algo deu errado | etwas ist schiefgelaufen
        quelque chose sest mal passé | coś poszło nie tak | něco se pokazilo | что то пошло не так
        server not responding | unknown error | returning unknown error
    """),
    "maintenance": lines("""
        maintenance | under maintenance | down for maintenance | maintenance mode | scheduled maintenance
        be right back | be back soon | back soon | back shortly | temporarily down | temporarily offline
        upgrade in progress | wartung | wartungsarbeiten | wartungsmodus | en maintenance | en mantenimiento
        mantenimiento | em manutenção | manutenção | in manutenzione | manutenzione | onderhoud | in onderhoud
        underhåll | vedligeholdelse | vedlikehold | huoltokatko | przerwa techniczna | údržba | karbantartás
        технические работы | техническое обслуживание | bakım çalışması | メンテナンス中 | メンテナンス | 维护中
        系统维护 | 점검 중 | right back | maintenance in progress | we are updating | were updating | well be back
        site offline | website offline | currently offline | gleich zurück | bald zurück | gleich wieder da
        техническом обслуживании | сайт на техническом обслуживании | ведутся работы | de retour bientôt
        volvemos pronto | pronto volveremos | voltamos já | torniamo presto | zo terug | snart tilbage | snart tilbake
        strax tillbaka
    """),
    "parked": lines("""
        for sale | domain for sale | domain is for sale | domain name | may be for sale | parked domain
        domain parked | domain parking | buy this domain | resources and information | domain expired
        domain has expired | expired domain | domain not configured | account suspended | website suspended
        site suspended | suspended | account has been suspended | future home of | coming soon | under construction
        launching soon | welcome to nginx | default page | default web site page | default website page | test page
        it works | site not found | no such app | website is not configured | whois contact information verification
        domain verification | index of | parent directory | hello world | domain zu verkaufen | zum verkauf
        domaine à vendre | dominio en venta | dominio in vendita | domein te koop | домен продается | домен продаётся
        website expired | store unavailable | shop unavailable | bandwidth limit exceeded | domain has been registered
        domain name has been registered | domain default page | is available for purchase | domain available
        domain is available | something quite cool | under new management | your new site | web hosting
        not configured | domain geparkt | domain reserviert | domain registered | parked page | related searches
        servers default page | iis windows server | plesk default | apache http server | success | domaine réservé
        dominio registrado | opening soon | unknown domain | nothing here yet | theres nothing here yet
        hosting setup complete | setup complete
    """),
}

FILLERS = frozenset(
    words("""
        a an and or the this that these it its we us our you your i my me to of on in at by for from with is are was
        were be been being has have had not no will would can could seems looks like there here now please sorry oh
        uh ooh hmm hm ah well dear page pages file files document directory article content url link resource item
        post product video image story news topic thread site website web webpage server host http https status code
        message id requested request required requires while if before accessing connection secure access accessed
        limited owner administrator use using used youre looking look looked what who where invalid moment seconds
        few continue continuing back soon shortly moved removed deleted expired any more longer again later try home
        go get read reading all full account accounts password free own temporarily currently permanently internal
        temporary scheduled due some time happened side client happens google search ubuntu apache2 apache nginx iis
        centos windows debian redhat test registrant domain name linux browser checking verify verifying checked
        making make sure service firewall sucuri cloudflare vercel на в по этот этой этого ваш ваша был была дом
        tell lets let right via person real slide confirm prove need needs data inquire sale purchase reach reached
        loading allowed kind cannot only mine technical handle trouble finding because stand visitors way yet sadly
        unfortunately gone seem anywhere around down up hey huh yikes hi hello whatever ein unser unsere uns
        brauchen nur noch leere retour notre notres nous volver inicio tu qualcosa andato storto è la tua priorità
        nostra por favor usted es y nie takiej została adresem ой вы что то не так у нас welcome today enter join
        new user users member members customer subscriber subscribers digital sign log die der das den dem des eine
        diese dieser dieses seite ist sind wurde wurden konnte leider hoppla ups nicht mehr und oder bitte warten
        sie ihr ihre ihrem zu zur zum dass kein keine artikel inhalt datei wird auf le les un une ce cette est nest
        pas plus na été désolé désolée oups ou et votre vous à au de du contenu el los las una esta este página
        pagina sitio lo sentimos ha sido se su contenido artículo vaya o os as um uma desculpe foi ops seu sua
        conteúdo artigo il gli questa questo spiacenti siamo stata sito articolo het een deze helaas oeps werd blev
        ble kon niet van je uw sida sidan tyvärr hoppsan en ett det siden desværre beklager artikkelen artiklen på
        sivu sivua valitettavasti hakemaasi strona stronę strony przepraszamy niestety tej stránka stránku omlouváme
        bohužel az oldal sajnos ne pare rău страница страницу к сожалению упс сайт сторінку сторінка страницата
        sayfa üzgünüz aradığınız η σελίδα συγγνώμη halaman maaf yang anda cari trang xin lỗi الصفحة عذرا عذراً הדף
        הסליחה صفحه ページ 页面 페이지를 お探しの 抱歉 您访问的
    """)
)

# Titles of lists of articles.
LISTING = re.compile(
    r"(?:tag|category|topic|archives?|author|posts tagged|search(?: results)?(?: for)?|you searched for|results for"
    r"|section|kategorie|schlagwort|suchergebnisse|catégorie|categoría|resultados)\s*[:：“\"].{0,200}"
    r"|.{1,80} archives?|.{1,60}, author at .{1,60}|search results",
    re.IGNORECASE,
)
# One of them is in each.
LIST_WORDS = frozenset(
    words("""
        tag category topic archive archives author posted posts search searched results label section kategorie
        schlagwort suchergebnisse catégorie categoría resultados
    """)
)


def _vocabulary(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for phrase in phrases for word in phrase.split()) | FILLERS


VOCABULARY = {kind: _vocabulary(phrases) for kind, phrases in NAMES.items()}
ALL_WORDS = frozenset().union(*VOCABULARY.values())
NAME_TABLE = table(NAMES)
KINDS = tuple(NAMES)
