"""`metafresh schedule`: text that others run, so it is run, or asked of those who would run it, here."""

import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from crawler.cli import main
from crawler.errors import ConfigError
from crawler.schedule.cron import crontab
from crawler.schedule.github import workflow
from crawler.schedule.job import Job, calendar, five_fields
from crawler.schedule.systemd import service, timer
from tests.loopback import Answer

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# What a shell, a crontab, a unit or a workflow would each take for something else.
ODD = '/srv/it\'s 100% "$HOME" ${{ x }} $(id) `id` %h #1'


def job(**other) -> Job:
    usual = {
        "command": ("/opt/bin/metafresh",),
        "config": "/srv/site/metafresh.yaml",
        "state": "/srv/site/state",
        "records": ("/srv/site/records",),
        "every": HOUR,
        "lot": 2 * 1440 + 3 * 60 + 17,
    }
    return Job(**(usual | other))


def unit(a_job=None, **other) -> str:
    usual = {"owner": "site", "written": ("/srv/site/records",), "needed": ("/opt/bin/metafresh",), "processes": 1}
    return service(a_job or job(), **(usual | other))


def value(text: str, key: str) -> str:
    """The last value of a key of a unit."""
    return re.findall(rf"^{key}=(.*)$", text, re.MULTILINE)[-1]


# ---- how often


@pytest.mark.parametrize(
    ("every", "fields", "on"),
    [
        (MINUTE, "* * * * *", "*:0/1"),
        (15 * MINUTE, "2-59/15 * * * *", "*:0/15"),
        (HOUR, "17 * * * *", "hourly"),
        (2 * HOUR, "17 1-23/2 * * *", "0/2:00"),
        (12 * HOUR, "17 3-23/12 * * *", "0/12:00"),
        (DAY, "17 3 * * *", "daily"),
        (7 * DAY, "17 3 * * 2", "weekly"),
    ],
)
def test_a_rhythm_that_comes_out_even_can_be_said(every, fields, on):
    assert (fields, on) == (five_fields(every, job().lot), calendar(every))


@pytest.mark.parametrize("every", [7 * MINUTE, 90 * MINUTE, 5 * HOUR, 2 * DAY, timedelta(seconds=40), timedelta(0)])
@pytest.mark.parametrize("say", [lambda every: five_fields(every, 0), calendar])
def test_any_other_is_refused(every, say):
    with pytest.raises(ConfigError, match="is not what a calendar can say"):
        say(every)


def test_github_is_not_asked_for_more_than_it_gives():
    with pytest.raises(ConfigError, match="every 5 minutes"):
        workflow(job(every=MINUTE))


def test_a_run_ends_before_the_next_begins():
    assert ["50m", "750s", "20h"] == [job(every=each).max_time for each in (HOUR, 15 * MINUTE, DAY)]


# ---- cron


def test_a_crontab_line_says_who_is_mailed_and_runs_the_crawl():
    *about, line = crontab(job()).splitlines()

    assert (
        "17 * * * *  PATH=/opt/bin:/usr/local/bin:/usr/bin:/bin /opt/bin/metafresh crawl"
        " --config /srv/site/metafresh.yaml --state /srv/site/state --max-time 50m -- /srv/site/records"
    ) == line
    assert all(line.startswith("# ") for line in about)
    assert "MAILTO=" in " ".join(about)


def test_cron_and_its_shell_give_back_every_path():
    line = crontab(job(command=("/usr/bin/printf", r"%s|"), records=(ODD,))).splitlines()[-1]
    # What cron does: the five fields off, the backslash before a % off (crontab(5)).
    command = re.sub(r"^(\S+ +){5}", "", line)
    assert "%" not in command.replace(r"\%", "")

    said = subprocess.run(["/bin/sh", "-c", command.replace(r"\%", "%")], capture_output=True, text=True, check=True)

    assert ["--", ODD] == said.stdout.split("|")[-3:-1]


@pytest.mark.parametrize("path", ["/srv/a\nb", "/srv/a\\b", "/srv/a\x1bb", "/srv/\u2028", "/srv/\udcff"])
def test_a_path_that_a_crontab_cannot_hold_is_refused(path):
    with pytest.raises(ConfigError, match="cannot be written in a crontab"):
        crontab(job(records=(path,)))


# ---- systemd


def test_a_service_is_hardened_and_writes_records_and_state_alone():
    text = unit()

    assert "/srv/site/records /srv/site/state" == value(text, "ReadWritePaths")
    for line in ("Type=oneshot", "User=site", "NoNewPrivileges=true", "ProtectSystem=strict", "ProtectHome=true",
                 "PrivateTmp=true", "CapabilityBoundingSet=", "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
                 "SystemCallFilter=@system-service", "SuccessExitStatus=75 130", "TimeoutStartSec=3600"):  # fmt: skip
        assert line in text.splitlines()


@pytest.mark.parametrize("place", ["/home/ann", "/root", "/run/user/1000"])
def test_records_in_a_home_are_seen(place):
    assert "read-only" == value(unit(written=(f"{place}/records",)), "ProtectHome")
    assert "read-only" == value(unit(needed=(f"{place}/venv/bin/metafresh",)), "ProtectHome")


