"""Reports in a real Chromium, where there is one."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from crawler.report.html import to_html
from crawler.report.model import Report


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium on this machine")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, headless=True, args=["--no-sandbox"])
        yield running
        running.close()


class Opened:
    """A report in a browser, with all that it tried to do."""

    def __init__(self, page: Page, path) -> None:
        self.page, self.asked, self.said, self.dialogs = page, [], [], []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(path.as_uri())


@pytest.fixture
def opened(browser, tmp_path):
    contexts = []

    def opened(report: Report, *, width: int = 1280, scheme: str = "light", script: bool = True) -> Opened:
        path = tmp_path / "report.html"
        path.write_text(to_html(report, tmp_path.as_uri()), encoding="utf-8")
        view = {"width": width, "height": 900}
        context = browser.new_context(viewport=view, color_scheme=scheme, java_script_enabled=script)
        contexts.append(context)
        return Opened(context.new_page(), path)

    yield opened
    for context in contexts:
        context.close()
