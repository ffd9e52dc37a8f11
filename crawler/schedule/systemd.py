"""A hardened service and its timer (systemd.exec(5), systemd.timer(5)). Pure.

The service sees all of the machine's files, may write the records and the state alone, and may do nothing that takes
privileges. What systemd gives no service by default is not named again.
"""

import re
from collections.abc import Iterable, Sequence

from crawler.schedule.job import DAY, HOUR, Job, calendar, check_words

# Folders that ProtectHome=true and PrivateTmp=true hide.
_HOMES, _TEMPORARY = ("/home", "/root", "/run/user"), ("/tmp", "/var/tmp")  # noqa: S108 (named, not used)
_STATES = "/var/lib/"
# What StateDirectory= takes as it is; a colon has a meaning there.
_PLAIN = re.compile(r"[\w./-]+", re.ASCII)
_MEGABYTES_A_PROCESS = 512


def service(job: Job, *, owner: str, written: Sequence[str], needed: Sequence[str], processes: int) -> str:
    """The service.

    Args:
        owner: who runs it: a name, or a number.
        written: absolute paths of the folders of records; `needed` are those of the program and what else it reads.
        processes: how many a crawl takes.

    Raises:
        ConfigError: a unit cannot hold a path.
    """
    check_words((*job.crawl, *written), "a unit of systemd")
    named = (*written, job.state, *needed)
    home = "read-only" if any(_is_below(path, _HOMES) for path in named) else "true"
    private = "false" if any(_is_below(path, _TEMPORARY) for path in named) else "true"
    return f"""\
# Runs once when metafresh.timer calls; by hand: systemctl start metafresh.service
[Unit]
Description=Refresh the metadata of article records
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
# The owner of the records.
User={_specified(owner)}
ExecStart={_executed(job.crawl)}
# Another run holds the lock (75), or it was told to stop and kept what was done (130): no failure.
SuccessExitStatus=75 130
# It ends by itself after {job.max_time}; SIGTERM lets it write what it has fetched.
TimeoutStartSec={int(job.every.total_seconds())}
MemoryMax={_MEGABYTES_A_PROCESS * (1 + processes)}M
Nice=10
IOSchedulingClass=idle

# It may write here, and nowhere else.
ProtectSystem=strict
{_writable(written, job.state)}
ProtectHome={home}
PrivateTmp={private}

NoNewPrivileges=true
CapabilityBoundingSet=
AmbientCapabilities=
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
# A record keeps its owner and group when it is written.
SystemCallFilter=@chown
SystemCallErrorNumber=EPERM
SystemCallArchitectures=native
LockPersonality=true
PrivateDevices=true
PrivateMounts=true
ProcSubset=pid
ProtectClock=true
ProtectControlGroups=true
ProtectHostname=true
ProtectKernelLogs=true
ProtectKernelModules=true
ProtectKernelTunables=true
ProtectProc=invisible
RemoveIPC=true
RestrictNamespaces=true
RestrictRealtime=true
RestrictSUIDSGID=true
"""


def timer(job: Job) -> str:
    """The timer.

    Raises:
        ConfigError: a calendar cannot say how often.
    """
    return f"""\
# Into force: systemctl daemon-reload && systemctl enable --now metafresh.timer
[Unit]
Description=Refresh the metadata of article records, again and again

[Timer]
OnCalendar={calendar(job.every)}
# A moment of this machine's own, so that not everybody asks at the same time.
RandomizedDelaySec={int(min(job.every, DAY).total_seconds()) // 4}
FixedRandomDelay=true
AccuracySec={"1min" if job.every >= HOUR else "1s"}
# What was missed while the machine was off is made up for, once.
Persistent=true

[Install]
WantedBy=timers.target
"""


def _writable(records: Sequence[str], state: str) -> str:
    """The lines that let records and state be written."""
    own = state.removeprefix(_STATES) if state.startswith(_STATES) else ""
    if _PLAIN.fullmatch(own) and ".." not in own.split("/"):
        # Made by systemd, for the user, where it is not there.
        return f"ReadWritePaths={_listed(records)}\nStateDirectory={own}"
    return f"ReadWritePaths={_listed((*records, state))}"


def _is_below(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _specified(text: str) -> str:
    """Text with nothing in it that systemd puts something else in place of (systemd.unit(5), Specifiers)."""
    return text.replace("%", "%%")


def _quoted(word: str) -> str:
    """A word of a list, by the rules of systemd.syntax(7)."""
    safe = re.fullmatch(r"[\w%+,./:=@-]+", word, re.ASCII)
    escaped = word.replace("\\", r"\\").replace('"', r"\"")
    return _specified(word if safe else f'"{escaped}"')


def _listed(paths: Iterable[str]) -> str:
    return " ".join(map(_quoted, paths))


def _executed(words: tuple[str, ...]) -> str:
    """A command line (systemd.service(5), Command Lines): a $ stands for itself in the program's name alone."""
    program, *rest = words
    return " ".join((_quoted(program), *(_quoted(word.replace("$", "$$")) for word in rest)))
