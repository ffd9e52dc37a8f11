"""Titles, excerpts and dates that are none. Pure.

A title alone proves little: an article may be called "Access denied". Where its address says the same words it is
believed; a wall answers under the address of the article that it hides. What has no address is the owner's own page,
and "Page not found" may well be its title.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urlsplit

from crawler import judge, urls
from crawler.audit.damage import Damage, Fix, Remedy, Seen
from crawler.extract import text
from crawler.model import Role, Schema

# What programs and servers write where there is nothing.
_NOTHING = re.compile(
    r"undefined|null|none|nan|nil|\[object object\]|n/?a|true|false|-+|\?+|(?:undefined|null) [|·–—-] .*"
    r"|(?:no|empty|missing) (?:title|name)(?: found)?|(?:page )?(?:title|description)|home ?page|home"
    r"|no (?:description|excerpt|summary)(?: (?:found|available|provided))?"
    r"|(?:new )?untitled(?: (?:document|page))?|document|(?:new|blank|test) page|loading|redirecting|lorem ipsum\b.*"
    r"|(?:30[1278] )?(?:object )?moved(?: (?:permanently|temporarily))?|index of /.*|it works|welcome to nginx"
    r"|iis windows server|apache\d? .{0,40}default page.*|coming soon|(?:site |page )?under construction",
    re.IGNORECASE | re.DOTALL,
)
_PROGRAMS = re.compile(r"undefined|null|\[object object\]", re.IGNORECASE)
_LEFTOVER = re.compile(
    r"\{\{\{?\s*[\w.$-]+(?:\s*\|[^{}]{0,80})?\s*\}\}|\{%-?\s[^{}%]{1,80}%\}|<%[=-]?\s[^<>%]{1,80}%>|\$\{[\w.]{1,80}\}"
    r"|%%[\w-]{1,40}%%|\[object Object\]"
)
# A text about templates, or about mark-up, may well show some.
_ABOUT_TEMPLATES = re.compile(
    r"\b(?:templat|mustache|handlebars|liquid|jinja|twig|vue|angular|syntax|variable|placeholder|script)", re.IGNORECASE
)
_ABOUT_MARKUP = re.compile(
    r"\b(?:html|xml|mark-?up|escap|encod|unicode)|\bentit(?:y|ies) (?:ref|code|name)", re.IGNORECASE
)
_MARKUP = re.compile(r"</?(?:p|div|br|a|b|i|em|strong|span|ul|li|h[1-6]|img)\b[^<>]{0,500}>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# What is left of UTF-8 read as windows-1252 where it cannot be undone, and of bytes that nobody could read.
_BROKEN = re.compile("\ufffd|â€[™œ\x9d“”˜¦¢]|Ã[\x80-\x9f\xa1-\xaa\xac-\xba\xbc-\xbf]")
_MISREAD = re.compile("[\xc3\xc2\xe2\xd0\xd1\xce\xcf][^\x00-\x7f]")
# Thai and its neighbours part words by a space without width.
_HIDDEN = re.compile("[\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]|\u200b(?![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])")

_LEGAL = re.compile(
    r"disclaimer|imprint|impressum|accessibility(?: statement)?|commerce policy|site ?map|all rights reserved|help|faq"
    r"|privacy|(?:privacy|cookie|data) (?:policy|notice|settings|preferences|statement|choices)"
    r"|terms(?: (?:of (?:use|service)|and conditions|& conditions))?|contact(?: us)?|about(?: us)?|legal(?: notice)?"
    r"|advertis(?:e|ing)(?: with us)?|careers|newsletters?|(?:log|sign) ?(?:in|up)|subscribe|register"
    r"|do not sell my (?:personal )?info(?:rmation)?|copyright.{0,40}|©.{0,40}",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*[|·•›»/]\s*|\s+[–—-]\s+")
_BREAK = re.compile(r"(?:\A|\s+)[|·•–—»:-]+(?:\s+|\Z)")
# What follows a colon, or goes on for more words than a site's name has.
_SUBTITLE = re.compile(r":\s|\s[|·•–—»-]\s(?:\w\S*\s+){4}")
_DIVIDER = re.compile(r"\s*[|·•–—»:]|\s-(?=\s)")
_WALL_EXCERPT = re.compile(
    r"(?:please |you (?:need|have) to |to continue, )?(?:enable|turn on|activate) (?:javascript|cookies)\b.*"
    r"|javascript (?:is|must be) .{0,20}(?:disabled|enabled|required).*|checking (?:if the site|your browser)\b.*"
    r"|(?:this (?:web)?site|we)(?: and our partners)? uses? cookies\b.*"
    r"|we and our partners store and/or access information\b.*"
    r"|by (?:continuing|using|browsing|clicking)\b.{0,60}\bcookies\b.*|your browser (?:is|does)(?: not|n.t) support.*"
    r"|(?:please )?(?:verify|confirm) (?:that )?you are (?:a |not a )?(?:human|robot).*"
    r"|(?:the )?(?:page|file|resource) you(?: are|.re)? (?:looking for|requested).{0,40}(?:not|no longer|n.t|moved).*"
    r"|you (?:do not|don.t) have permission to access.*|(?:log|sign) ?in to (?:continue|your account|view).*",
    re.IGNORECASE | re.DOTALL,
)

# Those whose names no sentence bears: "500 people ..." is an error's, "... is for sale" a parked domain's.
_WALLS = frozenset({"challenge", "not-found", "consent"})

_NO_DATE = re.compile(r"000[01]-01-01|1970-01-01|1899-12-3[01]|1900-01-01")
_A_DAY = timedelta(days=1)


def of_title(seen: Seen, schema: Schema) -> Iterator[Damage]:
    title = seen.article.title
    if title is None or schema.title in seen.article.opaque:
        return
    words = " ".join(title.split())
    if found := _unlike_a_title(words, seen):
        yield Damage(schema.title, "title", *found, title)
    else:
        yield from _encoding(title, schema.title, "title")


def _unlike_a_title(words: str, seen: Seen) -> tuple[str, str] | None:
    """The kind of damage, and one plain line; None where it may be a title."""
    if not words:
        return "empty-title", "the title is empty"
    bare = _without_site(words, seen)
    if any(map(_says_nothing, (words, bare))) and (_PROGRAMS.fullmatch(bare) or not vouched(bare, seen)):
        return "sentinel-title", "it is what a program writes where there is no title"
    wall = judge.is_wall_name(_whole(words)) or judge.is_wall_name(_whole(bare))
    if wall and not vouched(words, seen):
        return "wall-title", f"it is what a page is called that is not the article ({wall})"
    if _is_leftover(words):
        return "template-title", "it is a template's, which was never filled in"
    if urls.is_web(words) and " " not in words:
        return "url-title", "it is an address, not a title"
    if not bare or _is_host(words, seen):
        return "host-title", "it is only the name of the site"
    return None


def _whole(words: str) -> str:
    """A title as one sentence where it has a subtitle, which the names of walls would be cut off from."""
    return _DIVIDER.sub(",", words) if _SUBTITLE.search(words) else words


def _says_nothing(words: str) -> bool:
    return _NOTHING.fullmatch(words.strip(" .…!")) is not None


def _without_site(words: str, seen: Seen) -> str:
    """A title without those parts that its host's name has in it: "Example - Are you a robot?" of example.com."""
    parts = [part for part in _BREAK.split(words) if part]
    hosts = "".join(re.sub(r"\W", "", urls.host(target.url)) for target in seen.article.targets[:1])
    left = [part for part in parts if len(part) < 4 or re.sub(r"\W", "", part).casefold() not in hosts]
    # A title of one part may well be what its site is named for; "- Example" is not.
    return " - ".join(left) if len(_BREAK.split(words)) > 1 else words