def test_records_below_tmp_are_seen():
    assert "false" == value(unit(written=("/tmp/records",)), "PrivateTmp")


@pytest.mark.parametrize(("state", "own"), [("/var/lib/metafresh", "metafresh"), ("/var/lib/site/a", "site/a")])
def test_state_where_systemd_keeps_it_is_made_by_systemd(state, own):
    text = unit(job(state=state))

    assert (own, "/srv/site/records") == (value(text, "StateDirectory"), value(text, "ReadWritePaths"))


@pytest.mark.parametrize("state", ["/var/lib/a b", "/var/lib/a:b", "/var/lib/", "/var/lib/../x", "/var/library"])
def test_state_elsewhere_is_only_written_to(state):
    assert "StateDirectory" not in unit(job(state=state))


def test_a_timer_makes_up_for_what_was_missed_at_a_moment_of_its_own():
    text = timer(job())

    assert "hourly" == value(text, "OnCalendar")
    for line in ("Persistent=true", "RandomizedDelaySec=900", "FixedRandomDelay=true", "AccuracySec=1min"):
        assert line in text.splitlines()


def test_a_path_that_a_unit_cannot_hold_is_refused():
    with pytest.raises(ConfigError, match="cannot be written in a unit of systemd"):
        unit(job(records=("/srv/a\nExecStart=/bin/false",)))


@pytest.fixture
def systemd_analyze():
    if not (program := shutil.which("systemd-analyze")):
        pytest.skip("systemd-analyze is not on this machine")

    def run(*words):
        return subprocess.run([program, *words], capture_output=True, text=True, check=False)

    if int(run("--version").stdout.split()[1]) < 250:
        pytest.skip("this systemd is too old to know all that is asked of it")
    return run


@pytest.mark.parametrize("every", [MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY])
def test_systemd_takes_the_units_as_they_are(tmp_path, systemd_analyze, every):
    # Systemd wants a program that is there.
    mine = job(command=(sys.executable, "-m", "crawler"), records=(ODD,), state=f"{ODD}\\state", every=every)
    (tmp_path / "metafresh.service").write_text(unit(mine, written=(ODD,), owner="root"))
    (tmp_path / "metafresh.timer").write_text(timer(mine))

    done = systemd_analyze("verify", str(tmp_path / "metafresh.timer"), str(tmp_path / "metafresh.service"))

    # It also tells of the machine's own units.
    assert [] == [line for line in done.stderr.splitlines() if "metafresh" in line]


def test_systemd_gives_back_a_path_as_it_was(tmp_path, systemd_analyze):
    program = f"{ODD}\\metafresh"
    (tmp_path / "metafresh.service").write_text(unit(job(command=(program,))))

    complaint = systemd_analyze("verify", str(tmp_path / "metafresh.service")).stderr

    # It names a program that it does not like.
    assert f": {program}\n" in complaint


@pytest.mark.parametrize(("places", "most"), [({}, 1.5), ({"owner": "root", "written": ("/home/ann/records",)}, 2.0)])
def test_systemd_finds_little_that_is_exposed(tmp_path, systemd_analyze, places, most):
    (tmp_path / "metafresh.service").write_text(unit(**places))

    done = systemd_analyze("security", "--offline=true", "--no-pager", str(tmp_path / "metafresh.service"))

    if not (level := re.search(r"exposure level .*: (\d+\.\d)", done.stdout)):
        pytest.skip("this systemd-analyze judges no unit that is not running")
    assert float(level[1]) < most


# ---- GitHub


def steps(text: str) -> list[dict]:
    return yaml.safe_load(text)["jobs"]["refresh"]["steps"]


def scripts(text: str) -> str:
    return "\n".join(step.get("run", "") for step in steps(text))


def test_a_workflow_has_what_github_wants():
    text = workflow(job(config="metafresh.yaml", records=("records",)))
    whole = yaml.safe_load(text)

    # YAML 1.1 takes the key `on` for true.
    assert [{"cron": "17 * * * *"}] == whole[True]["schedule"]
    assert {"contents": "write"} == whole["permissions"]
    assert {"group": "metafresh", "cancel-in-progress": False} == whole["concurrency"]
    used = [step["uses"].partition("@")[0] for step in steps(text) if "uses" in step]
    assert ["actions/checkout", "actions/setup-python", "actions/cache/restore", "actions/cache/save"] == used
    for words in ("pip install metafresh", "metafresh crawl --config metafresh.yaml", "-- records", "git push",
                  '--format markdown >> "$GITHUB_STEP_SUMMARY"', "git diff --cached --quiet"):  # fmt: skip
        assert words in scripts(text)


def test_what_a_run_did_is_kept_when_the_crawl_failed():
    later = steps(workflow(job()))[-3:]

    assert ["${{ !cancelled() }}", "${{ !cancelled() }}", "${{ always() }}"] == [step["if"] for step in later]


