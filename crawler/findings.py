"""Everything that is fetched for one article: its pages, then the images that they and it name.

Deciding has two halves with a fetch between them: who may speak (judge), then which pictures must be seen (merge).
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from crawler import judge, merge, urls
from crawler.config import Config
from crawler.due import OWN, Due, reopened
from crawler.model import Article, Failure, Metadata, Role, Target
from crawler.round import Round
from crawler.state.rows import Visit, Wanted
from crawler.version import VERSION
from crawler.visit import Outcome, Same, Seen, Skipped, Visited, remembered

_AMP = (Role.AMP, Role.AMP_CACHE)
_GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was fetched for one article.

    Attributes:
        article: as it was set against its pages; None where they say "not modified" and nothing else decides.
        mode: "stand" where a more trusted page than the witnesses said "not modified", or was not asked.
        validators: of its pages, by canonical URL, as they are now; `visits` are those that were made.
        heard: whether any page answered for the article, be it with "not modified".
        whole: whether all that decides was seen; then the article is settled once its changes are made.
        cut: whether the run ended before an image could be seen.
        stands_in: whether the first of the witnesses, a page of its own, speaks because a more trusted one is down.
        witnesses: the pages that may speak, in the order of trust.
        pictures: the images that could be seen, by canonical URL.
        amp: what was learnt of AMP pages.
        failures: what could not be fetched or may not speak.
        asides: what is worth a line to who wants to hear everything.
    """

    article: Article | None
    mode: merge.Mode
    validators: Mapping[str, str]
    visits: tuple[Visit, ...]
    heard: bool = True
    whole: bool = True
    cut: bool = False
    stands_in: bool = False
    witnesses: tuple[Metadata, ...] = ()
    pictures: Mapping[str, merge.Picture] = field(default_factory=dict)
    amp: merge.AmpPages = field(default_factory=merge.AmpPages)
    failures: tuple[Failure, ...] = ()
    asides: tuple[str, ...] = ()


async def find(around: Round, due: Due, heard: Callable[[], None]) -> Finding | None:
    """Visit the targets, hear who may speak, and see the images.

    Args:
        heard: called when the pages are fetched, and at most images are still to be looked at.

    Returns:
        None where the file was edited since, so that this is no article of it any more.

    Raises:
        RecordError: the file cannot be read any more.
    """
    addresses = [urls.canonical(target.url) for target in due.targets]
    known = {url: _validators(due.visits[url]) for url in addresses if url in due.visits}
    conditional = due.settled is not None and due.settled == digest(due.wanted, known, around.config)
    if conditional and (always := _asked_always(due.targets, around.config)):
        answers = await _ask(around, due, always, None, conditional=True)
        if all(answer and isinstance(answer.gave, Same) for answer in answers):
            heard()
            visits = _memories(answers)
            return Finding(None, "stand", known | _all_validators(visits), visits)
    article = due.article or await asyncio.to_thread(reopened, due, around.schema)
    if article is None:
        return None
    answers_by_target = await _visit_in_order(around, due, article, conditional=conditional)
    heard()
    return await _found(around, article, answers_by_target, known)


async def _found(
    around: Round, article: Article, answers: Mapping[Target, Visited | None], known: Mapping[str, str]
) -> Finding:
    """What the visits gave, and the images that they and the article name."""
    outcomes = _outcomes(article, answers)
    hearing = judge.hear(article, [(t, o.metadata) for t, o in outcomes.items() if isinstance(o, Seen)])
    failures = [judge.as_rot(t, o) for t, o in outcomes.items() if isinstance(o, Failure)]
    heard = bool(hearing.witnesses) or any(isinstance(outcome, Same) for outcome in outcomes.values())
    mode = _mode(article, outcomes, around.config.mode)
    pictures, unseen, cut = await _see(around, article, hearing.witnesses, mode) if heard else ({}, [], False)
    decisive = {urls.canonical(witness.image) for witness in hearing.witnesses if witness.image}
    # An own picture that is gone: the page is read in full next time, for it may have it elsewhere.
    decisive |= {urls.canonical(image.url) for _, image in article.images[:1]}
    amp = _amp_pages(outcomes, hearing)
    # A dead AMP address goes once an own page was read: that one is asked for in full next time, too.
    to_be_removed = around.config.urls == "remove" and len(amp.dead) < len(_dead_amp(outcomes))
    # The AMP page that the article does not name yet is no target of it.
    visits = _memories(answer for target, answer in answers.items() if target in article.targets)
    return Finding(
        article=article,
        mode=mode,
        validators={**known, **_all_validators(visits)},
        visits=visits,
        heard=heard,
        whole=heard
        and not cut
        and not to_be_removed
        and not any(isinstance(outcome, Skipped) for outcome in outcomes.values())
        and decisive.isdisjoint(failure.url for failure in unseen),
        cut=cut,
        stands_in=_stands_in(outcomes, hearing),
        witnesses=hearing.witnesses,
        pictures=pictures,
        amp=amp,
        failures=(*failures, *hearing.refused, *unseen),
        asides=(
            *(aside for outcome in outcomes.values() if isinstance(outcome, Seen) for aside in outcome.asides),
            *_asides(article, hearing.witnesses, pictures, mode),
        ),
    )


