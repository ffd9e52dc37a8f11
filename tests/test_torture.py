"""Kills and failing disks at every call that changes something, and races with a person: nothing torn, nothing lost.

`make torture` does the same at length.
"""

import errno
from collections import Counter

import pytest

from tests import races
from tests.faults import DIES_AFTER, DIES_BEFORE, NOTHING, Fault, befallen

pytestmark = pytest.mark.timeout(300)

KILLED, DONE, REFUSED = -9, 0, 10


@pytest.fixture
def torture(faults, web, tmp_path):
    """The outcomes of a deed on three records, befallen by faults of some kinds at each so-manieth call."""

    def outcomes(deed: str, step: int, *kinds: tuple[int, bool]) -> list:
        ((calm,)) = befallen(faults, tmp_path / "calm", web, 3, deed, [Fault(0, NOTHING)])
        planned = [Fault(at, *kinds[number % len(kinds)]) for number, at in enumerate(range(1, calm.calls + 1, step))]
        return list(befallen(faults, tmp_path / "befallen", web, 3, deed, planned))

    for name in ("calm", "befallen"):
        (tmp_path / name).mkdir()
    return outcomes


def wrongs(outcomes: list) -> dict[str, int]:
    return sum((Counter(each.wrongs) for each in outcomes), Counter())


def test_a_run_that_is_killed_at_any_call_leaves_nothing_torn_lost_unlogged_or_stray(torture):
    outcomes = torture("apply", 1, (DIES_AFTER, False))

    assert {KILLED} == {each.code for each in outcomes}
    assert {} == wrongs(outcomes)


def test_so_does_a_crawl_that_is_killed_before_it_has_any_state(torture):
    outcomes = torture("crawl", 7, (DIES_BEFORE, False), (DIES_AFTER, False))

    assert {KILLED} == {each.code for each in outcomes}
    assert {} == wrongs(outcomes)


def test_a_disk_that_fails_at_any_call_is_said_and_leaves_nothing_torn_lost_unlogged_or_stray(torture):
    kinds = [(number, stays) for stays in (False, True) for number in (errno.ENOSPC, errno.EIO, errno.EDQUOT)]

    outcomes = torture("apply", 2, *kinds)

    assert {each.code for each in outcomes} <= {DONE, REFUSED}
    assert {} == wrongs(outcomes)


def test_what_a_person_saves_in_the_same_moment_is_never_lost(tmp_path):
    found = races.run(tmp_path, 300, seed=1)

    assert {"replaced", "Edited", "RecordError"} >= set(found)