def _is_leftover(words: str) -> bool:
    found = _LEFTOVER.search(words)
    return found is not None and (len(found[0]) * 2 > len(words) or not _ABOUT_TEMPLATES.search(words))


def _is_host(words: str, seen: Seen) -> bool:
    """Whether a title is its host's name, of a page below the host's first."""
    said = words.lower().removeprefix("www.")
    own = [target.url for target in seen.article.targets]
    names = {name.removeprefix("www.") for url in own for name in (urls.host(url), urls.registrable_host(url))}
    return said in names and all(len(urlsplit(url).path) > 1 for url in own)


def vouched(words: str, seen: Seen) -> bool:
    """Whether one of the article's own addresses says most of the words, or it has none."""
    wanted = {word for word in re.findall(r"\w+", words.casefold()) if len(word) > 2}
    paths = [unquote(urlsplit(t.url).path).casefold() for t in seen.article.targets if t.role != Role.AMP_CACHE]
    return not paths or any(wanted and sum(word in path for word in wanted) >= 0.6 * len(wanted) for path in paths)


def of_excerpt(seen: Seen, schema: Schema) -> Iterator[Damage]:
    excerpt = seen.article.excerpt
    if excerpt is None or schema.excerpt in seen.article.opaque:
        return
    words = " ".join(excerpt.split())
    if found := _unlike_an_excerpt(words, seen) if words else None:
        yield Damage(schema.excerpt, "excerpt", *found, excerpt)
    else:
        yield from _encoding(excerpt, schema.excerpt, "excerpt")


