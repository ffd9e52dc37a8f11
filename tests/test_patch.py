"""The patch of a run: git takes it, and it makes of the old records the new ones, to the byte."""

import asyncio
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crawler.cli import main
from crawler.errors import EditRefused
from crawler.model import Splice
from crawler.records import edit
from crawler.report.patch import patch
from tests.desk import PAGE, RECORD, Desk, html

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="there is no git on this machine to try patches with")


def git(folder, *words, given=b""):
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(["git", *words], cwd=folder, input=given, capture_output=True, env=environment, check=False)


def applied(folder: Path, name: bytes, document: bytes, made: bytes) -> bytes:
    """What git makes of a file in a folder that is no repository."""
    path = folder.joinpath(name.decode("utf-8", "surrogateescape"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(document)
    for words in (["apply", "--check"], ["apply"]):
        done = git(folder, *words, "-", given=made)
        assert 0 == done.returncode, (done.stderr, made)
    return path.read_bytes()


def replaced(document: bytes, *pairs: tuple[bytes, bytes]) -> list[Splice]:
    return [Splice(document.index(old), old, new) for old, new in pairs]


# ---- the diff


def test_a_diff_has_three_lines_around_what_changed():
    document = b"".join(b"line %d\n" % number for number in range(9))

    assert b"""\
diff --git a/records/a.md b/records/a.md
--- a/records/a.md
+++ b/records/a.md
@@ -2,7 +2,7 @@
 line 1
 line 2
 line 3
-line 4
+line four
 line 5
 line 6
 line 7
""" == patch(b"records/a.md", document, replaced(document, (b"4", b"four")))


def test_changes_that_are_near_share_a_hunk_and_others_have_their_own():
    document = b"".join(b"line %02d\n" % number for number in range(30))

    made = patch(b"a.md", document, replaced(document, (b"02", b"2"), (b"09", b"9"), (b"25\n", b"")))

    assert [b"@@ -1,13 +1,13 @@", b"@@ -23,8 +23,7 @@"] == [
        line for line in made.splitlines() if line.startswith(b"@@")
    ]


def test_lines_that_a_splice_only_touches_are_no_change():
    document = b"a: 1\nb: 2\n"

    assert b"@@ -1,2 +1,3 @@\n a: 1\n+c: 3\n b: 2\n" in patch(b"a.md", document, [Splice(5, b"", b"c: 3\n")])


def test_splices_that_change_nothing_are_no_patch():
    assert b"" == patch(b"a.md", b"a: 1\n", [Splice(3, b"1", b"1")])
    assert b"" == patch(b"a.md", b"a: 1\n", [])


def test_a_file_that_is_not_what_was_spliced_is_refused():
    with pytest.raises(EditRefused):
        patch(b"a.md", b"a: 1\n", [Splice(3, b"2", b"1")])


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        (b"records/a.md", b"a/records/a.md"),
        (b"two words.md", b"a/two words.md"),
        (b'"q" \\ \t\n\x01\x7f.md', b'"a/\\"q\\" \\\\ \\t\\n\\001\\177.md"'),
        ("größe.md".encode(), b'"a/gr\\303\\266\\303\\237e.md"'),
        (b"\xff.md", b'"a/\\377.md"'),
    ],
)
def test_a_name_is_quoted_as_git_does_it(tmp_path, name, quoted):
    made = patch(name, b"a: 1\n", [Splice(3, b"1", b"2")])

    assert b"diff --git " + quoted + b" " == made[: len(quoted) + 12]
    assert b"a: 2\n" == applied(tmp_path, name, b"a: 1\n", made)


@pytest.mark.parametrize(
    "document",
    [b"a: 1\nb: 2", b"a: 1\r\nb: 2\r\n", b"\xef\xbb\xbfa: 1\nb: 2\n", b"a: 1\n\n\n\nb: 2\n\n", b"a: 1\n\\ b: 2\n",
     b"a: 1\n-- b: 2\n", b"a: 1\n+++ b: 2\n", b"\ra: 1\rb: 2\r"],
)  # fmt: skip
def test_every_way_to_end_lines_goes_through_git_unharmed(tmp_path, document):
    splices = replaced(document, (b"1", b"one"), (b"2", b"two"))

    assert edit.apply(document, splices) == applied(tmp_path, b"a.md", document, patch(b"a.md", document, splices))


text = st.text(st.sampled_from("ab\n\r -+\\@é\ufeff"), max_size=12).map(str.encode)


@st.composite
def spliced(draw):
    """A document, and splices of it."""
    kept, cuts = draw(st.lists(text, min_size=2, max_size=6)), []
    document = kept[0]
    for part in kept[1:]:
        before, after = draw(text), draw(text)
        cuts.append(Splice(len(document), before, after))
        document += before + part
    return document, cuts


@settings(max_examples=60)
@given(spliced())
def test_git_makes_of_any_old_document_the_new_one(tmp_path_factory, drawn):
    document, splices = drawn
    new = edit.apply(document, splices)
    # No record is empty, and what is no change is no patch.
    assume(document and new and document != new)

    made = patch(b"a.md", document, splices)

    assert new == applied(tmp_path_factory.mktemp("git"), b"a.md", document, made)


