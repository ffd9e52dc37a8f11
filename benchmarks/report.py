"""How soon a long report can be read and used: 5,000 changes in Chromium, times in milliseconds.

python benchmarks/report.py
"""

import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from crawler.report.html import to_html
from crawler.report.model import build

CHANGES, ROUNDS = 5_000, 5
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
# From what a person does to the frame that shows what came of it.
UNTIL_SHOWN = """(act) => new Promise(done => {
  const began = performance.now();
  act === "j" ? document.dispatchEvent(new KeyboardEvent("keydown", {key: "j"})) : (() => {
    const [name, value] = act, field = document.querySelector(`[name=${name}]`);
    field.value = value; field.dispatchEvent(new Event(name === "words" ? "input" : "change"));
  })();
  const shown = () => act === "j" || document.querySelector("[role=status]").textContent;
  const look = () => shown() ? setTimeout(() => done(performance.now() - began)) : requestAnimationFrame(look);
  requestAnimationFrame(look);
})"""
ACTS = {
    "a field": ["field", "title"],
    "a host": ["host", "site-7.example"],
    "a reason": ["reason", "most trusted"],
    "an outcome": ["outcome", "changed"],
    "a search, with the 120 ms that let a person type on": ["words", "4321"],
    "j": "j",
}


def page() -> str:
    now = datetime.now(UTC)
    value = {"type": "change", "v": 1, "run": "r", "status": "applied", "evidence": "h1", "at": now.isoformat()}
    changes = [
        value
        | {"source": f"https://site-{n % 50}.example/{n}", "reason": ("most trusted", "the only one")[n % 2]}
        | {"record": f"{n // 20}.md", "pointer": f"/related/{n % 20}/title", "field": ("title", "excerpt")[n % 3 == 0]}
        | {"before": f"The tide {n} turns the old mill", "after": f"The tide {n} turns a mill at night"}
        for n in range(CHANGES)
    ]
    run = {"id": "r", "started": now, "finished": now, "dry_run": False, "outcome": "done", "counts": {}}
    return to_html(build(run, changes, (), ()))


def used(view: Page, act: object) -> float:
    took = float(view.evaluate(UNTIL_SHOWN, act))
    view.wait_for_timeout(200)
    view.evaluate("document.querySelector('.search button').click()")
    return took


def main() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        print("skipped: there is no chromium on this machine")
        return
    started = time.process_time()
    document = page()
    print(f"{CHANGES:,} changes: {len(document) / 1e6:.1f} MB, made in {time.process_time() - started:.1f} s CPU")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        file = Path(folder) / "report.html"
        file.write_text(document, encoding="utf-8")
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        view = browser.new_page()
        view.goto(file.as_uri())
        painted = sorted(view.reload() and view.evaluate(FIRST_PAINT) for _ in range(ROUNDS))
        print(f"first paint: best {painted[0]:.0f} ms, median {median(painted):.0f} ms")
        for name, act in ACTS.items():
            print(f"{name}: {median(used(view, act) for _ in range(ROUNDS)):.0f} ms")
        browser.close()


if __name__ == "__main__":
    main()
