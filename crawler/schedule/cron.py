"""A line for a crontab (crontab(5)). Pure."""

import shlex

from crawler.schedule.job import Job, check_words, five_fields


def crontab(job: Job) -> str:
    """The line, under a few words about it.

    Raises:
        ConfigError: a crontab cannot say how often, or cannot hold a path.
    """
    # Cron itself takes a backslash away, but only before some characters, and not each cron before the same ones.
    check_words(job.crawl, "a crontab", never="\\")
    folders = dict.fromkeys((job.command[0].rpartition("/")[0] or "/", "/usr/local/bin", "/usr/bin", "/bin"))
    # Set for this one command: a line PATH=... would hold for all that follow in the same crontab.
    line = f"PATH={shlex.quote(':'.join(folders))} {shlex.join(job.crawl)}"
    # To cron a bare % is the end of the line (crontab(5)).
    line = line.replace("%", r"\%")
    return f"""\
# metafresh: crontab -e, and add this. The minute is this machine's own, so that not everybody asks at the same time.
# Cron mails what is printed, and nothing is when nothing changed; a line MAILTO=you@example.com above says to whom.
# Two runs at once are no danger: the second one ends with exit code 75.
{five_fields(job.every, job.lot)}  {line}
"""
