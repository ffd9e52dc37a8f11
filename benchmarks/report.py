"""How soon a long report is on the screen: Chromium's first paint of 5,000 changes, in milliseconds.

python benchmarks/report.py
"""

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from crawler.report.html import to_html
from crawler.report.model import build

ROUNDS = 5
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def page() -> str:
    now = datetime.now(UTC)
    told = {"source": "https://a.example/", "evidence": "h1", "reason": "most trusted", "at": now.isoformat()}
    value = {"type": "change", "v": 1, "run": "r", "field": "title", "after": "The tide turns", "status": "applied"}
    changes = [
        told
        | value
        | {"record": f"{n // 20}.md", "pointer": f"/related/{n % 20}/title", "before": f"The tide {n} turns"}
        for n in range(5000)
    ]
    run = {"id": "r", "started": now, "finished": now, "dry_run": False, "outcome": "done", "counts": {}}
    return to_html(build(run, changes, (), ()))


def main() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        print("skipped: there is no chromium on this machine")
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        file = Path(folder) / "report.html"
        file.write_text(page(), encoding="utf-8")
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        view = browser.new_page()
        view.goto(file.as_uri())
        painted = sorted(view.reload() and view.evaluate(FIRST_PAINT) for _ in range(ROUNDS))
        browser.close()
    print(f"first paint of 5,000 changes: best {painted[0]:.0f} ms, median {painted[ROUNDS // 2]:.0f} ms")


if __name__ == "__main__":
    main()
