"""What a run holds back for a person, and what is remembered of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from crawler.holding import Former, Past, Sighting
from crawler.model import Json, Schema
from crawler.run import Run, Waiting, iso
from crawler.state.rows import Decision, Held, Row
from crawler.state.store import Store
from crawler.write import change_row

# What a field is called among a page's claims.
_CLAIMED = {"title": "title", "excerpt": "excerpt", "images": "image", "published": "published", "amp": "amphtml"}


async def pasts(store: Store, addresses: Sequence[str]) -> dict[str, Past]:
    """What is remembered of records, by address."""
    histories, held = await store.histories(addresses), await store.held_of(addresses)
    return {
        address: Past(
            tuple(map(_former, histories.get(address, ()))),
            tuple(
                Sighting(str(each.row["pointer"]), each.row["after"], _at(each.row), each.decision == Decision.REJECTED)
                for each in held.get(address, ())
                if each.decision in (None, Decision.REJECTED)
            ),
        )
        for address in addresses
    }


def _former(change: Row) -> Former:
    return Former(str(change["pointer"]), change["before"], _at(change), change.get("status") == "reverted")


def _at(change: Row) -> datetime:
    return datetime.fromisoformat(str(change["at"]))


async def note(run: Run, waiting: Waiting) -> None:
    """Remember what is held of a record, and tell of it; what was held there and is no more is done with."""
    held = [(change, doubt) for change, doubt in waiting.held.values() if not doubt.rejected]
    address, shown = waiting.found.address, str(waiting.found.path)
    rows = [
        change_row(change, shown, run.id, iso(run.started))
        | {
            "type": "held",
            "reason": doubt.why,
            "kind": doubt.kind,
            "others": others(waiting, change.field, change.source),
        }
        for change, doubt in held
    ]
    if rows and address in run.doubted:
        # What a person said yes to is written by `metafresh apply`, and no question any more.
        known = (await run.store.held_of([address])).get(address, ())
        agreed = [(each.row["pointer"], each.row["after"]) for each in known if each.decision == Decision.ACCEPTED]
        rows = [each for each in rows if (each["pointer"], each["after"]) not in agreed]
    if address in run.doubted and not run.scope.dry_run:
        judged = {target: finding.article for target, finding in waiting.findings.items()}
        pointers = {article.pointer for article in judged.values() if article}
        await _outdate(run, address, pointers, {(str(each["pointer"]), repr(each["after"])) for each in rows})
    if rows:
        await run.store.note_held(run.id, waiting.found.address, shown, *rows)
        run.counts["held"] += len(rows)
    for each in rows:
        run.tell(each)


def others(waiting: Waiting, field: str, source: str) -> list[Json]:
    """What else a page said of a field, the best first."""
    witnesses = (page for finding in waiting.findings.values() for page in finding.witnesses)
    page = next((page for page in witnesses if page.url == source), None)
    claims = page.candidates.get(_CLAIMED.get(field, ""), ())[1:] if page else ()
    return [{"value": claim.value, "evidence": claim.tag, "reason": claim.because} for claim in claims]


async def calm(run: Run, articles: Mapping[str, Collection[str]]) -> None:
    """What was held of articles is done with: their pages say what the record says, so that a flip is no sighting."""
    for address, pointers in articles.items():
        if not run.scope.dry_run:
            await _outdate(run, address, pointers, ())


async def _outdate(run: Run, address: str, pointers: Collection[str], kept: Collection[tuple[str, str]]) -> None:
    known = (await run.store.held_of([address])).get(address, ())
    gone = [each.id for each in known if each.decision is None and _is_of(each, pointers, kept, run.schema)]
    if gone:
        await run.store.decide(Decision.OUTDATED, *gone)


def _is_of(held: Held, pointers: Collection[str], kept: Collection[tuple[str, str]], schema: Schema) -> bool:
    pointer = str(held.row["pointer"])
    return article_of(pointer, schema) in pointers and (pointer, repr(held.row["after"])) not in kept


def article_of(pointer: str, schema: Schema) -> str:
    """The pointer of the article that a value belongs to: `/related/3` of `/related/3/images/0/url`."""
    tokens, end = pointer.split("/"), 1
    while end < len(tokens):
        if tokens[end].isdecimal():
            end += 1
        elif tokens[end] == schema.related and tokens[end + 1 : end + 2] and tokens[end + 1].isdecimal():
            end += 2
        else:
            break
    return "/".join(tokens[:end])
