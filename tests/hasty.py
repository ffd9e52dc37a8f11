"""`python -m tests.hasty worker ...`: a worker that gives others up soon, so that no test waits for long."""

import crawler.schedule.job
from crawler.cli import main
from crawler.cluster import gate, jobs


def hurry() -> None:
    """Make all times short in this process."""
    jobs._STALLED, jobs._HEARTBEAT, jobs._PATIENCE = 2, 0.5, 2
    jobs._CARE_EVERY = "* * * * * *"
    gate._LEASE, gate._RENEWED_EVERY = 2.0, 0.5
    crawler.schedule.job.five_fields = lambda _every, _lot: "* * * * * */2"


if __name__ == "__main__":
    hurry()
    main()