def digest(wanted: Wanted, validators: Mapping[str, str], config: Config) -> str:
    """What an article looks like, what its pages were, and by which rules they were set against each other.

    While it is the same, "not modified" from the server means that nothing is to be done.
    """
    rules = (VERSION, config.fields, config.mode, config.amp, config.urls, config.images, dict(config.pin))
    targets = [target.url for target in wanted.targets]
    whole = repr((wanted.look, targets, sorted(validators.items()), rules))
    return blake2b(whole.encode(errors="surrogatepass"), digest_size=8).hexdigest()


# ---- pages


def _asked_always(targets: Iterable[Target], config: Config) -> list[Target]:
    """The pages that are asked whatever the others say; none where the article has none of its own."""
    roles = {*OWN, Role.AMP} if config.amp == "always" else {*OWN}
    chosen = [target for target in targets if target.role in roles]
    return chosen if any(target.role in OWN for target in chosen) else []


async def _visit_in_order(
    around: Round, due: Due, article: Article, *, conditional: bool
) -> dict[Target, Visited | None]:
    """Own pages first; AMP pages always, or where they are needed; the AMP cache's copies when nobody else answered.

    None stands for a page that was not asked for: the run was told to stop, or its budget was spent.
    """

    async def ask(roles: Iterable[Role]) -> None:
        chosen = [target for target in due.targets if target.role in roles]
        given = await _ask(around, due, chosen, article.title, conditional=conditional)
        answers.update(zip(chosen, given, strict=True))

    answers: dict[Target, Visited | None] = {}
    await ask(OWN)
    if around.config.amp == "always" or _lacking(_outcomes(article, answers).values(), around.config.fields):
        await ask([Role.AMP])
    if not any(isinstance(outcome, Seen | Same) for outcome in _outcomes(article, answers).values()):
        await ask([Role.AMP_CACHE])
    if named := _named_amp_page(around.config, _outcomes(article, answers)):
        answers[named] = await around.page(named.url, article.title, None, conditional=False)
    return answers


async def _ask(
    around: Round, due: Due, targets: Sequence[Target], known_title: str | None, *, conditional: bool
) -> list[Visited | None]:
    asking = (
        around.page(target.url, known_title, due.visits.get(urls.canonical(target.url)), conditional=conditional)
        for target in targets
    )
    # Most articles have one page, and a task for each of several is not free.
    return [await one for one in asking] if len(targets) == 1 else await asyncio.gather(*asking)


def _outcomes(article: Article, answers: Mapping[Target, Visited | None]) -> dict[Target, Outcome]:
    """What the visits mean for the article."""
    return {
        target: answer.outcome(article.title) if answer else Skipped(target.url) for target, answer in answers.items()
    }


def _lacking(outcomes: Iterable[Outcome], fields: Iterable[str]) -> bool:
    """Whether the own pages leave something open that an AMP page may tell."""
    pages = [outcome for outcome in outcomes if isinstance(outcome, Seen | Same)]
    wanted = {"title": "title", "excerpt": "excerpt", "images": "image", "published": "published"}
    names = [wanted[name] for name in fields if name in wanted]
    return not pages or any(
        isinstance(page, Seen) and not all(getattr(page.metadata, name) for name in names) for page in pages
    )


def _stands_in(outcomes: Mapping[Target, Outcome], hearing: judge.Hearing) -> bool:
    """Whether the first witness speaks because a more trusted page is down, and does not say that it is the same."""
    down: list[str] = []
    for target in sorted(outcomes, key=lambda target: list(Role).index(target.role)):
        outcome = outcomes[target]
        if isinstance(outcome, Seen) and _is_heard(outcome, hearing):
            named = [claim.value for claim in outcome.metadata.candidates.get("canonical", ())]
            return bool(down) and not any(urls.same_page(one, other) for one in named for other in down)
        if isinstance(outcome, Failure) and outcome.status not in _GONE:
            down.append(target.url)
    return False


