"""A workflow for GitHub Actions (docs.github.com, "Workflow syntax"). Pure.

What is remembered between runs is kept in the cache, not committed: it is a database of which each run changes a part,
so that a repository would grow by the whole of it every time. Where the cache is lost - GitHub drops what nobody asked
for in a week - the next run visits everything once more. What was changed is in the repository's own history.
"""

import shlex
from datetime import timedelta

from crawler.errors import ConfigError
from crawler.schedule.job import Job, check_words, five_fields
from crawler.version import VERSION

# "The shortest interval you can run scheduled workflows is once every 5 minutes."
_SHORTEST = timedelta(minutes=5)
# A job ends after six hours at the latest.
_LONGEST = timedelta(hours=6)
# The same folder: `with:` knows no variables of the shell, and `run:` needs no expression.
_STATE, _STATE_IN_SHELL = "${{ runner.temp }}/metafresh", '"$RUNNER_TEMP/metafresh"'


def workflow(job: Job) -> str:
    """The workflow.

    Args:
        job: its paths relative to the repository; its command and its state are the runner's business.

    Raises:
        ConfigError: GitHub cannot run it so often, or a workflow cannot hold a path.
    """
    if job.every < _SHORTEST:
        raise ConfigError("GitHub runs no workflow more often than every 5 minutes")
    check_words((*job.records, job.config or ""), "a workflow")
    config = f" --config {_in_shell(job.config)}" if job.config else ""
    records = " ".join(map(_in_shell, job.records))
    minutes = int(min(job.every, _LONGEST).total_seconds()) // 60
    return f"""\
# Save as .github/workflows/metafresh.yml
name: metafresh

on:
  schedule:
    # In UTC; GitHub may be late.
    - cron: "{five_fields(job.every, job.lot)}"
  workflow_dispatch: {{}}

# One run at a time; one that is under way is never cut short.
concurrency:
  group: metafresh
  cancel-in-progress: false

permissions:
  contents: write

jobs:
  refresh:
    runs-on: ubuntu-latest
    timeout-minutes: {max(minutes, 10)}
    defaults:
      run:
        shell: bash
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.13"
      - run: pip install metafresh=={VERSION}

      # In the cache, not in the repository: a database would make its history grow by the whole of it with every run.
      # Where the cache is lost, the next run visits everything once more.
      - uses: actions/cache/restore@v4
        with:
          path: {_STATE}
          key: metafresh-${{{{ github.run_id }}}}-${{{{ github.run_attempt }}}}
          restore-keys: metafresh-

      - name: Crawl
        run: |
          metafresh crawl{config} --state {_STATE_IN_SHELL} --max-time {max(minutes * 5 // 6, 1)}m --quiet -- {records}

      # All that follows is done whether or not the crawl succeeded: what it did is kept.
      - name: Report
        if: ${{{{ !cancelled() }}}}
        run: |
          metafresh report --state {_STATE_IN_SHELL} --format markdown >> "$GITHUB_STEP_SUMMARY"

      - name: Commit
        if: ${{{{ !cancelled() }}}}
        run: |
          git --literal-pathspecs add -- {records}
          if ! git diff --cached --quiet; then
            git config user.name "github-actions[bot]"
            git config user.email "41898282+github-actions[bot]@users.noreply.github.com"
            git commit --quiet --message "Refresh article metadata"
            git pull --quiet --rebase
            git push --quiet
          fi

      - if: ${{{{ always() }}}}
        uses: actions/cache/save@v4
        with:
          path: {_STATE}
          key: metafresh-${{{{ github.run_id }}}}-${{{{ github.run_attempt }}}}
"""


def _in_shell(path: str) -> str:
    """A path as a word of a script; what would open an expression of GitHub's is itself one that gives it."""
    return shlex.quote(path).replace("${{", "${{ '${{' }}")
