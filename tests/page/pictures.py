"""`make screenshots`: the page in its states, light and dark, wide and narrow, as PNG in docs/dashboard/."""

import sys
from pathlib import Path

from tests.page.browser import browser, log_in, page_of
from tests.page.served import RELEASES, served
from tests.page.states import STATES, prepared

FOLDER = Path(__file__).parents[2] / "docs" / "dashboard"
OPENED = {"watching"}  # what its first button would do is shown too
SHOWN = [(1280, "light"), (1280, "dark"), (360, "light")]


def main(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with browser() as found:
        for name in names or STATES:
            laptop = prepared(name)
            server = served(laptop)
            try:
                for width, scheme in SHOWN:
                    with page_of(found, width, scheme) as page:
                        log_in(page, server.url, RELEASES)
                        if name in OPENED:
                            page.locator("details.action summary").first.click()
                        page.screenshot(path=folder / f"{name}-{scheme}-{width}.png", full_page=name != "200-services")
            finally:
                server.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER, sys.argv[2:])
