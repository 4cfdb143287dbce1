"""`make screenshots`: the page in its states, as PNG in .screenshots/; those of the README in docs/dashboard/."""

import io
import sys
from pathlib import Path
from typing import Any

from PIL import Image

from tests.page.browser import browser, log_in, page_of
from tests.page.served import PATH, RELEASES, served
from tests.page.states import STATES, prepared

ROOT = Path(__file__).parents[2]
ALL, OF_README = ROOT / ".screenshots", ROOT / "docs" / "dashboard"
SHOWN = [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
_PATIENCE = 120_000  # milliseconds: a machine that is busy draws for long
README = "watching"  # with what its first button would do


def main(names: list[str]) -> None:
    for folder in (ALL, OF_README):
        folder.mkdir(parents=True, exist_ok=True)
    with browser() as found:
        for name in names or STATES:
            _state(found, name)


def _state(found: Any, name: str) -> None:
    server = served(prepared(name))
    try:
        for width, scheme in SHOWN:
            with page_of(found, width, scheme) as page:
                if name == "empty":
                    page.goto(server.url + PATH)
                    page.wait_for_selector("#login:not([hidden])")
                    _keep(page.screenshot(timeout=_PATIENCE), ALL / f"login-{scheme}-{width}.png")
                log_in(page, server.url, RELEASES)
                if name == README:
                    page.locator("details.action summary").first.click()
                whole = page.screenshot(full_page=name != "200-services", timeout=_PATIENCE)
                _keep(whole, ALL / f"{name}-{scheme}-{width}.png")
                if name == README and width == 1280:
                    clip = {"x": 0, "y": 0, "width": 1280, "height": 1326}
                    whole = page.screenshot(clip=clip, full_page=True, timeout=_PATIENCE)
                    _keep(whole, OF_README / f"{name}-{scheme}.png")
    finally:
        server.close()


def _keep(picture: bytes, path: Path) -> None:
    """In 128 colours: a page has few, and the file is a third."""
    drawn = Image.open(io.BytesIO(picture)).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    drawn.save(path, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
