"""Makes the README's pictures: the report of the demo's run, in a real Chromium, in light and in dark.

python examples/pictures.py
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
SIZE, SHARPNESS = {"width": 900, "height": 1180}, 1.5
PICTURES = {"light": "report.png", "dark": "report-dark.png"}


def main() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("pictures are made with chromium, and there is none on this machine")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        folder = Path(name) / "demo"
        command = [sys.executable, "-m", "crawler", "demo", "--into", str(folder)]
        subprocess.run(command, check=True)  # noqa: S603  (nothing from outside)
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for scheme, picture in PICTURES.items():
            page = browser.new_page(viewport=SIZE, color_scheme=scheme, device_scale_factor=SHARPNESS)
            page.goto((folder / "report.html").as_uri())
            page.screenshot(path=HERE / picture)
        browser.close()


if __name__ == "__main__":
    main()