def _unlike_an_excerpt(words: str, seen: Seen) -> tuple[str, str] | None:
    is_theirs = bool(seen.article.targets)
    if is_theirs and (_WALL_EXCERPT.fullmatch(words) or _is_wall(words, seen)):
        return "wall-excerpt", "it is what a page says that is not the article"
    if _says_nothing(words):
        return "sentinel-excerpt", "it is what a program writes where there is no excerpt"
    if _is_leftover(words):
        return "template-excerpt", "it is a template's, which was never filled in"
    legal = [bool(_LEGAL.fullmatch(part)) for part in _PARTS.split(words)]
    if sum(legal) >= 3 and all(legal[:2]):
        return "boilerplate-excerpt", "it begins with a list of the site's own pages"
    if urls.is_web(words) and " " not in words:
        return "url-excerpt", "it is an address, not an excerpt"
    if is_theirs and seen.article.title and _letters(words) == _letters(seen.article.title):
        return "excerpt-is-title", "it says no more than the title"
    return None


def _is_wall(words: str, seen: Seen) -> bool:
    return judge.is_wall_name(words) in _WALLS and not vouched(words, seen)


def _letters(words: str) -> str:
    return "".join(re.findall(r"\w+", text.clean(words).casefold()))


def _encoding(value: str, key: str, field: str) -> Iterator[Damage]:
    """Entities, mojibake and characters that nobody sees."""
    mended = text.clean(value)
    if _BROKEN.search(mended):
        yield Damage(key, field, "mojibake", "letters were lost when it was decoded", value)
        return
    # What is meant to be HTML is right to hold entities, and so may be a text about it.
    if not mended or _MARKUP.search(value) or (_ENTITY.search(value) and _ABOUT_MARKUP.search(value)):
        return
    if _ENTITY.search(value) and not _ENTITY.search(mended):
        kind, why = "encoded-text", "encoded once too often: readers see its entities as they are written"
    elif _MISREAD.search(value) and not _MISREAD.search(mended):
        kind, why = "mojibake", "its UTF-8 was read as windows-1252"
    elif _HIDDEN.search(value):
        kind, why = "hidden-characters", "it holds characters that nobody sees"
    else:
        return
    yield Damage(key, field, kind, why, value, Remedy.FIX, Fix(mended))


def of_published(seen: Seen, schema: Schema, now: datetime) -> Iterator[Damage]:
    """Dates that cannot be; to follow the page's takes `--fields published`."""
    value = seen.article.published
    if not value or schema.published in seen.article.opaque:
        return
    if why := _unlike_a_date(value, now):
        yield Damage(schema.published, "published", "impossible-date", why, value)


def _unlike_a_date(value: str, now: datetime) -> str | None:
    if _NO_DATE.match(value):
        return "it is what a program writes where there is no date"
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        day = value[: len("2021-06-17")]
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
            return None  # spelt in some way of the owner's
        try:
            moment = datetime.fromisoformat(day)
        except ValueError:
            return "there is no such day"
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return "it lies in the future" if moment - now > _A_DAY else None
