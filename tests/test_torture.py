"""Kills and failing disks at every call that changes something, and races with a person: nothing torn, nothing lost.

`make torture` does the same at length.
"""

import errno
import random
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from tests import races
from tests.faults import DIES_AFTER, DIES_BEFORE, DIES_IN_TIME, NOTHING, Fault, Outcome, befallen, in_memory

pytestmark = pytest.mark.timeout(300)

KILLED, DONE, REFUSED = -9, 0, 10


class Torture:
    """The outcomes of a deed on three records that faults befall."""

    def __init__(self, shim, web, folder):
        self.shim, self.web, self.folder = shim, web, folder

    def at_each_call(self, deed: str, step: int, *kinds: tuple[int, bool]) -> list:
        """Befallen by faults of some kinds in turn, at each so-manieth call that changes something."""
        calls = range(1, self.calm(deed).calls + 1, step)
        return self.befallen(deed, [Fault(at, *kinds[number % len(kinds)]) for number, at in enumerate(calls)])

    def killed_at_random(self, deed: str, count: int, seed: int) -> list:
        """Killed at any moment of the time that the deed takes."""
        chance, longest = random.Random(seed), self.calm(deed).seconds
        return self.befallen(deed, [Fault(int(chance.uniform(0, longest * 1e6)), DIES_IN_TIME) for _ in range(count)])

    def calm(self, deed: str) -> Outcome:
        """How the deed goes where nothing befalls it."""
        *_, last = self.befallen(deed, [Fault(0, NOTHING)] * 2)
        return last

    def befallen(self, deed: str, faults: list[Fault]) -> list:
        with tempfile.TemporaryDirectory(dir=in_memory(self.folder)) as name:
            return list(befallen(self.shim, Path(name), self.web, 3, deed, faults))


@pytest.fixture
def torture(faults, web, tmp_path):
    return Torture(faults, web, tmp_path)


def wrongs(outcomes: list) -> dict[str, int]:
    return sum((Counter(each.wrongs) for each in outcomes), Counter())


def test_a_run_that_is_killed_at_any_call_leaves_nothing_torn_lost_unlogged_or_stray(torture):
    outcomes = torture.at_each_call("apply", 1, (DIES_AFTER, False))

    assert {KILLED} == {each.code for each in outcomes}
    assert {} == wrongs(outcomes)


def test_so_does_a_crawl_that_is_killed_before_it_has_any_state(torture):
    outcomes = torture.at_each_call("crawl", 7, (DIES_BEFORE, False), (DIES_AFTER, False))

    assert {KILLED} == {each.code for each in outcomes}
    assert {} == wrongs(outcomes)


@pytest.mark.parametrize(("deed", "count"), [("apply", 120), ("crawl", 40)])
def test_so_does_one_that_is_killed_at_a_random_moment(torture, deed, count):
    outcomes = torture.killed_at_random(deed, count, seed=20261123)

    assert KILLED in {each.code for each in outcomes} <= {KILLED, DONE}
    assert {} == wrongs(outcomes)


def test_a_disk_that_fails_at_any_call_is_said_and_leaves_nothing_torn_lost_unlogged_or_stray(torture):
    kinds = [(number, stays) for stays in (False, True) for number in (errno.ENOSPC, errno.EIO, errno.EDQUOT)]

    outcomes = torture.at_each_call("apply", 2, *kinds)

    assert {each.code for each in outcomes} <= {DONE, REFUSED}
    assert {} == wrongs(outcomes)


def test_what_a_person_saves_in_the_same_moment_is_never_lost(tmp_path):
    found = races.run(tmp_path, 300, seed=1)

    assert {"replaced", "Edited", "RecordError"} >= set(found)
