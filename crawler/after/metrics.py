"""The last run as figures for Prometheus, in its text format, for the textfile collector of node_exporter. Pure.

By hand: of what prometheus-client does a dozen gauges need the escaping of one label. Every value is a gauge, as each
run starts from nothing; `metafresh_last_run_timestamp_seconds` tells how old they are.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from crawler.after.ended import Ended
from crawler.after.turns import Memory
from crawler.state.rows import HostVisits

_OUTCOMES = ("done", "brake", "interrupted", "failed")
# Of the run's counts: the end of the gauge's name, and what it counts.
_COUNTED = {
    "records": ("records", "Records that were looked at."),
    "articles": ("articles", "Articles that were judged."),
    "visited": ("visits", "Pages that were asked for."),
    "not_modified": ("visits_not_modified", "Pages whose server said that nothing changed."),
    "failed": ("visits_failed", "Pages that gave nothing."),
    "image_probes": ("image_probes", "Images that were looked at."),
    "unchanged": ("articles_unchanged", "Articles that stayed as they were."),
    "changed_records": ("records_changed", "Records that were changed, or would be by a run that the brake stopped."),
    "written": ("changes", "Values that were changed."),
    "held": ("held", "Changes that a person should look at."),
    "skipped": ("records_skipped", "Records that could not be read or written."),
    "bytes": ("bytes", "Bytes of pages that were read."),
}
_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


def metrics(ended: Ended, memory: Memory, visits: Iterable[HostVisits]) -> str:
    """The whole file."""
    kinds: Counter[str] = Counter()
    for each in visits:
        kinds[each.kind] += each.pages
    return "".join(_lines(ended, memory, kinds))


def _lines(ended: Ended, memory: Memory, kinds: Mapping[str, int]) -> Iterator[str]:
    run = "last_run"
    yield from _gauge(f"{run}_timestamp_seconds", "When the last run ended.", ended.finished.timestamp())
    if "seconds" in ended.counts:
        yield from _gauge(f"{run}_duration_seconds", "How long it took.", ended.counts["seconds"])
    yield from _gauge(f"{run}_exit_code", "Its exit code; 0 and 5 are success.", ended.code)
    outcomes = {outcome: float(outcome == ended.outcome) for outcome in _OUTCOMES}
    yield from _labelled(f"{run}_outcome", "How it ended: 1 for that.", "outcome", outcomes)
    if memory.last_success:
        yield from _gauge(
            "last_success_timestamp_seconds", "When a run last succeeded.", memory.last_success.timestamp()
        )
    for name, (gauge, told) in _COUNTED.items():
        if name in ended.counts:
            yield from _gauge(f"{run}_{gauge}", told, ended.counts[name])
    yield from _labelled(f"{run}_visits_by_kind", "Visits by what they gave; ok is a page.", "kind", kinds)
    yield from _gauge("hosts_failing", "Hosts none of whose pages answered, time and again.", len(memory.hosts))


def _gauge(name: str, told: str, value: float) -> Iterator[str]:
    yield from _head(name, told)
    yield f"metafresh_{name} {value!r}\n"


def _labelled(name: str, told: str, label: str, values: Mapping[str, float]) -> Iterator[str]:
    yield from _head(name, told)
    for key, value in sorted(values.items()):
        yield f'metafresh_{name}{{{label}="{key.translate(_ESCAPES)}"}} {value!r}\n'


def _head(name: str, told: str) -> Iterator[str]:
    yield f"# HELP metafresh_{name} {told}\n# TYPE metafresh_{name} gauge\n"
