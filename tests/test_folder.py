"""Records on disk: found, read, replaced."""

import hashlib
import os
import stat
import sys
from pathlib import Path

import pytest

from crawler.errors import ConfigError, Edited, RecordError
from crawler.records import folder

OLD, NEW = b"old\r\n", b"new \xff\n"


def digest(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()


def tree(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(OLD)
    return root


def found(*paths: Path, under: Path, only: tuple[str, ...] = ()) -> list[str]:
    return [each.path.relative_to(under).as_posix() for each in folder.discover(paths, only)]


# -- discover


def test_records_are_found_by_their_suffix_in_order(tmp_path):
    tree(tmp_path, "b.md", "a/z.MDX", "a/b/c.yml", "a.yaml", "d.markdown", "e.html", "f.htm", "no.txt", "none", "md")

    assert ["a/b/c.yml", "a/z.MDX", "a.yaml", "b.md", "d.markdown", "e.html", "f.htm"] == found(
        tmp_path, under=tmp_path
    )


def test_hidden_files_and_folders_are_left_out_unless_they_are_named(tmp_path):
    tree(tmp_path, ".a.md", ".git/b.md", "c/.d/e.md", "f.md")

    assert ["f.md"] == found(tmp_path, under=tmp_path)
    assert [".a.md", ".git/b.md"] == found(tmp_path / ".a.md", tmp_path / ".git", under=tmp_path)


def test_what_is_found_is_named_as_the_user_named_its_folder(tmp_path, monkeypatch):
    tree(tmp_path, "news/a.md")
    monkeypatch.chdir(tmp_path)

    assert ["news/a.md", "news/../news/a.md"] == [
        str(next(folder.discover([Path(name)])).path) for name in ("news", "news/../news")
    ]


def test_a_file_named_twice_or_within_a_named_folder_is_found_once(tmp_path):
    tree(tmp_path, "a/b/c.md", "a/d.md")

    assert ["a/b/c.md", "a/d.md"] == found(tmp_path / "a", tmp_path / "a/b", tmp_path / "a/d.md", under=tmp_path)
    assert ["a/d.md"] == found(tmp_path / "a/d.md", tmp_path / "a/../a/d.md", under=tmp_path)
    assert ["a/d.md", "a/b/c.md"] == found(tmp_path / "a/d.md", tmp_path / "a/b/c.md", tmp_path / "a", under=tmp_path)


@pytest.mark.parametrize(
    ("only", "names"),
    [
        (("*.yml",), ["a/b.yml"]),
        (("a/*",), ["a/b.yml", "a/c.md"]),
        (("c.md",), ["a/c.md", "c.md"]),
        (("a/c.md", "*.yml"), ["a/b.yml", "a/c.md"]),
        (("[ab].md",), []),
    ],
)
def test_globs_choose_by_the_path_within_the_folder_or_by_the_name(tmp_path, only, names):
    tree(tmp_path, "a/b.yml", "a/c.md", "c.md")

    assert names == found(tmp_path, under=tmp_path, only=only)


def test_links_out_of_the_folder_and_dead_links_are_not_followed(tmp_path):
    tree(tmp_path, "out/secret.md", "in/a.md")
    (tmp_path / "in/b.md").symlink_to(tmp_path / "out/secret.md")
    (tmp_path / "in/c").symlink_to(tmp_path / "out")
    (tmp_path / "in/d.md").symlink_to("nowhere")
    (tmp_path / "in/e.md").symlink_to("e.md")

    assert ["in/a.md"] == found(tmp_path / "in", under=tmp_path)


def test_links_to_what_is_met_by_itself_give_nothing_new_and_no_loop(tmp_path):
    tree(tmp_path, "a/b.md")
    (tmp_path / "a/loop").symlink_to(tmp_path)
    (tmp_path / "0").symlink_to("a")
    (tmp_path / "0.md").symlink_to("a/b.md")

    assert ["a/b.md"] == found(tmp_path, under=tmp_path)


def test_links_to_what_is_hidden_within_the_folder_are_followed_once(tmp_path):
    tree(tmp_path, ".store/v1/a.md", ".store/b.txt")
    (tmp_path / "now").symlink_to(".store/v1")
    (tmp_path / "then").symlink_to(".store/v1")
    (tmp_path / "b.md").symlink_to(".store/b.txt")
    (tmp_path / ".store/v1/back").symlink_to("../v1")

    assert ["b.md", "now/a.md"] == found(tmp_path, under=tmp_path)


def test_a_link_that_the_user_names_is_followed(tmp_path):
    tree(tmp_path, "a/b.md")
    (tmp_path / "here").symlink_to("a")

    assert ["here/b.md"] == found(tmp_path / "here", under=tmp_path)


@pytest.mark.parametrize("name", ["nowhere", "nowhere.md", "a.md/b.md", "\0", "notes.txt", "x" * 5000])
def test_a_path_that_cannot_hold_records_stops_the_run_by_name_before_anything_is_found(tmp_path, name):
    tree(tmp_path, "a.md", "notes.txt")

    with pytest.raises(ConfigError) as error:
        folder.discover([tmp_path, tmp_path / name])
    assert str(tmp_path / name) in str(error.value)


def test_a_very_deep_folder_is_walked(tmp_path):
    deep = tmp_path
    for _ in range(300):
        deep /= "d"
    deep.mkdir(parents=True)
    (deep / "a.md").touch()

    assert [deep / "a.md"] == [each.path for each in folder.discover([tmp_path])]


def test_a_folder_that_cannot_be_listed_is_found_and_says_so_when_it_is_read(plain_users):
    tree(plain_users, "a/b.md")
    (plain_users / "a").chmod(0)
    ((path, _),) = folder.discover([plain_users])

    with pytest.raises(RecordError, match=r"cannot be read|not a regular file"):
        folder.read(path)
    (plain_users / "a").chmod(0o700)


# -- read


def test_a_file_is_read_as_it_is(tmp_path):
    assert OLD == folder.read(tree(tmp_path, "a.md") / "a.md")


def nothing(path: Path) -> None: ...
def a_folder(path: Path) -> None: path.mkdir()  # fmt: skip


def a_pipe(path: Path) -> None: os.mkfifo(path)  # fmt: skip


def a_loop(path: Path) -> None: path.symlink_to(path)  # fmt: skip


def a_giant(path: Path) -> None: (path.touch(), os.truncate(path, folder.MAX_BYTES + 1))  # fmt: skip


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (nothing, "cannot be read: no such file or directory"),
        (a_folder, "cannot be read: is a directory"),
        (a_pipe, "not a regular file"),
        (a_loop, "cannot be read: too many levels of symbolic links"),
        (a_giant, "larger than 16 MiB"),
    ],
)
def test_what_is_no_readable_file_is_refused_by_name_and_at_once(tmp_path, make, why):
    path = tmp_path / "a.md"
    make(path)

    with pytest.raises(RecordError) as error:
        folder.read(path)
    assert f"{path}: {why}" == str(error.value)


