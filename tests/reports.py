"""Rows of a run for the tests of reports: honest ones, and the worst that a page or a record can say."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from crawler.model import Json
from crawler.report.changes import Row
from crawler.report.model import Report, RunRow, build
from crawler.report.standing import Dead, Host, Ran, Status

STARTED = datetime(2026, 11, 23, 0, 39, 1, tzinfo=UTC)
PAGE = "https://www.gazette.example/tidal-power"
PICTURES = "https://www.gazette.example/img/"

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "\"'><svg/onload=alert(3)>{{ 7 * 7 }}{% raw %}",
    "</style></title><script>alert(4)</script><!-- ]]>",
    "javascript:alert(5)",
    'https://x.example/"onmouseover="alert(6)',
    "[red]not red[/red] [link=https://evil.example]x[/link] [/] :smile:",
    "\x1b[31mred\x1b]8;;https://evil.example\x07\x00\x9b\r\n",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200fy\ufeff",
    "\ud800 alone",
    "W" * 10_000,
    "wort " * 2_000,
    "Z" + "\u0301" * 300,
)


def run(**other: object) -> RunRow:
    row: dict[str, object] = {
        "id": "20261123-003901-123456",
        "started": STARTED,
        "finished": STARTED + timedelta(seconds=4.2),
        "dry_run": False,
        "outcome": "done",
        "counts": {"visited": 14, "unchanged": 9, "bytes": 1_234_567, "seconds": 4.2},
    }
    return RunRow(**(row | other))  # type: ignore[typeddict-item]


def change(pointer: str, field: str, before: Json, after: Json, **other: Json) -> Row:
    row: dict[str, Json] = {
        "type": "change",
        "v": 1,
        "run": "20261123-003901-123456",
        "record": "records/tidal-power.md",
        "pointer": pointer,
        "field": field,
        "before": before,
        "after": after,
        "source": PAGE,
        "evidence": "og:title",
        "reason": "the page says so",
        "at": "2026-11-23T00:39:04+00:00",
        "status": "applied",
    }
    return row | other


def failure(url: str | None, kind: str = "not-found", reason: str = "status 404: page not found", **other: Json) -> Row:
    row: dict[str, Json] = {
        "type": "failure",
        "v": 1,
        "run": "20261123-003901-123456",
        "record": "records/links.yml",
        "pointer": "",
        "url": url,
        "kind": kind,
        "reason": reason,
        "status": 404,
        "at": "2026-11-23T00:39:04+00:00",
    }
    return row | other


def another_picture(place: str = "/images/0") -> list[Row]:
    header = {"evidence": "png header", "source": f"{PICTURES}new.png", "reason": "its true size"}
    return [
        change(f"{place}/url", "images", f"{PICTURES}old.png", f"{PICTURES}new.png", evidence="og:image"),
        change(f"{place}/width", "images", 642, 800, **header),
        change(f"{place}/height", "images", 321, 400, **header),
        change(f"{place}/isCached", "images", True, False, evidence="og:image", reason="not cached yet"),
    ]


def honest_report() -> Report:
    """A bit of everything."""
    trains: dict[str, Json] = {"record": "records/trains.md"}
    changes = [
        change("/title", "title", "The tide that turns the mill", "The tide that turns a mill at night"),
        *another_picture(),
        change("/related/3/title", "title", "Grid batteries: what they cost", "Sleepers are back, and full", **trains),
        change("/related/3/ampWebUrl", "amp", "https://a.example/amp/old", "https://a.example/amp/new", **trains),
        change(
            "/related/3/images", "images", None, [{"url": f"{PICTURES}bed.png", "width": 30, "height": 40}], **trains
        ),
    ]
    held = [change("/title", "title", "Reading rooms", "Just a moment...", type="held", status="held")]
    failures = [
        failure("https://quarry.example/gone"),
        failure("https://quarry.example/slow", "timeout", "no answer within 20 s", status=None),
        failure(None, "record", "line 12: a tab where blanks must be", record="records/broken.md", status=None),
    ]
    return build(run(), changes, held, failures)


def full_report() -> Report:
    """A run of which it is known how things stood, and what else its page said."""
    others: list[Json] = [{"value": "Longer tide", "evidence": "twitter:title", "reason": "less trusted"}]
    changes = [change("/title", "title", "Old tide", "New tide", others=others, line=3)]
    failures = [failure("https://quarry.example/gone"), failure("https://quarry.example/slow", "timeout", "too slow")]
    return build(
        run(),
        changes,
        (),
        failures,
        failing={"https://quarry.example/gone": STARTED - timedelta(days=5)},
        last_success=STARTED - timedelta(days=3),
        standing=standing(),
    )


def standing(text: str = "records/links.yml#/3", **other: object) -> Status:
    """A bit of everything that does not depend on a run."""
    now = STARTED + timedelta(hours=1)
    known: dict[str, object] = {
        "now": now,
        "busy": False,
        "success": STARTED,
        "runs": (Ran("20261123-003901-123456", STARTED, "done", 12, 3, 7, dry_run=False),),
        "due": Counter({"now": 31, "within a day": 1204}),
        "held": Counter({("title", "unproven"): 3}),
        "accepted": 0,
        "plan": ("20261122-003901-123456", 2),
        "hosts": (Host("quarry.example", 14, "timeout", STARTED - timedelta(days=4), None, None),),
        "host_count": 1,
        "dead": (Dead("https://a.example/amp", 410, STARTED - timedelta(days=9), text, amp=True),),
        "dead_count": 1,
    }
    return Status(**(known | other))  # type: ignore[arg-type]


def hostile_report() -> Report:
    """Every hostile text in every place that a page or a record can reach."""
    changes, held, failures = [], [], []
    for index, text in enumerate(HOSTILE):
        said: dict[str, Json] = {"record": text, "source": text, "evidence": text, "reason": text, "status": text}
        said["others"] = [{"value": text, "evidence": text, "reason": text}]
        changes += [change(f"/{text}", "title", text, other, **said) for other in (*HOSTILE[index:], None)]
        changes += [change(f"/{text}/images/{index}/url", "images", text, HOSTILE[index - 1], **said)]
        changes += [
            change(f"/related/{index}/images", "images", None, [{"url": text, "width": 1, "height": 9}], **said)
        ]
        held += [change("/title", "title", None, text, **said)]
        failures += [failure(url, text, text, record=text, pointer=text) for url in (text, f"https://{text}", None)]
    stands = standing(
        runs=tuple(Ran(text, STARTED, text, 1, 1, 1, dry_run=False) for text in HOSTILE),
        hosts=tuple(Host(text, 1, text, STARTED, None, None) for text in HOSTILE),
        dead=tuple(Dead(text, None, STARTED, text, amp) for text in HOSTILE for amp in (False, True)),
    )
    return build(run(outcome=HOSTILE[5], id="r"), changes, held, failures, standing=stands)
