"""`python -m tests.hasty worker ...`: a worker that gives others up soon, so that no test waits for long.

A page at the environment's BUG meets a bug in it.
"""

import os
from typing import Any

import crawler.schedule.job
from crawler.cli import main
from crawler.cluster import gate, jobs, worker
from crawler.visit import Visited, visit


def hurry() -> None:
    """Make all times short in this process."""
    jobs._STALLED, jobs._HEARTBEAT, jobs._PATIENCE = 2, 0.5, 2
    jobs._CARE_EVERY = "* * * * * *"
    gate._LEASE, gate._RENEWED_EVERY = 2.0, 0.5
    crawler.schedule.job.five_fields = lambda _every, _lot: "* * * * * */2"


async def stumble(client: Any, url: str, *words: Any, **named: Any) -> Visited:
    if url == os.environ.get("BUG"):
        raise ZeroDivisionError("in vain \x1b[31m")
    return await visit(client, url, *words, **named)


if __name__ == "__main__":
    hurry()
    worker.visit = stumble
    main()