def test_a_path_that_no_system_knows_is_refused():
    with pytest.raises(RecordError, match="cannot be read"):
        folder.read(Path("a\0b"))


# -- replace


def test_a_file_gets_its_new_bytes_and_keeps_its_mode(tmp_path):
    path = tree(tmp_path, "a.md") / "a.md"
    path.chmod(0o640)

    folder.replace(path, NEW, expected=digest(OLD))

    assert (NEW, 0o640) == (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_file_keeps_its_owner(tmp_path):
    path = tree(tmp_path, "a.md") / "a.md"
    os.chown(path, 1234, 2345)

    folder.replace(path, NEW, expected=digest(OLD))

    assert (1234, 2345) == (path.stat().st_uid, path.stat().st_gid)


@pytest.mark.skipif(sys.platform != "linux", reason="extended attributes are read on Linux only")
def test_a_file_keeps_its_extended_attributes(tmp_path):
    path = tree(tmp_path, "a.md") / "a.md"
    try:
        os.setxattr(path, "user.tag", b"x")
    except OSError:
        pytest.skip("this file system has no extended attributes")

    folder.replace(path, NEW, expected=digest(OLD))

    assert b"x" == os.getxattr(path, "user.tag")


def test_through_a_link_its_target_is_written_and_the_link_stays(tmp_path):
    target = tree(tmp_path, "store/a.md") / "store/a.md"
    link = tmp_path / "a.md"
    link.symlink_to("store/a.md")

    folder.replace(link, NEW, expected=digest(OLD))

    assert (True, NEW) == (link.is_symlink(), target.read_bytes())


def test_a_file_that_somebody_edited_meanwhile_is_left_as_it_is(tmp_path):
    path = tree(tmp_path, "a.md") / "a.md"

    with pytest.raises(Edited) as error:
        folder.replace(path, NEW, expected=digest(b"what we read"))
    assert f"{path}: changed on disk since it was read; left as it is" == str(error.value)
    assert OLD == path.read_bytes()


def gone(path: Path) -> None: path.unlink()  # fmt: skip


def hard_linked(path: Path) -> None: (path.parent / "b.md").hardlink_to(path)  # fmt: skip


def a_folder_now(path: Path) -> None: (path.unlink(), path.mkdir())  # fmt: skip


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (gone, "cannot be written: no such file or directory"),
        (hard_linked, "cannot be written: it has several hard links; make it a file of its own"),
        (a_folder_now, "cannot be written: it has several hard links|cannot be read: is a directory"),
    ],
)
def test_what_may_not_be_replaced_is_refused_and_no_temporary_file_is_left(tmp_path, make, why):
    path = tree(tmp_path, "a.md") / "a.md"
    make(path)
    before = sorted(tmp_path.iterdir())

    with pytest.raises(RecordError, match=why):
        folder.replace(path, NEW, expected=digest(OLD))
    assert before == sorted(tmp_path.iterdir())


