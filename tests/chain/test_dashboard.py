"""The page on the local cloud: the emulated platform serves it, real routers follow what its buttons do."""

import re
import sys
import time
from statistics import median

import httpx
import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.phases import Phase
from bluegreen_demo import hold, stories
from bluegreen_demo.stories import Stage
from tests.page.browser import browser, needs_chromium, page_of
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]  # a cloud is started, and releases are watched, in real time


def ask(stage: Stage, **headers: str) -> httpx.Response:
    sent = {"authorization": f"Bearer {stage.cloud.account.page_token}", **headers}
    return httpx.get(stage.cloud.page_url, headers=sent, timeout=30, trust_env=False)


def button(stage: Stage, action: str) -> dict[str, str]:
    """What the page's script sends."""
    stamp = re.search(rf'data-action="{action}" data-subject="" data-stamp="(\w+)"', ask(stage).text)
    assert stamp, action
    return {"service": "web", "action": action, "subject": "", "stamp": stamp[1], "reason": "a test"}


def press(stage: Stage, sent: dict[str, str]) -> httpx.Response:
    token = {"authorization": f"Bearer {stage.cloud.account.page_token}"}
    return httpx.post(stage.cloud.page_url, json=sent, headers=token, timeout=30, trust_env=False)


@needs_chromium
def test_a_release_is_followed_from_tag_to_live_and_taken_back_in_a_browser(stage: Stage):
    seen: list[str] = []
    with browser() as chromium, page_of(chromium) as page:
        page.goto(stage.cloud.page_url)
        page.get_by_label("Token").fill(stage.cloud.account.page_token)
        page.get_by_role("button", name="Look").click()
        page.get_by_text("nothing has been released here yet").first.wait_for()
        stories.push(stage, "v1.3.0", Phase.LIVE)
        for _ in range(1500):  # five minutes: a release in real time, on any machine
            seen.append(page.locator(".headline").inner_text())
            if seen[-1] == "v1.3.0 serves production on green":
                break
            page.wait_for_timeout(200)
        assert seen[-1] == "v1.3.0 serves production on green", seen
        assert any("being watched" in each for each in seen)
        page.locator("#do-rollback summary").click()
        page.get_by_role("button", name="Roll back to v1.2.0 now").click()
        page.get_by_text("going back from v1.3.0 to v1.2.0 on blue").first.wait_for(timeout=20_000)
    record = stage.watcher.await_(
        "it went back", lambda r: r.release is None and r.active is Environment.BLUE, stage.patience
    )
    assert record.past[0].outcome is Phase.ROLLED_BACK
    assert "asked for by you" in record.past[0].reason


def went_back(stage: Stage) -> None:
    """v1.3.0 was taken back: by the browser's test or, where there is no browser, now."""
    if any(past.tag == "v1.3.0" for past in stage.watcher.record.past):
        return
    stories.good(stage, "v1.3.0")
    assert press(stage, button(stage, "rollback")).json()["ok"]
    stage.watcher.await_("it went back", lambda r: r.release is None and r.active is Environment.BLUE, stage.patience)


def test_an_undo_is_followed_to_its_end(stage: Stage):
    went_back(stage)
    assert press(stage, button(stage, "undo")).json()["ok"]
    stage.watcher.await_("it serves", lambda r: r.active is Environment.GREEN and r.release is None, stage.patience)


def test_from_the_click_to_the_last_old_answer(stage: Stage):
    """Reported, not held to: a figure depends on the machine."""
    sent = button(stage, "rollback")
    begun = time.monotonic()
    assert press(stage, sent).json()["ok"]
    _answered_by(stage, "v1.2.0")
    took = time.monotonic() - begun
    stage.watcher.await_("it rests", lambda record: record.release is None, stage.patience)
    sys.stdout.write(f"click → all answers from the release before: {took:.2f} s\n")


def _answered_by(stage: Stage, tag: str) -> None:
    until(lambda: all(tag in _health(url) for url in stage.cloud.routers), what=f"every router sends to {tag}")


def _health(url: str) -> str:
    return httpx.get(f"{url}/api/health", trust_env=False).text


def test_a_known_version_is_answered_with_304(stage: Stage):
    """Once the last notices are delivered and noted, nothing is written any more."""
    etag = until(lambda: _stands(stage), what="the journal stands still")
    took = []
    for _ in range(5):
        begun = time.monotonic()
        answer = ask(stage, **{"if-none-match": etag})
        took.append(1000 * (time.monotonic() - begun))
        assert answer.content == b""
    sys.stdout.write(f"304: p50 {median(took):.0f} ms\n")


def _stands(stage: Stage) -> str:
    etag = ask(stage).headers["etag"]
    return etag if ask(stage, **{"if-none-match": etag}).status_code == 304 else ""


def test_the_platform_hands_our_headers_on(stage: Stage):
    answer = httpx.get(stage.cloud.page_url, trust_env=False)

    assert answer.headers["content-security-policy"].startswith("sandbox allow-scripts allow-forms; default-src 'none'")
    assert f"connect-src {stage.cloud.page_url};" in answer.headers["content-security-policy"]
    assert answer.headers.get_list("access-control-allow-origin") == ["null"]
    preflight = httpx.options(stage.cloud.page_url, headers={"origin": "null"}, trust_env=False)
    assert preflight.status_code == 204
    assert "If-None-Match" in preflight.headers["access-control-allow-headers"]


def test_the_demo_says_where_the_page_is_and_its_token(stage: Stage):
    text = "\n".join(hold.lines(stage.cloud))

    assert stage.cloud.page_url in text
    assert stage.cloud.account.page_token in text
