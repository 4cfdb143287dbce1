"""The page in a real Chromium, served by the function itself: what it lets people do, and hostile pages not."""

import json

import pytest

from bluegreen.core.phases import Phase
from tests.build import BLUE, GREEN
from tests.page.browser import SCHEMES, WIDTHS, browser, log_in, needs_chromium, page_of, violations
from tests.page.served import LOOKS, OPERATES, PATH, served
from tests.page.states import STATES, lived, prepared

pytestmark = [pytest.mark.slow, needs_chromium]
HOSTILE = "/api/v1/web/fn-attacker/default/page"


@pytest.fixture(scope="module")
def chromium():
    with browser() as found:
        yield found


@pytest.fixture
def laptop():
    made = lived()
    server = served(made, {HOSTILE: "<title>hostile</title>"})
    yield made
    server.close()


@pytest.fixture
def page(chromium):
    with page_of(chromium) as made:
        yield made


def said(page, words):
    page.wait_for_function("words => document.querySelector('#said').textContent.includes(words)", arg=words)


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_in_any_state_scheme_or_width(chromium, state):
    made = prepared(state)
    server = served(made)
    try:
        for width in WIDTHS:
            for scheme in SCHEMES:
                with page_of(chromium, width, scheme) as page:
                    page.goto(f"{server.url}{PATH}")
                    page.wait_for_selector("#login:not([hidden])", state="attached")
                    assert violations(page) == []
                    log_in(page, server.url, OPERATES)
                    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
                    assert violations(page) == []
                    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    finally:
        server.close()


def test_rolled_back_and_undone_by_keyboard_alone(laptop, page):
    page.goto(laptop.host_url + PATH)
    page.wait_for_selector("#login:not([hidden])")
    page.keyboard.type(OPERATES)
    page.keyboard.press("Enter")
    page.wait_for_selector("#do-rollback")
    _by_keyboard(page, "#do-rollback", "it was slow")
    said(page, "going back from v1.3.0 to v1.2.0 on blue")
    assert laptop.record().active is BLUE
    laptop.rest()
    assert laptop.reason("v1.3.0") == "rollback asked for by anna: it was slow"

    page.wait_for_selector("#do-undo", timeout=20_000)
    _by_keyboard(page, "#do-undo", "")
    said(page, "production goes back to v1.3.0")
    laptop.rest()
    assert laptop.record().active is GREEN


