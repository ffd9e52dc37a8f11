"""What the README shows is true."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[1] / "README.md"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


def metafresh(*words, cwd):
    return subprocess.run(
        [sys.executable, "-m", "crawler", *words],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"COLUMNS": "80", "PYTHONUTF8": "1"},
        check=False,
    )


def test_its_python_runs():
    (code,) = blocks("python")

    exec(compile(code, "README.md", "exec"), {})


def test_its_diff_is_the_demos(tmp_path):
    done = metafresh("demo", "--into", str(tmp_path / "demo"), cwd=tmp_path)

    assert 0 == done.returncode, done.stderr
    shown = [line for line in blocks("diff")[0].splitlines() if line[0] in "+-"]
    assert shown == [line for line in done.stdout.splitlines() if line in shown]
    assert (tmp_path / "demo" / "report.html").is_file()


@pytest.mark.parametrize("shown", blocks("text"), ids=lambda shown: shown.split()[2])
def test_what_it_shows_of_a_command_is_what_it_says(shown):
    command, _, said = shown.partition("\n")

    done = metafresh(*command.split()[2:], cwd=README.parent)

    assert 0 == done.returncode, done.stderr
    assert said in done.stdout


def test_its_exit_codes_are_those_of_the_help(tmp_path):
    told = metafresh("crawl", "--help", cwd=tmp_path).stdout

    codes = re.findall(r"^\| (\d+) \|", README.read_text("utf-8"), re.MULTILINE)
    assert codes == re.findall(r"^    (\d+) ", told, re.MULTILINE)


def test_each_flag_and_command_that_it_names_is_there(tmp_path):
    commands = [line.split("#")[0].split() for block in blocks("sh") for line in block.splitlines()]
    for words in (words for words in commands if words and words[0] == "metafresh"):
        told = metafresh(words[1], "--help", cwd=tmp_path).stdout
        for flag in (word for word in words if word.startswith("--")):
            assert flag in told, f"{words[1]} {flag}"


def test_its_paths_are_in_the_project():
    for path in re.findall(r"`((?:config|crawler|examples|state)/[\w./]*)`", README.read_text("utf-8")):
        assert (README.parent / path).exists() or path.startswith("state/changes"), path
    assert (README.parent / "examples" / "report.png").is_file()
