"""Records written back: whole or not at all, and never over what a person saved meanwhile."""

import errno
import hashlib
import io
import os
import stat
import sys
import threading
import time
from pathlib import Path

import pytest

from crawler.errors import Edited, RecordError, Unsure
from crawler.records import save, stray, swap
from crawler.records.folder import Found

OLD, NEW, EDITED, AGAIN = b"old\r\n", b"new \xff\n", b"by hand", b"by hand, once more"

# The owner, user 1234, the group, the mask and others.
ACCESS_LIST = bytes.fromhex(
    "02000000 01000600ffffffff 02000600d2040000 04000400ffffffff 10000600ffffffff 20000000ffffffff"
)


def digest(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "a.md"
    made.write_bytes(OLD)
    return made


def replace(path: Path, new: bytes = NEW, old: bytes = OLD) -> None:
    save.replace(Found(path, str(path.resolve())), new, expected=digest(old))


def swaps(folder: Path) -> bool:
    """Whether the system knows swaps in a folder."""
    for name in "xy":
        (folder / name).touch()
    return swap.exchange(folder / "x", folder / "y")


@pytest.fixture
def swapping(tmp_path_factory: pytest.TempPathFactory) -> None:
    if not swaps(tmp_path_factory.mktemp("swaps")):
        pytest.skip("this file system knows no swaps")


@pytest.fixture(params=["swapped", "renamed"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a system that swaps names, and on one that does not."""
    if request.param == "renamed":
        monkeypatch.setattr(swap, "exchange", lambda *_: False)


# ---- what is carried over


@pytest.mark.usefixtures("either_way")
def test_a_file_gets_its_new_bytes_and_keeps_its_mode(path):
    path.chmod(0o640)

    replace(path)

    assert (NEW, 0o640) == (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
    assert [path] == list(path.parent.iterdir())


@pytest.mark.parametrize(("old", "new"), [(b"", b"a"), (b"a", b""), (b"no line feed", b"none either")])
def test_a_file_may_be_empty_and_may_end_without_a_line_feed(path, old, new):
    path.write_bytes(old)

    replace(path, new, old)

    assert new == path.read_bytes()


def test_the_time_of_a_file_is_that_of_its_writing(path):
    os.utime(path, (0, 0))
    before = time.time()

    replace(path)

    assert before - 1 <= path.stat().st_mtime <= time.time() + 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_file_keeps_its_owner(path):
    os.chown(path, 1234, 2345)

    replace(path)

    assert (1234, 2345) == (path.stat().st_uid, path.stat().st_gid)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a file somebody else's")
def test_who_may_not_give_a_file_away_keeps_its_group(plain_users):
    path = plain_users / "a.md"
    path.write_bytes(OLD)
    path.chmod(0o666)
    os.seteuid(0)
    os.chown(path, 1234, 2345)
    groups = os.getgroups()
    os.setgroups([2345])
    os.seteuid(65534)

    replace(path)

    os.seteuid(0)
    os.setgroups(groups)
    assert (65534, 2345) == (path.stat().st_uid, path.stat().st_gid)


@pytest.mark.skipif(sys.platform != "linux", reason="extended attributes are read on Linux only")
@pytest.mark.parametrize(("name", "value"), [("user.tag", b"x"), ("system.posix_acl_access", ACCESS_LIST)])
def test_a_file_keeps_its_extended_attributes(path, name, value):
    try:
        os.setxattr(path, name, value)
    except OSError:
        pytest.skip("this file system has no such attributes")

    replace(path)

    assert value == os.getxattr(path, name)


def test_through_a_link_its_target_is_written_and_the_link_stays(tmp_path, path):
    link = tmp_path / "links" / "b.md"
    link.parent.mkdir()
    link.symlink_to("../a.md")

    replace(link)

    assert (True, NEW) == (link.is_symlink(), path.read_bytes())


@pytest.mark.parametrize("name", ["x" * 252 + ".md", os.fsdecode(b"caf\xe9\n.md"), " .md", "-rf.md", "é" * 126 + ".y"])
def test_any_name_can_be_replaced(path, name):
    try:
        path = path.rename(path.with_name(name))
    except OSError:
        pytest.skip("this file system has no such names")

    replace(path)

    assert NEW == path.read_bytes()
    assert [path] == list(path.parent.iterdir())


# ---- what is refused


def gone(path: Path) -> None: path.unlink()  # fmt: skip


def hard_linked(path: Path) -> None: (path.parent / "b.md").hardlink_to(path)  # fmt: skip


def a_folder_now(path: Path) -> None: (path.unlink(), path.mkdir())  # fmt: skip


def a_pipe_now(path: Path) -> None: (path.unlink(), os.mkfifo(path))  # fmt: skip


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (gone, "cannot be written: no such file or directory"),
        (hard_linked, "cannot be written: it has several hard links; make it a file of its own"),
        (a_folder_now, "cannot be written: is a directory"),
        (a_pipe_now, "not a regular file"),
    ],
)
def test_what_may_not_be_replaced_is_refused_and_no_temporary_file_is_left(path, make, why):
    make(path)
    before = sorted(path.parent.iterdir())

    with pytest.raises(RecordError) as error:
        replace(path)
    assert f"{path}: {why}" == str(error.value)
    assert before == sorted(path.parent.iterdir())


def test_a_folder_that_may_not_be_written_is_refused(plain_users):
    path = plain_users / "a.md"
    path.write_bytes(OLD)
    plain_users.chmod(0o500)

    with pytest.raises(RecordError, match="cannot be written: permission denied"):
        replace(path)
    plain_users.chmod(0o700)


def test_a_file_that_may_not_be_written_is_refused_though_its_folder_would_allow_it(plain_users):
    path = plain_users / "a.md"
    path.write_bytes(OLD)
    path.chmod(0o444)

    with pytest.raises(RecordError, match="cannot be written: it is read-only"):
        replace(path)
    assert OLD == path.read_bytes()


# ---- a person saves the file meanwhile


def renames_over(path: Path) -> None:
    draft = path.with_name("draft")
    draft.write_bytes(EDITED)
    draft.rename(path)


def writes_in_place(path: Path) -> None:
    path.write_bytes(EDITED)


def moves_it_away_and_writes_it_anew(path: Path) -> None:
    path.rename(path.with_name("a.md~"))
    path.write_bytes(EDITED)


PERSONS = [renames_over, writes_in_place, moves_it_away_and_writes_it_anew]


@pytest.mark.parametrize("person", PERSONS)
def test_a_file_that_a_person_saved_since_it_was_read_is_left_as_it_is(path, person):
    person(path)

    with pytest.raises(Edited) as error:
        replace(path)
    assert f"{path}: changed on disk since it was read; left as it is" == str(error.value)
    assert EDITED == path.read_bytes()


@pytest.mark.parametrize("person", [renames_over, moves_it_away_and_writes_it_anew])
@pytest.mark.usefixtures("swapping")
def test_what_a_person_saves_in_the_very_moment_of_the_swap_is_put_back(path, monkeypatch, person):
    when_it_swaps(monkeypatch, lambda: person(path))

    with pytest.raises(Edited, match="changed on disk while it was being written; left as it is"):
        replace(path)
    assert EDITED == path.read_bytes()
    assert not list(path.parent.glob(".*"))


@pytest.mark.usefixtures("swapping")
def test_who_opens_the_file_in_the_very_moment_of_the_swap_writes_into_the_file_that_stays(path, monkeypatch):
    if not leases(path):
        pytest.skip("this system holds no writers back")
    writer = threading.Thread(target=writes_in_place, args=[path])

    def begins_to_write() -> None:
        writer.start()
        time.sleep(0.2)  # until it is held back

    when_it_swaps(monkeypatch, begins_to_write)

    with pytest.raises(Edited):
        replace(path)
    writer.join()
    assert EDITED == path.read_bytes()
    assert [path] == list(path.parent.iterdir())


def test_a_file_that_somebody_has_open_for_writing_is_left_as_it_is(path):
    if not leases(path):
        pytest.skip("this system does not tell who has a file open")
    with path.open("r+b") as editor:
        with pytest.raises(Edited, match="somebody has it open for writing; left as it is"):
            replace(path)
        editor.write(EDITED)

    assert EDITED == path.read_bytes()
    assert [path] == list(path.parent.iterdir())


def test_who_only_reads_the_file_is_no_hindrance(path):
    with path.open("rb") as reader:
        replace(path)

        assert OLD == reader.read()
    assert NEW == path.read_bytes()


@pytest.mark.usefixtures("swapping")
def test_of_what_a_person_saves_twice_in_that_moment_the_last_stays_and_the_first_is_kept_beside(path, monkeypatch):
    def saves_again() -> None:
        path.with_name("draft").write_bytes(AGAIN)
        path.with_name("draft").rename(path)

    when_it_swaps(monkeypatch, lambda: renames_over(path), saves_again)

    with pytest.raises(RecordError, match=r"saved by others twice .*; a\.md\.saved-\w{8} is the first"):
        replace(path)
    (kept,) = path.parent.glob("a.md.saved-*")
    assert (AGAIN, EDITED) == (path.read_bytes(), kept.read_bytes())


def test_a_file_that_is_deleted_in_the_very_moment_of_the_swap_stays_deleted(path, monkeypatch):
    when_it_swaps(monkeypatch, path.unlink)

    with pytest.raises(Edited):
        replace(path)
    assert [] == list(path.parent.iterdir())


def when_it_swaps(monkeypatch: pytest.MonkeyPatch, *befores) -> None:
    """Let something happen before each swap."""
    exchange, waiting = swap.exchange, list(befores)

    def meanwhile(one: Path, other: Path) -> bool:
        if waiting:
            waiting.pop(0)()
        return exchange(one, other)

    monkeypatch.setattr(swap, "exchange", meanwhile)


def leases(path: Path) -> bool:
    try:
        with path.open("r+b"), path.open("rb", buffering=0) as file, swap.writers_held_back(file.fileno()):
            return False
    except BlockingIOError:
        return True


# ---- sweep: what a killed run left


def left_by_a_kill(path: Path, holding: bytes, *, old: bytes = OLD, new: bytes = NEW, kind: str = "tmp") -> Path:
    mark = hashlib.sha256(os.fsencode(path.name.casefold())).hexdigest()
    made = path.with_name(f".metafresh-{digest(old)[:16]}-{digest(new)[:16]}-{mark[:16]}-0a1b2c3d.{kind}")
    made.write_bytes(holding)
    return made


@pytest.mark.parametrize(
    ("target", "holding", "kind"),
    [(OLD, NEW[:2], "part"), (OLD, NEW, "tmp"), (NEW, OLD, "tmp"), (EDITED, OLD, "tmp"), (NEW, NEW[:2], "part")],
)
def test_temporary_files_of_killed_runs_are_swept(path, target, holding, kind):
    path.write_bytes(target)
    left_by_a_kill(path, holding, kind=kind)

    stray.sweep(path.parent)

    assert [path] == list(path.parent.iterdir())
    assert target == path.read_bytes()


@pytest.mark.usefixtures("swapping")
def test_what_a_person_saved_in_the_moment_of_a_kill_is_given_back(path):
    path.write_bytes(NEW)
    left_by_a_kill(path, EDITED)

    stray.sweep(path.parent)

    assert EDITED == path.read_bytes()
    assert [path] == list(path.parent.iterdir())


def test_what_a_person_saved_in_the_moment_of_a_kill_is_kept_beside_what_they_saved_since(path):
    path.write_bytes(AGAIN)
    left_by_a_kill(path, EDITED)

    stray.sweep(path.parent)

    (kept,) = path.parent.glob("a.md.saved-*")
    assert (AGAIN, EDITED) == (path.read_bytes(), kept.read_bytes())


def test_temporary_files_of_living_runs_stay(path, monkeypatch):
    seen = []
    when_it_swaps(monkeypatch, lambda: (stray.sweep(path.parent), seen.extend(path.parent.glob(".metafresh-*"))))

    replace(path)

    assert 1 == len(seen)
    assert NEW == path.read_bytes()


def test_files_of_others_stay(path):
    others = [path.with_name(name) for name in (".metafresh-x.tmp", ".metafresh.yaml", "a.tmp", ".a.md.swp")]
    for other in others:
        other.touch()

    stray.sweep(path.parent)

    assert sorted([path, *others]) == sorted(path.parent.iterdir())


def test_sweeping_a_folder_that_is_gone_does_nothing(tmp_path):
    stray.sweep(tmp_path / "gone")


# ---- the disk fails

CALLS = ("open", "write", "fchown", "fchmod", "fsync", "rename", "replace", "unlink")


class FailingDisk:
    """A disk of which the n-th call fails, of those that change something.

    It lies between `save` and the system; `faults.c` does the same beneath a whole run, where there is a compiler.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
        self.number, self.calls, self.failing = number, 0, 0
        monkeypatch.setattr(os, "fdopen", lambda number, _mode: io.BufferedWriter(Unbuffered(self, number)))
        monkeypatch.setattr(swap, "exchange", self._befallen(swap.exchange))
        for name in CALLS:
            monkeypatch.setattr(os, name, self._befallen(getattr(os, name)))

    def fails_at(self, call: int) -> None:
        self.calls, self.failing = 0, call

    def count(self) -> None:
        self.calls += 1
        if self.calls == self.failing:
            raise OSError(self.number, os.strerror(self.number))

    def _befallen(self, real):
        def call(*args, **kwargs):
            if real.__name__ != "open" or args[1] & os.O_CREAT:
                self.count()
            return real(*args, **kwargs)

        return call


class Unbuffered(io.FileIO):
    """A file on such a disk."""

    def __init__(self, disk: FailingDisk, number: int) -> None:
        super().__init__(number, "wb")
        self.disk = disk

    def write(self, data) -> int:
        self.disk.count()
        return super().write(data)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS])
@pytest.mark.usefixtures("either_way")
def test_a_disk_that_fails_at_any_call_leaves_the_old_file_or_the_new_one_and_no_other(path, monkeypatch, number):
    disk = FailingDisk(monkeypatch, number)
    replace(path)
    calls = disk.calls

    for call in range(1, calls + 1):
        path.write_bytes(OLD)
        disk.fails_at(call)
        ends = {NEW}
        try:
            replace(path)
        except Unsure:
            ends = {OLD, NEW}
            stray.sweep(path.parent)
        except RecordError:
            ends = {OLD}

        assert path.read_bytes() in ends
        assert [path] == list(path.parent.iterdir())
    assert calls > 5


def test_where_the_disk_fails_after_the_rename_nobody_is_told_that_nothing_was_written(path, monkeypatch):
    monkeypatch.setattr(swap, "exchange", lambda *_: False)
    monkeypatch.setattr(os, "fsync", fails_on_folders(os.fsync))

    with pytest.raises(Unsure, match="the disk failed while it was written: input/output error; the next run"):
        replace(path)


@pytest.mark.usefixtures("swapping")
def test_where_the_disk_fails_after_the_swap_it_is_taken_back(path, monkeypatch):
    monkeypatch.setattr(os, "fsync", fails_on_folders(os.fsync))

    with pytest.raises(Unsure):
        replace(path)
    assert OLD == path.read_bytes()


def fails_on_folders(sync):
    def fsync(number: int) -> None:
        if stat.S_ISDIR(os.fstat(number).st_mode):
            raise OSError(5, os.strerror(5))
        sync(number)

    return fsync