def _by_keyboard(page, action, reason):
    """As far as Tab leads, and no mouse: opened, read, given a reason, pressed."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.closest(selector) !== null", action):
            break
    page.keyboard.press("Enter")
    assert page.locator(f"{action} dt", has_text="Proven").is_visible()
    while page.evaluate("document.activeElement.tagName") != "INPUT":
        page.keyboard.press("Tab")
    page.keyboard.type(reason)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_a_wrong_token_is_refused_and_nothing_is_kept_of_a_right_one(laptop, page):
    log = []
    page.on("request", lambda request: log.append(request))
    page.goto(laptop.host_url + PATH)
    page.get_by_label("Token").fill("bgt_" + "x" * 43)
    page.get_by_role("button", name="Look").click()
    said(page, "The token is not accepted")
    assert "v1.3.0" not in page.content()

    page.get_by_label("Token").fill(LOOKS)
    page.get_by_role("button", name="Look").click()
    page.get_by_text("v1.3.0 serves production on green").wait_for()
    assert LOOKS not in page.content()
    assert not any(LOOKS in request.url or LOOKS in (request.post_data or "") for request in log)
    assert page.context.cookies() == []
    assert page.evaluate("() => { try { return localStorage.length } catch (e) { return e.name } }") == "SecurityError"
    page.reload()
    page.wait_for_selector("#login:not([hidden])")
    assert "v1.3.0" not in page.content()


def test_who_forgets_the_token_sees_nothing_any_more(laptop, page):
    log_in(page, laptop.host_url, LOOKS)
    page.get_by_role("button", name="Forget the token").click()
    page.wait_for_selector("#login:not([hidden])")
    assert "v1.3.0" not in page.content()


def test_a_page_of_the_same_origin_reads_nothing_and_triggers_nothing(laptop, chromium):
    """A tenant of the same region: the address has the same scheme, host and port."""
    with page_of(chromium) as victim:
        log_in(victim, laptop.host_url, OPERATES)
        attacker = victim.context.new_page()
        attacker.goto(laptop.host_url + HOSTILE)
        before = laptop.state.keys("services/web/journal/")
        told = attacker.evaluate(_ATTACK, laptop.host_url + PATH)
        victim.bring_to_front()
        after = laptop.state.keys("services/web/journal/")

    assert told["origin"] == laptop.host_url
    assert told["fetched"] == 200
    assert "v1.3.0" not in json.dumps(told)
    assert told["pressed"] == [401, 401]
    assert told["opened"] == "SecurityError"
    assert told["framed"] in ("blocked", "SecurityError")
    assert told["stored"] == 0
    assert after == before
    assert laptop.record().active is GREEN


_ATTACK = """async (url) => {
  const told = {origin: location.origin};
  const answer = await fetch(url, {credentials: 'include'});
  told.fetched = answer.status;
  told.body = await answer.text();
  told.body = told.body.replace(/<style>.*?<\\/style>|<script>.*?<\\/script>/gs, '');
  const body = JSON.stringify({service: 'web', action: 'rollback', subject: '', stamp: '', reason: ''});
  told.pressed = [];
  for (const headers of [{'content-type': 'application/json'}, {authorization: 'Bearer undefined'}])
    told.pressed.push((await fetch(url, {method: 'POST', headers, body, credentials: 'include'})).status);
  const opened = window.open(url);
  await new Promise((done) => setTimeout(done, 800));
  const text = (w) => w.document.body ? w.document.body.innerText : 'empty';
  const read = (w) => { try { return text(w) } catch (e) { return e.name } };
  told.opened = read(opened);
  const frame = document.createElement('iframe');
  frame.src = url;
  const loaded = new Promise((done) => { frame.onload = done; setTimeout(done, 1500); });
  document.body.append(frame);
  await loaded;
  told.framed = read(frame.contentWindow);
  told.stored = localStorage.length + sessionStorage.length + document.cookie.length;
  return told;
}"""


def test_served_without_its_policy_the_page_takes_no_token(laptop, page):
    """OpenWhisk answers `dashboard.html` with the bare body, without any of our headers."""
    body = laptop.get()["body"]
    page.route("**/bare", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(laptop.host_url + "/bare")
    said(page, "Type no token here")
    assert not page.get_by_label("Token").is_visible()


def test_without_javascript_everything_can_be_read(laptop, chromium):
    with page_of(chromium, java_script_enabled=False) as page:
        page.goto(laptop.host_url + PATH)
        page.locator("#plain-token").fill(LOOKS)
        page.get_by_role("button", name="Look").click()
        page.get_by_text("v1.3.0 serves production on green").wait_for()
        assert page.get_by_text("10 of 10 checks passed").first.is_visible()
        assert LOOKS not in page.url


def test_a_page_that_is_open_follows_and_keeps_what_is_typed(laptop, page):
    log_in(page, laptop.host_url, OPERATES)
    page.locator("#do-rollback summary").click()
    page.locator("#reason-rollback").fill("half a sen")
    laptop.push("v1.4.0")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_text("v1.4.0 was asked for; v1.3.0").wait_for()
    assert page.locator("#reason-rollback").input_value() == "half a sen"
    assert page.evaluate("document.activeElement.id") == "reason-rollback"
    laptop.rest()


def test_it_asks_every_2_s_in_flight_every_15_s_otherwise_and_never_while_hidden(laptop, page):
    page.clock.install()
    log_in(page, laptop.host_url, LOOKS)
    asked = []
    page.on("request", lambda request: asked.append(request.method))

    def within(seconds):
        asked.clear()
        page.clock.run_for(1000 * seconds)
        page.evaluate("() => 1")
        return len(asked)

    assert within(13) == 0
    laptop.push("v1.4.0")
    with page.expect_response(lambda response: response.status == 200):
        page.clock.run_for(3000)
    page.get_by_text("v1.4.0 was asked for; v1.3.0").wait_for()
    with page.expect_response(lambda response: response.status == 304):
        page.clock.run_for(2100)
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert within(120) == 0
    laptop.rest()


def test_when_the_function_is_away_no_old_number_stays(laptop, page):
    log_in(page, laptop.host_url, LOOKS)
    page.route(f"**{PATH}", lambda route: route.abort())
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_text("The function cannot be reached").wait_for()
    assert "v1.3.0" not in page.locator("#view").inner_text()


def test_a_poll_is_a_304_and_the_page_stays_as_it_is(laptop, page):
    log_in(page, laptop.host_url, LOOKS)
    with page.expect_response(lambda response: response.status == 304):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert page.get_by_text("v1.3.0 serves production on green").is_visible()


def test_a_button_whose_effect_has_changed_under_the_reader_is_closed(laptop, page):
    """Whoever has read what it does, and looks away, must not press what does something else by then."""
    log_in(page, laptop.host_url, OPERATES)
    page.locator("#do-rollback summary").click()
    page.locator("#reason-rollback").fill("slow")
    laptop.push("v1.4.0")
    laptop.until(Phase.WATCHING)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_text("v1.4.0 serves production on blue").wait_for()

    assert page.locator("#do-rollback").get_attribute("open") is None
    assert "has changed" in page.locator("#said").inner_text()
    assert "Roll back to v1.3.0" in page.locator("#do-rollback summary").inner_text()
    laptop.rest()
