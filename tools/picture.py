"""Takes a picture of a page, as the README shows it: `python tools/picture.py PAGE OUT.png`.

PAGE is an address (http://127.0.0.1:8080) or an HTML file (what `syncd scorecard --format html --out` or
`syncd demo --once` wrote). The picture shows the first screen, 1280 by 900.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.browser import MISSING, chromium, find_chromium

SIZE = {"width": 1280, "height": 900}


def take(page: str, out: Path) -> None:
    """Write the picture of an address or an HTML file. Raises SystemExit with a next step if there is no Chromium."""
    found = find_chromium()
    if not found:
        raise SystemExit(MISSING)
    address = page if "://" in page else Path(page).resolve().as_uri()
    with chromium(found) as browser:
        tab = browser.new_page(viewport=SIZE, color_scheme="light", java_script_enabled=False)  # type: ignore[arg-type]
        tab.goto(address)
        out.parent.mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=out)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    take(sys.argv[1], Path(sys.argv[2]))
    print(f"{sys.argv[2]}: {Path(sys.argv[2]).stat().st_size // 1000} kB")
