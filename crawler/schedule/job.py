"""What is to be run again and again, and how often. Pure."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from crawler.errors import ConfigError

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
_MINUTE = timedelta(minutes=1)
# What a shell, a crontab or a unit may take for the end of a line, or nobody sees.
_NEVER = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Job:
    """A crawl that is to be run again and again.

    Attributes:
        command: the program and what comes before the name of its command, the program by its absolute path.
        config: the file of settings, None where there is none; `state` and `records` are the folders in force.
        every: from one run to the next.
        lot: a number that stays the same on one machine and differs between machines.
        is_on_server: whether the settings name a database for the state; `state` is what needs a disk all the same.
    """

    command: tuple[str, ...]
    config: str | None
    state: str
    records: tuple[str, ...]
    every: timedelta
    lot: int
    is_on_server: bool = False

    @property
    def max_time(self) -> str:
        """How long one run may begin visits, as `--max-time` takes it: five sixths of the time until the next."""
        return _said(self.every * 5 / 6)

    @property
    def places(self) -> tuple[str, ...]:
        """The flags that name the settings and the state."""
        state = () if self.is_on_server else ("--state", self.state)
        return (*(("--config", self.config) if self.config else ()), *state)

    @property
    def crawl(self) -> tuple[str, ...]:
        """The whole command line, a word an entry."""
        return (*self.command, "crawl", *self.places, "--max-time", self.max_time, "--", *self.records)


def check_rhythm(every: timedelta) -> None:
    """Raise ConfigError where a calendar cannot say how often.

    It can say what comes out even: minutes within an hour, hours within a day, a day, a week.
    """
    if every in (DAY, WEEK):
        return
    unit, whole = (_MINUTE, HOUR) if every < HOUR else (HOUR, DAY)
    if not every or every % unit or whole % every:
        raise ConfigError(
            f"every {_said(every)} is not what a calendar can say; "
            "write 5m, 10m, 15m, 30m, hourly, 2h, 6h, 12h, daily, weekly, or another part of an hour or a day"
        )


def check_words(words: Iterable[str], where: str, never: str = "") -> None:
    """Raise ConfigError where a path holds a character that acts rather than shows, or another of those in `never`."""
    for word in words:
        for char in word:
            if char in never or unicodedata.category(char) in _NEVER:
                raise ConfigError(f"{word!r} cannot be written in {where}: it holds {char!r}")


def five_fields(every: timedelta, lot: int) -> str:
    """When to run, as the five fields of a crontab line; the lot decides which of the equal moments it is.

    Raises:
        ConfigError: five fields cannot say it.
    """
    check_rhythm(every)
    minute, hour, day = lot % 60, lot // 60 % 24, lot // 1440 % 7
    if every < HOUR:
        return f"{_each(every // _MINUTE, minute, 59)} * * * *"
    if every < DAY:
        return f"{minute} {_each(every // HOUR, hour, 23)} * * *"
    return f"{minute} {hour} * * {day if every == WEEK else '*'}"


def calendar(every: timedelta) -> str:
    """When to run, as systemd's OnCalendar= has it (systemd.time(7)).

    Raises:
        ConfigError: it cannot say it.
    """
    check_rhythm(every)
    names = {HOUR: "hourly", DAY: "daily", WEEK: "weekly"}
    return names.get(every) or (f"*:0/{every // _MINUTE}" if every < HOUR else f"0/{every // HOUR}:00")


def _each(step: int, first: int, last: int) -> str:
    return "*" if step == 1 else f"{first % step}-{last}/{step}"


def _said(every: timedelta) -> str:
    seconds = int(every.total_seconds())
    return next(
        (f"{seconds // size}{unit}" for unit, size in (("h", 3600), ("m", 60)) if not seconds % size), f"{seconds}s"
    )
