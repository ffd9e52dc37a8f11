"""From what was found for an article to the disk and the memory: decide, write, remember.

Writes and memories go to the disk some at a time: a commit costs as much as many visits. What is lost when the run is
killed meanwhile is visited again.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice

from crawler import brake, held, merge, revisit
from crawler.believe.ranking import AGREES
from crawler.due import Due, outline, page_of, wanted
from crawler.errors import RecordError
from crawler.findings import Finding, digest, find
from crawler.holding import Past
from crawler.model import Article, Candidate, Change, Record
from crawler.records.folder import Found, pinned
from crawler.run import Memory, Run, Waiting, doubted
from crawler.state.rows import Wanted
from crawler.when import is_dead
from crawler.write import Edition, Wish, Written, plan, still_wanted, told, write

# What waits before it goes to the disk: visits, records, seconds.
_MOST_VISITS, _MOST_RECORDS, _LONGEST = 400, 64, 5.0
# Changed records that may wait for the rest of their articles, or for the brake; beyond, they are written as they are.
_MOST_INCOMPLETE = 1024
# Claims of a field that are kept: the one that was believed, and what a person may want to see beside it.
_MOST_CLAIMS = 4
# Of an article that was judged although something could not be seen: no server is asked whether it changed since.
_NOT_WHOLE = ""


async def refresh(run: Run, due: Due, heard: Callable[[], None]) -> None:
    """Take one article through its visits; what comes of it is written and remembered soon.

    Args:
        heard: called once its pages are fetched, or will not be.
    """
    told = False

    def tell() -> None:
        nonlocal told
        if not told:
            told = True
            heard()

    try:
        finding = await find(run.round, due, tell)
    except RecordError as error:
        run.unusable.append(error.path or "")
        run.refuse(error)
    else:
        _take_up(run, due, finding)
    finally:
        tell()
        _seen(run, due.found.address)
    await _save(run)


def _seen(run: Run, address: str) -> None:
    """A record whose articles are all seen is ready to be written."""
    if left := run.unseen.pop(address, 1) - 1:
        run.unseen[address] = left
    elif address in run.waiting:
        run.ready.append(run.waiting.pop(address))
    if len(run.waiting) > _MOST_INCOMPLETE:
        run.ready.append(run.waiting.pop(next(iter(run.waiting))))


def _take_up(run: Run, due: Due, finding: Finding | None) -> None:
    """Tell of what was found, and queue an article's changes to be written; one without changes is done with."""
    shown = f"{due.found.path}#{due.wanted.pointer}"
    if finding is None:
        run.note(f"{shown}: edited while we crawled; left for the next run")
        return
    for failure in finding.failures:
        run.fail(str(due.found.path), due.wanted.pointer, failure)
    for aside in finding.asides:
        run.note(f"{shown}: {aside}", aside=True)
    changes = _decide(run, due.found, finding, finding.article) if finding.article else ()
    run.counts["articles"] += 1
    run.counts["unchanged"] += finding.heard and not changes
    brake.count(run, due, finding, changes)
    if finding.article and not changes and due.found.address in run.doubted:
        run.memory.calm[due.found.address].add(finding.article.pointer)
    if changes:
        waiting = run.waiting.setdefault(due.found.address, Waiting(due.found))
        waiting.changes += changes
        waiting.findings[due.wanted.targets] = _lean(finding)
    else:
        _settle(run, due.found, due.wanted, finding)


async def conclude(run: Run) -> str:
    """Write and remember all that is left, unless the brake says stop: then it is kept as a plan.

    Returns:
        How the run ends: "done" or "brake".
    """
    run.ready += run.waiting.values()
    run.waiting.clear()
    async with run.saving:
        await _write(run)
        await _remember(run)
    return "brake" if run.braked else "done"


async def _save(run: Run) -> None:
    """Write and remember what waits, if it is enough or has waited long enough."""
    now = asyncio.get_running_loop().time()
    at_once = now - run.saved_at > _LONGEST
    # The brake has to see a run as a whole, if that is not too long.
    most = _MOST_RECORDS if run.config.brake is None else _MOST_INCOMPLETE
    writes = len(run.ready) >= most or (at_once and bool(run.ready) and run.config.brake is None)
    enough = writes or at_once or len(run.memory.visits) + len(run.memory.failures) >= _MOST_VISITS
    if not enough or run.saving.locked():
        return
    run.saved_at = now
    async with run.saving:
        if writes:
            await _write(run)
        await _remember(run)


def _lean(finding: Finding) -> Finding:
    """A finding without the claims that a person would not look at either: many may have to wait."""
    witnesses = (
        replace(witness, candidates={name: _worth_a_look(found) for name, found in witness.candidates.items()})
        for witness in finding.witnesses
    )
    return replace(finding, witnesses=tuple(witnesses))