def _named_amp_page(config: Config, outcomes: Mapping[Target, Outcome]) -> Target | None:
    """The AMP page that the article's own pages name, where it is to be followed and is none of the targets."""
    if config.amp == "never" or (config.urls == "report" and "amp" not in config.fields):
        return None
    pages = [o.metadata for t, o in outcomes.items() if t.role in OWN and isinstance(o, Seen)]
    named = next((page.amphtml for page in pages if page.amphtml), None)
    if named is None or urls.canonical(named) in {urls.canonical(target.url) for target in outcomes}:
        return None
    return Target(Role.AMP, named)


def _amp_pages(outcomes: Mapping[Target, Outcome], hearing: judge.Hearing) -> merge.AmpPages:
    """What the visits tell of AMP pages; none is dead to us before an own page was read, which may still name it."""
    read = any(isinstance(outcome, Seen) for target, outcome in outcomes.items() if target.role in OWN)
    paired = [
        target.url
        for target, outcome in outcomes.items()
        if target.role in _AMP
        and (isinstance(outcome, Same) or (isinstance(outcome, Seen) and _is_heard(outcome, hearing)))
    ]
    dead = _dead_amp(outcomes) if read else []
    return merge.AmpPages(frozenset(map(urls.canonical, paired)), frozenset(map(urls.canonical, dead)))


def _is_heard(page: Seen, hearing: judge.Hearing) -> bool:
    return any(witness is page.metadata for witness in hearing.witnesses)


def _dead_amp(outcomes: Mapping[Target, Outcome]) -> list[str]:
    return [t.url for t, o in outcomes.items() if t.role in _AMP and isinstance(o, Failure) and o.status in _GONE]


def _mode(article: Article, outcomes: Mapping[Target, Outcome], mode: merge.Mode) -> merge.Mode:
    """ "stand" unless the article's most trusted page that is alive was read: a lesser one must not contradict it.

    A page that says "not modified" stands by what the record has; one that was not asked for may well do so.
    """
    own = [target for target in article.targets if target.role in OWN]
    for target in own or [target for target in article.targets if target.role in _AMP]:
        outcome = outcomes.get(target)
        if not isinstance(outcome, Failure):
            return mode if isinstance(outcome, Seen) or mode == "fill" else "stand"
    return mode


def _memories(answers: Iterable[Visited | None]) -> tuple[Visit, ...]:
    return tuple(answer.memory for answer in answers if answer and answer.memory)


def _all_validators(visits: Iterable[Visit]) -> dict[str, str]:
    return {visit.url: _validators(visit) for visit in visits}


def _validators(memory: Visit) -> str:
    return f"{memory.etag or ''} {memory.last_modified or ''}"


# ---- images


def _looks_at_images(config: Config) -> bool:
    return config.images and "images" in config.fields


async def _see(
    around: Round, article: Article, witnesses: Sequence[Metadata], mode: merge.Mode
) -> tuple[dict[str, merge.Picture], list[Failure], bool]:
    """Pictures by canonical URL, images that cannot be seen, and whether the run ended before all were looked at."""
    if not _looks_at_images(around.config):
        return {}, [], False
    wanted = merge.images_wanted(article, witnesses)
    seen = dict(zip(wanted, await asyncio.gather(*(around.picture(url) for url in wanted)), strict=True))
    pictures = {url: picture for url, picture in seen.items() if isinstance(picture, merge.Picture)}
    unseen = {url: failure for url, failure in seen.items() if isinstance(failure, Failure)}
    replaced = merge.image_replaced(article, witnesses, mode)
    if replaced in unseen and wanted[0] in pictures:
        failure = unseen.pop(replaced)
        if (prior := await around.store.probe(replaced)) and (picture := remembered(prior)):
            pictures[replaced] = replace(picture, gone=failure.status in _GONE)
    return pictures, list(unseen.values()), None in seen.values()


def _asides(
    article: Article, witnesses: Sequence[Metadata], pictures: Mapping[str, merge.Picture], mode: merge.Mode
) -> tuple[str, ...]:
    elsewhere = merge.same_picture_elsewhere(article, witnesses, pictures, mode)
    return (f"{urls.redacted(elsewhere)}: same picture, new address; the record keeps its own",) if elsewhere else ()
