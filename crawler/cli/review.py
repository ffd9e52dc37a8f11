"""`metafresh review`: a person decides on what was held, one key a decision, or in a browser."""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli import flags
from crawler.cli.remembered import opened, state_place
from crawler.cli.stdout import put, put_printed

if TYPE_CHECKING:
    from crawler.place import Place
    from crawler.report.review import Question
    from crawler.state.rows import Decision
    from crawler.state.store import Store

_KEYS = "a accept   r reject   A accept all of its kind   n next   p previous   u undo   q quit"


def review(
    run: Annotated[
        str | None, typer.Argument(metavar="RUN", help="Whose held changes (default: all that are undecided).")
    ] = None,
    web: Annotated[
        bool, typer.Option("--web", help="Decide in a browser, on a page that only this machine has.")
    ] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open that page in a browser.")] = False,
    state: flags.State = None,
    config_file: flags.ConfigFile = None,
) -> None:
    """Decide on what was held for a person.

    What is accepted is written by metafresh apply.

    Example: metafresh review --web
    """
    place = state_place(state, config_file)
    if web or open_:
        from crawler.cli.review_web import serve  # noqa: PLC0415

        asyncio.run(serve(place, run, browse=open_))
        return
    decided = asyncio.run(_decide(place, run))
    if decided is None:
        put("nothing is held\n")
    else:
        put(f"{told(decided)}\n")


async def pending(store: "Store", run: str | None) -> "list[Question]":
    """The questions that are open, of a run or of all."""
    from crawler.report.review import questions  # noqa: PLC0415

    return questions([held for held in await store.decided(None) if run in (None, held.run)])


def told(decided: "Counter[str]") -> str:
    """What came of a review, in a line."""
    words = f"{decided['accepted']} accepted, {decided['rejected']} rejected, {decided['open']} still open"
    return f"{words}; metafresh apply writes what was accepted" if decided["accepted"] else words


async def _decide(place: "Place", run: str | None) -> "Counter[str] | None":
    """Ask one question after the other; each answer is stored at once."""
    async with opened(place) as store:
        asked = await pending(store, run)
        if not asked:
            return None
        answers: dict[int, Decision] = {}
        with _keys() as key:
            at = 0
            while 0 <= at < len(asked):
                _show(asked, at, answers.get(at))
                pressed = await asyncio.to_thread(key)
                if pressed in ("", "q", "\x03", "\x04"):
                    break
                at = await _answer(store, asked, answers, at, pressed)
        counted = Counter(str(answer) for answer in answers.values())
        counted["open"] = len(asked) - len(answers)
        return counted


async def _answer(
    store: "Store", asked: "Sequence[Question]", answers: "dict[int, Decision]", at: int, key: str
) -> int:
    """Do what a key stands for; which question comes next."""
    from crawler.state.rows import Decision  # noqa: PLC0415

    if key == "u":
        answers.pop(at, None)
        await store.decide(None, *asked[at].ids)
        return at
    if key == "p":
        return max(at - 1, 0)
    if key == "n":
        return at + 1
    if key in ("a", "r"):
        answers[at] = Decision.ACCEPTED if key == "a" else Decision.REJECTED
        await store.decide(answers[at], *asked[at].ids)
        return at + 1
    if key == "A":
        alike = [i for i, question in enumerate(asked) if question.kind == asked[at].kind and i not in answers]
        await store.decide(Decision.ACCEPTED, *(number for i in alike for number in asked[i].ids))
        answers |= dict.fromkeys(alike, Decision.ACCEPTED)
        return next((i for i in range(at, len(asked)) if i not in answers), len(asked))
    return at


def _show(asked: "Sequence[Question]", at: int, answer: "Decision | None") -> None:
    from crawler.report.text import print_question  # noqa: PLC0415

    place = f"{at + 1} of {len(asked)}{f', {answer}' if answer else ''}"
    put_printed(lambda console: print_question(asked[at], place, console))
    put(f"  {_KEYS}\n\n")


@contextmanager
def _keys() -> Iterator[Callable[[], str]]:
    """The next key that is pressed, at a terminal without Enter; elsewhere the next letter of standard input."""
    if not sys.stdin.isatty():
        yield lambda: next((letter for letter in iter(lambda: sys.stdin.read(1), "") if not letter.isspace()), "")
        return
    import termios  # noqa: PLC0415
    import tty  # noqa: PLC0415

    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        # Ctrl-C as a key: who waits for one in a thread would not hear of a signal.
        now = termios.tcgetattr(sys.stdin)
        now[3] &= ~termios.ISIG
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, now)
        yield lambda: sys.stdin.read(1)
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