def test_a_name_as_long_as_names_may_be_can_be_replaced(tmp_path):
    path = tree(tmp_path, "x" * 252 + ".md") / ("x" * 252 + ".md")

    folder.replace(path, NEW, expected=digest(OLD))

    assert NEW == path.read_bytes()


def test_a_folder_that_may_not_be_written_is_refused(plain_users):
    path = tree(plain_users, "a.md") / "a.md"
    plain_users.chmod(0o500)

    with pytest.raises(RecordError, match="cannot be written: permission denied"):
        folder.replace(path, NEW, expected=digest(OLD))
    plain_users.chmod(0o700)


def test_a_file_that_may_not_be_written_is_refused_though_its_folder_would_allow_it(plain_users):
    path = tree(plain_users, "a.md") / "a.md"
    path.chmod(0o444)

    with pytest.raises(RecordError, match="cannot be written: it is read-only"):
        folder.replace(path, NEW, expected=digest(OLD))
    assert OLD == path.read_bytes()


# -- sweep


def test_temporary_files_of_killed_runs_are_swept_and_those_of_living_ones_stay(tmp_path):
    living = f".metafresh-{os.getppid()}-aa.tmp"
    strays = [f".metafresh-{os.getpid()}-aa.tmp", ".metafresh-99999999-aa.tmp", f".metafresh-{10**30}-aa.tmp"]
    others = [".metafresh-x-aa.tmp", ".metafresh-1.md", "a.tmp", "a.md"]
    tree(tmp_path, living, *strays, *others)

    folder.sweep(tmp_path)

    assert sorted([living, *others]) == sorted(path.name for path in tmp_path.iterdir())


def test_sweeping_a_folder_that_is_gone_does_nothing(tmp_path):
    folder.sweep(tmp_path / "gone")


def test_a_temporary_file_is_never_taken_for_a_record(tmp_path):
    tree(tmp_path, ".metafresh-1-aa.tmp")

    assert [] == found(tmp_path, under=tmp_path)