def test_github_and_its_shell_give_back_every_path():
    text = workflow(job(records=(ODD.lstrip("/"),)))
    (script,) = (line for line in scripts(text).splitlines() if " add -- " in line)
    # What GitHub does: each expression gives place to its value, here a text's own.
    script = re.sub(r"\$\{\{ '(.*?)' \}\}", r"\1", script)
    assert "${{ '" not in script

    said = subprocess.run(
        ["bash", "-c", f"git() {{ printf '%s|' \"$@\"; }}; {script}"], capture_output=True, text=True, check=True
    )

    assert ["--literal-pathspecs", "add", "--", ODD.lstrip("/"), ""] == said.stdout.split("|")


# ---- the command


@pytest.fixture
def metafresh(tmp_path, monkeypatch, capsys):
    """The command, run in this process, in a folder with records."""
    monkeypatch.chdir(tmp_path)
    Path("records").mkdir()

    def run(*words):
        with pytest.raises(SystemExit) as caught:
            main(["schedule", *words])
        said = capsys.readouterr()
        return int(caught.value.code or 0), said.out, said.err

    return run


def test_the_line_is_made_from_the_settings_in_force(metafresh, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "metafresh.yaml").write_text("state: memory\nrecords: [records]")

    code, out, err = metafresh("cron")

    assert (0, "") == (code, err)
    assert f"--config {tmp_path}/config/metafresh.yaml --state {tmp_path}/memory" in out
    assert out.endswith(f" -- {tmp_path}/records\n")


def test_the_line_is_the_same_each_time(metafresh):
    assert metafresh("cron") == metafresh("cron")


def test_flags_count_for_more_than_settings(metafresh, tmp_path):
    (tmp_path / "news").mkdir()

    _, out, _ = metafresh("cron", "news", "--state", "elsewhere", "--every", "daily")

    assert f"--state {tmp_path}/elsewhere --max-time 20h -- {tmp_path}/news" in out


def test_both_units_are_printed_each_under_its_name(metafresh):
    _, out, _ = metafresh("systemd")

    assert ["metafresh.service", "metafresh.timer"] == re.findall(r"^# ---- (.*)$", out, re.MULTILINE)


def test_units_can_be_written_to_a_folder(metafresh, tmp_path):
    assert (0, "") == metafresh("systemd", "--output", "units")[:2]

    assert "[Service]" in (tmp_path / "units" / "metafresh.service").read_text()
    assert "[Timer]" in (tmp_path / "units" / "metafresh.timer").read_text()


def test_state_that_the_service_could_not_make_is_told(metafresh, tmp_path):
    assert f"metafresh: {tmp_path}/state is not there: make it" in metafresh("systemd")[2]
    (tmp_path / "state").mkdir()
    assert "" == metafresh("systemd")[2]


def test_a_single_record_is_replaced_in_its_folder(metafresh, tmp_path):
    (tmp_path / "records" / "a.md").write_text("---\ntitle: A\n---\n")

    _, out, _ = metafresh("systemd", "records/a.md")

    assert f"ReadWritePaths={tmp_path}/records {tmp_path}/state" in out.splitlines()


def test_a_workflow_names_paths_within_the_repository(metafresh, tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "metafresh.yaml").write_text("records: [records]")

    _, out, _ = metafresh("github")

    assert "--config metafresh.yaml" in scripts(out)
    assert " add -- records" in scripts(out)
    assert str(tmp_path) not in out


def test_without_a_repository_there_is_no_workflow(metafresh):
    code, _, err = metafresh("github")

    assert (2, 1) == (code, err.count("\n"))
    assert "in no git repository" in err


def test_records_outside_of_the_repository_are_refused(metafresh, tmp_path):
    (tmp_path / "site" / ".git").mkdir(parents=True)
    (tmp_path / "site" / "metafresh.yaml").write_text("records: [../records]")

    code, _, err = metafresh("github", "--config", "site/metafresh.yaml")

    assert 2 == code
    assert "not in the git repository" in err


@pytest.mark.parametrize("words", [["cron", "--every", "7m"], ["cron", "--every", "often"], ["at"], []])
def test_what_cannot_be_said_is_told_in_one_line(metafresh, words):
    code, out, err = metafresh(*words)

    assert (2, "", 1) == (code, out, err.count("\n"))


def test_the_printed_line_crawls(web, tmp_path):
    (tmp_path / "records").mkdir()
    record = tmp_path / "records" / "a.md"
    record.write_text('---\ntitle: "Old"\nwebUrl: https://news.example/a\n---\n')
    web["https://news.example/a"] = Answer('<meta property="og:title" content="New">')
    rules = {"delay": 0, "connect_to": list(web.connect_to), "ca_file": str(web.ca_file)}
    (tmp_path / "metafresh.yaml").write_text(yaml.safe_dump({"fetch": rules}))
    told = subprocess.run(
        [sys.executable, "-m", "crawler", "schedule", "cron"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    command = told.stdout.splitlines()[-1].split(maxsplit=5)[5].replace(r"\%", "%")

    # As cron does: from another folder, with next to nothing in the environment.
    bare = {name: os.environ[name] for name in ("HOME",)}
    done = subprocess.run(["/bin/sh", "-c", command], cwd="/", env=bare, capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stderr)
    assert 'title: "New"' in record.read_text()
