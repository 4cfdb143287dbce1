"""Debian's Chromium, led by Playwright; axe-core, which says what a person with another way of reading would meet."""

import io
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from os import environ, geteuid
from pathlib import Path
from typing import Any

import pytest

from tests.page.served import PATH

CHROMIUM = shutil.which("chromium")
WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")


@contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=geteuid() != 0)
        try:
            yield found
        finally:
            found.close()


@contextmanager
def page_of(found: Any, width: int = 1280, scheme: str = "light", **more: Any) -> Iterator[Any]:
    context = found.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce", **more
    )
    try:
        context.set_default_timeout(15_000)
        yield context.new_page()
    finally:
        context.close()


def log_in(page: Any, url: str, token: str, service: str = "") -> None:
    page.goto(f"{url}{PATH}{f'?service={service}' if service else ''}")
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Look").click()
    page.wait_for_selector("#view:not([data-login])")


@cache
def axe() -> str:
    """axe-core's script: beside the tests where CI has fetched it, else the file that AXE_CORE names."""
    given = Path(environ.get("AXE_CORE", "/usr/share/nodejs/axe-core/axe.min.js"))
    if not given.exists():
        pytest.skip("AXE_CORE names no axe-core: npm pack axe-core, and its path")
    if given.suffix == ".tgz":
        with tarfile.open(fileobj=io.BytesIO(given.read_bytes())) as packed:
            member = packed.extractfile("package/axe.min.js")
            assert member is not None
            return member.read().decode()
    return given.read_text()


def violations(page: Any) -> list[str]:
    """By WCAG 2.2 A and AA: rule, and the element. Evaluated past the page's own policy, as an extension would."""
    page.evaluate(axe())
    told = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
    return [f"{found['id']}: {node['html'][:160]}" for found in told["violations"] for node in found["nodes"]]
