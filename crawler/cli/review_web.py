"""The page of `metafresh review --web`: on 127.0.0.1, behind a random token, with no request to anywhere else.

Its address is known to nobody but who started it: another page in the same browser can neither guess the token nor read
it, and a name that leads here from elsewhere (DNS rebinding) is turned away by the Host header.
"""

import asyncio
import secrets
import signal
import webbrowser
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import web

from crawler.cli.remembered import opened
from crawler.cli.review import pending, told
from crawler.cli.stdout import put
from crawler.place import Place
from crawler.report.html import ReviewPage, to_review
from crawler.report.review import Question
from crawler.state.rows import Decision
from crawler.state.store import Store

_FILTERS = ("field", "host", "kind")


@dataclass(slots=True)
class Review:
    """One review; `answers` are by the first id of each question, `host` is what the browser must call us."""

    store: Store
    questions: list[Question]
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    answers: dict[int, Decision] = field(default_factory=dict)
    host: str = ""

    async def page(self, request: web.Request) -> web.Response:
        """The questions that the filters let through."""
        chosen = {name: request.query.get(name, "") for name in _FILTERS}
        shown = [question for question in self.questions if _passes(question, chosen)]
        counted = Counter(self.answers.values())
        page = ReviewPage(
            questions=[(question, str(self.answers.get(question.ids[0], ""))) for question in shown],
            open=len(self.questions) - len(self.answers),
            accepted=counted[Decision.ACCEPTED],
            rejected=counted[Decision.REJECTED],
            filters={name: Counter(getattr(question, name) for question in self.questions) for name in _FILTERS},
            chosen=chosen,
        )

        def query(name: str = "", value: str = "") -> str:
            wanted = {**chosen, name: value} if name else chosen
            text = urlencode({key: each for key, each in wanted.items() if each})
            return f"?{text}" if text or name else ""

        document, policy = to_review(page, query)
        return web.Response(text=document, content_type="text/html", headers={"Content-Security-Policy": policy})

    async def decide(self, request: web.Request) -> web.Response:
        """Store an answer, and show the next question."""
        told = await request.post()
        number = str(told.get("question", ""))
        question = next((each for each in self.questions if str(each.ids[0]) == number), None)
        answer = told.get("answer")
        if question is None or answer not in ("accepted", "rejected", "open", "all"):
            raise web.HTTPBadRequest(text="there is no such question or answer")
        asked = [question]
        if answer == "all":
            asked = [each for each in self.questions if each.kind == question.kind and each.ids[0] not in self.answers]
        decision = None if answer == "open" else Decision.REJECTED if answer == "rejected" else Decision.ACCEPTED
        await self.store.decide(decision, *(number for each in asked for number in each.ids))
        for each in asked:
            if decision is None:
                self.answers.pop(each.ids[0], None)
            else:
                self.answers[each.ids[0]] = decision
        query = f"?{request.query_string}" if request.query_string else ""
        raise web.HTTPSeeOther(f"/{self.token}/{query}#q{self._next(question, back=decision is None)}")

    def _next(self, question: Question, *, back: bool) -> int:
        at = self.questions.index(question)
        following = () if back else self.questions[at:]
        return next((each.ids[0] for each in following if each.ids[0] not in self.answers), question.ids[0])


def _passes(question: Question, chosen: dict[str, str]) -> bool:
    return all(not value or getattr(question, name) == value for name, value in chosen.items())


def application(review: Review) -> web.Application:
    """The review as a web application."""

    @web.middleware
    async def guarded(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        origin = request.headers.get("Origin", f"http://{review.host}")
        if request.host != review.host or origin not in (f"http://{review.host}", "null"):
            raise web.HTTPForbidden(text="this page is for the machine that it is on")
        return await handler(request)

    async def hide(_: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(
            {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
        )

    made = web.Application(middlewares=[guarded])
    made.on_response_prepare.append(hide)
    made.router.add_get(f"/{review.token}/", review.page)
    made.router.add_post(f"/{review.token}/decide", review.decide)
    return made


async def serve(place: Place, run: str | None, *, browse: bool) -> None:
    """Serve a review until it is interrupted."""
    async with opened(place) as store:
        asked = await pending(store, run)
        if not asked:
            put("nothing is held\n")
            return
        review = Review(store, asked)
        runner = web.AppRunner(application(review))
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            review.host = f"127.0.0.1:{runner.addresses[0][1]}"
            address = f"http://{review.host}/{review.token}/"
            put(f"decide at {address}\nCtrl-C ends it; what was decided is stored\n")
            if browse:
                await asyncio.to_thread(webbrowser.open, address)
            await _interrupted()
        finally:
            await runner.cleanup()
        counted = Counter(str(answer) for answer in review.answers.values())
        counted["open"] = len(asked) - len(review.answers)
        put(f"{told(counted)}\n")


async def _interrupted() -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    await stop.wait()