words = st.text(st.sampled_from("ab: #'\"-{[é☃\u2028\ufeff\x85|>"), max_size=20)


@settings(max_examples=60)
@given(
    words, words, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff"]), st.sampled_from(["", "\n", "\nx\n"])
)
def test_git_makes_of_any_record_what_an_edit_makes_of_it(tmp_path_factory, old, new, eol, mark, end):
    lines = [
        "---",
        f"title: {json.dumps(old)}",
        "# mine",
        "related:",
        "- webUrl: https://a.example/",
        "secured: x",
        "---",
    ]
    document = (mark + eol.join(lines) + end.replace("\n", eol)).encode()
    splices = tuple(edit.splices(document, {"/title": new, "/excerpt": new, "/related/0/title": new}).values())

    made = patch(b"a.md", document, splices)

    assert edit.apply(document, splices) == applied(tmp_path_factory.mktemp("git"), b"a.md", document, made)


# ---- the command


@pytest.fixture
def desk(web, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Desk(web, tmp_path)


async def report(capfdbinary, *words):
    with pytest.raises(SystemExit) as caught:
        await asyncio.to_thread(main, ["report", "--format", "patch", *words])
    said = capfdbinary.readouterr()
    return int(caught.value.code or 0), said.out, said.err.decode()


NEW = {"title": 'New "title"', "excerpt": "Neu: süß", "image": "https://cdn.example/new.png"}


@pytest.mark.parametrize("record", [RECORD, RECORD.replace("\n", "\r\n"), "\ufeff" + RECORD, RECORD.rstrip("\n")])
async def test_the_patch_of_a_run_makes_of_the_old_records_the_new_ones(desk, capfdbinary, tmp_path, record):
    for name in ("a.md", "b c.md"):
        desk.write(record, name)
    desk.web[PAGE] = html(**NEW)
    await desk.crawl()

    code, made, err = await report(capfdbinary)

    assert (0, "") == (code, err)
    new = {name: desk.read(name) for name in ("a.md", "b c.md")}
    for name in new:
        desk.write(record, name)
    assert 0 == git(tmp_path, "apply", "--check", "-", given=made).returncode
    assert 0 == git(tmp_path, "apply", "-", given=made).returncode
    assert new == {name: desk.read(name) for name in new}


async def test_the_patch_of_a_dry_run_is_what_apply_writes(desk, capfdbinary, tmp_path):
    desk.write(RECORD)
    desk.web[PAGE] = html(**NEW)
    await desk.crawl(dry_run=True)

    _, made, _ = await report(capfdbinary)

    assert 0 == git(tmp_path, "apply", "-", given=made).returncode
    patched = desk.read()
    desk.write(RECORD)
    await desk.apply()
    assert patched == desk.read()


async def test_what_later_runs_wrote_does_not_hide_what_an_earlier_one_did(desk, capfdbinary):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")
    await desk.crawl()
    first = desk.summary.run
    _, made, _ = await report(capfdbinary)
    desk.web[PAGE] = html(title="Newer title", excerpt="New excerpt.")
    await desk.crawl(everything=True)
    await desk.revert(first, force=True)

    assert (0, made, "") == await report(capfdbinary, first)


async def test_a_record_that_was_edited_since_is_said_and_left_out(desk, capfdbinary):
    for name in ("a.md", "b.md"):
        desk.write(RECORD, name)
    desk.web[PAGE] = html(title="New title")
    await desk.crawl()
    desk.write(desk.read() + "mine\n")

    code, made, err = await report(capfdbinary)

    assert (0, "metafresh: records/a.md: edited since; left out\n") == (code, err.replace(f"{desk.folder}", "records"))
    assert [b"+++ b/records/b.md"] == [line for line in made.splitlines() if line.startswith(b"+++")]


async def test_where_no_record_is_left_to_patch_the_command_fails(desk, capfdbinary):
    path = desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")
    await desk.crawl()
    path.unlink()

    code, made, err = await report(capfdbinary)

    assert (1, b"") == (code, made)
    assert "there is no patch of run" in err.splitlines()[-1]


async def test_a_run_that_changed_nothing_has_an_empty_patch(desk, capfdbinary):
    desk.write(RECORD)
    desk.web[PAGE] = html()
    await desk.crawl()

    assert (0, b"", "") == await report(capfdbinary)


async def test_in_a_repository_names_begin_at_its_top_wherever_the_command_is_run(
    desk, capfdbinary, tmp_path, monkeypatch
):
    git(tmp_path, "init", "--quiet")
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")
    await desk.crawl()
    monkeypatch.chdir(desk.folder)

    _, made, _ = await report(capfdbinary, "--state", "../state", "--output", "../run.patch")

    new = desk.read()
    desk.write(RECORD)
    assert b"" == made
    assert 0 == git(tmp_path, "apply", "run.patch").returncode
    assert new == desk.read()