def _worth_a_look(claims: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The claim that was believed, and of the others those that say something else."""
    rivals = (claim for claim in claims[1:] if not claim.because.startswith(AGREES))
    return (*claims[:1], *islice(rivals, _MOST_CLAIMS - 1))


def _decide(run: Run, found: Found, finding: Finding, article: Article) -> tuple[Change, ...]:
    """What should change in an article, from what was found for its targets."""
    return merge.changes(
        pinned(article, found.path, run.config.pin),
        finding.witnesses,
        finding.pictures,
        schema=run.schema,
        fields=run.config.fields,
        mode=finding.mode,
        amp=finding.amp,
        amp_rule=run.config.urls,
    )


async def _write(run: Run) -> None:
    """Make the changes that wait, or plan them, and tell of them."""
    if why := brake.reason(run):
        run.braked = True
        run.note(why)
        run.scope = replace(run.scope, dry_run=True)
    waiting, run.ready = run.ready, []
    pasts = await held.pasts(run.store, [each.found.address for each in waiting])
    wishes = [Wish(each.found, partial(_edition, run, each, pasts[each.found.address])) for each in waiting]
    make = plan if run.scope.dry_run else write
    for each, written in zip(waiting, await make(run.store, wishes, schema=run.schema, run=run.id), strict=True):
        if written.error:
            run.unusable.append(written.error.path or "")
            run.refuse(written.error)
            continue
        for note in written.notes:
            run.note(note)
        for row in written.rows:
            run.tell(told(row))
        run.counts["changes"] += len(written.rows)
        run.counts["written"] += 0 if run.scope.dry_run else len(written.rows)
        if written.rows:
            run.changed.add(each.found.address)
            run.counts["changed_records"] = len(run.changed)
        await held.note(run, each)
        _settle_all(run, each, written)


def _edition(run: Run, waiting: Waiting, past: Past, record: Record) -> Edition:
    """The record as it is now, with those of the changes made that what was found still calls for, and none is held."""
    free: list[Change] = []
    waiting.held.clear()
    waiting.changing.clear()
    for article in record.articles:
        if finding := waiting.findings.get(article.targets):
            decided = _decide(run, waiting.found, finding, article)
            found = doubted(run, finding, article, decided, past)
            for change in decided:
                if doubt := found.get(change.pointer) or brake.boilerplate(run, article, change):
                    waiting.held[change.pointer] = (change, doubt)
                else:
                    free.append(change)
                    waiting.changing.add(article.pointer)
    doubtful = [change for change, _ in waiting.held.values()]
    made = still_wanted(record, free, [change for change in waiting.changes if change not in doubtful], run=run.id)
    rows = (row | {"others": held.others(waiting, str(row["field"]), str(row["source"]))} for row in made.rows)
    return replace(made, rows=tuple(rows))


def _settle_all(run: Run, waiting: Waiting, written: Written) -> None:
    """Remember what is done with of a record that was written.

    An article whose changes were only planned stays as due as it was.
    """
    record = written.record
    if record is None:
        return
    if written.signature:
        run.memory.outlines.append(outline(record, waiting.found.address, written.signature, run.schema))
    for article in record.articles:
        finding = waiting.findings.get(article.targets)
        if finding:
            # What a person said no to is done with.
            left = [
                change
                for change in _decide(run, waiting.found, finding, article)
                if not waiting.is_rejected(change.pointer)
            ]
            if not (left and run.scope.dry_run):
                changed = bool(written.rows) and article.pointer in waiting.changing
                whole = replace(finding, whole=finding.whole and not left)
                _settle(run, waiting.found, wanted(article), whole, changed=changed)


def _settle(run: Run, found: Found, article: Wanted, finding: Finding, *, changed: bool = False) -> None:
    """Remember an article as it was judged, and its pages, so that it is not due again; one that was cut short is."""
    if finding.cut:
        return
    run.memory.visits += finding.visits
    _observe(run, article, finding, changed=changed)
    if finding.heard and finding.article:
        look = digest(article, finding.validators, run.config) if finding.whole else _NOT_WHOLE
        run.memory.settled.setdefault(found.address, {})[article.pointer] = look


def _observe(run: Run, article: Wanted, finding: Finding, *, changed: bool) -> None:
    """Note what the visits were to an article; a change that is held is none yet."""
    page, outcomes = page_of(article), run.memory.outcomes
    if finding.heard:
        changed = changed or outcomes.get(page, ("", None))[0] == "changed"
        outcomes[page] = "changed" if changed else "same", article.published
    elif finding.visits and all(is_dead(visit) for visit in finding.visits):
        outcomes.setdefault(page, ("gone", article.published))


async def _learn(run: Run, outcomes: Mapping[str, tuple[str, str | None]]) -> None:
    """Learn from visits how pages change; the first visit to an article only tells what there is to change."""
    habits, curve, now = await run.store.habits(outcomes), await run.store.curve(), datetime.now(UTC)
    for page, (outcome, published) in outcomes.items():
        if habit := habits.get(page):
            habits[page], curve = revisit.observe(habit, curve, now, outcome)
        else:
            habits[page] = revisit.new_state(revisit.moment(published), now)
    await run.store.learn(habits, curve)


async def _remember(run: Run) -> None:
    """Remember in one go what can be learnt again if it is lost.

    The order is no matter: an article is settled by the very validators that its pages had, so that half a memory only
    costs a visit.
    """
    memory, run.memory = run.memory, Memory()
    probes, run.round.probes = run.round.probes, []
    await run.store.remember_visits(memory.visits)
    await _learn(run, memory.outcomes)
    await run.store.remember_probes(probes)
    await run.store.remember_outlines(memory.outlines)
    await run.store.settle(memory.settled, datetime.now(UTC))
    await held.calm(run, memory.calm)
    await run.store.note_failure(run.id, *memory.failures)
    robots, turns, troubles = await run.round.visitor.news()
    await run.store.remember_robots(robots)
    await run.store.remember_turns(turns)
    await run.store.remember_troubles(troubles)
