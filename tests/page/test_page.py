"""ops/dashboard as a function: who sees what, what it costs, and what a button does."""

import json
import re

import pytest

from bluegreen.core.phases import Phase
from bluegreen.page.document import MOST
from tests.build import BLUE, GREEN
from tests.page.served import LOOKS, OPERATES, PATH, RELEASES, PageLaptop, event
from tests.page.states import STATES, lived, prepared

pytestmark = pytest.mark.slow

UNKNOWN = f"bgt_{'x' * 43}"
FORMS = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def states():
    return {name: prepared(name) for name in STATES}


@pytest.fixture
def laptop():
    return lived()


@pytest.fixture(scope="module")
def resting():
    """For those who only look."""
    return lived()


def button(body, action, subject=""):
    """What the page's script sends for a button, as the page has it."""
    found = re.search(rf'data-action="{action}" data-subject="{subject}" data-stamp="(\w+)"', body)
    return {"service": "web", "action": action, "subject": subject, "stamp": found[1] if found else "none shown"}


def press(laptop, token, sent):
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    told = laptop.ask(event("POST", headers, body=json.dumps(sent)))
    return told["statusCode"], told["body"]


@pytest.mark.parametrize("name", STATES)
def test_each_state_is_one_small_answer_that_says_where_production_is(states, name):
    told = states[name].get(LOOKS)

    says = {
        "empty": "v1.2.0 serves production on blue; nothing has been released here yet",
        "checks-running": "v1.4.0 is in smoke checks; v1.3.0 serves production on green",
        "watching": "v1.4.0 serves production on blue, and is being watched",
        "rolled-back": "v1.4.0 was rolled back; v1.3.0 serves production on green",
        "stuck": "Stuck: the way back from v1.4.0 could not be confirmed. A person is needed",
        "store-unreachable": "fra1.digitaloceanspaces.com did not answer",
        "200-services": "200 services",
    }[name]
    assert says in told["body"]
    assert len(told["body"].encode()) <= MOST
    assert told["statusCode"] == (503 if name == "store-unreachable" else 200)


def test_a_store_that_is_away_leaves_no_number_of_before(states):
    body = states["store-unreachable"].get(LOOKS, if_none_match='"web-1"')["body"]

    assert not re.search(r"v1\.\d|blue</h2>|requests in", body)


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer ", "Basic abc", f"Bearer {UNKNOWN}", f"Bearer {LOOKS}x", LOOKS, "Bearer " + "y" * 9000],
)
def test_without_a_known_token_nothing_is_shown_and_nothing_read(resting, authorization):
    before = resting.state.reads
    told = resting.ask(event("GET", {"authorization": authorization} if authorization else {}))

    assert told["statusCode"] == (401 if authorization else 200)
    assert resting.state.reads == before
    assert "v1." not in told["body"]
    assert "web" not in re.sub(r"<(style|script)>.*?</\1>", "", told["body"], flags=re.DOTALL)


def test_a_known_version_costs_one_read_of_the_store_and_no_body(resting):
    etag = resting.get(LOOKS)["headers"]["ETag"]
    before = resting.state.reads
    told = resting.get(LOOKS, if_none_match=f"W/{etag}")

    assert (told["statusCode"], told["body"], told["headers"]["ETag"]) == (304, "", etag)
    assert resting.state.reads == before + 1


@pytest.mark.parametrize("etag", ['"web-1"', '"web-99999"', '"api-3"', '"web-"', '"web-9999999999"', "*", '"web-٣"'])
def test_any_other_version_is_answered_in_full(resting, etag):
    assert resting.get(LOOKS, if_none_match=etag)["statusCode"] == 200


def test_another_version_makes_another_etag(laptop):
    before = laptop.get(LOOKS)["headers"]["ETag"]
    laptop.push("v1.4.0")

    told = laptop.get(LOOKS, if_none_match=before)

    assert told["statusCode"] == 200
    assert told["headers"]["ETag"] != before


def test_every_answer_carries_the_policy(resting):
    answers = [resting.get(), resting.get(LOOKS), resting.get(UNKNOWN), resting.get(LOOKS, "other")]
    answers.append(resting.ask(event("DELETE", {})))
    answers.append(resting.ask(event("POST", {"authorization": f"Bearer {LOOKS}"}, body="no JSON")))

    assert [answer["statusCode"] for answer in answers] == [200, 200, 401, 404, 405, 400]
    for answer in answers:
        policy = answer["headers"]["Content-Security-Policy"].split("; ")
        assert policy[:2] == ["sandbox allow-scripts allow-forms", "default-src 'none'"]
        assert f"connect-src https://functions.test{PATH}" in policy
        assert {"frame-ancestors 'none'", "base-uri 'none'"} <= {*policy}
        assert "same-origin" not in answer["headers"]["Content-Security-Policy"]
        assert "unsafe" not in answer["headers"]["Content-Security-Policy"]
        assert (answer["headers"]["Cache-Control"], answer["headers"]["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_a_preflight_lets_an_opaque_origin_send_a_token_and_reads_nothing(resting):
    before = resting.state.reads
    told = resting.ask(event("options", {"origin": "null"}))

    assert told["statusCode"] == 204
    assert told["headers"]["Access-Control-Allow-Origin"] == "null"
    assert "Authorization" in told["headers"]["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in told["headers"]
    assert resting.state.reads == before


def test_without_javascript_the_token_travels_in_a_form_s_body(resting):
    told = resting.ask(event("POST", FORMS, body=f"token={LOOKS}&service=web"))

    assert told["statusCode"] == 200
    assert "v1.3.0 serves production on green" in told["body"]
    assert LOOKS not in told["body"]


def test_a_form_never_acts(laptop):
    sent = button(laptop.get(OPERATES)["body"], "rollback")
    body = "&".join(f"{key}={value}" for key, value in {**sent, "token": OPERATES}.items())
    told = laptop.ask(event("POST", {**FORMS, "authorization": f"Bearer {OPERATES}"}, body=body))

    assert told["statusCode"] == 200
    assert laptop.record().active is GREEN


def test_a_token_in_the_address_opens_nothing(laptop):
    told = laptop.ask(event("GET", {}, f"token={LOOKS}&authorization=Bearer%20{LOOKS}"))

    assert "v1." not in told["body"]


def test_rolled_back_and_undone_under_the_token_s_name(laptop):
    sent = button(laptop.get(OPERATES)["body"], "rollback")
    assert press(laptop, OPERATES, {**sent, "reason": "slow <b>"})[1]["ok"]
    assert laptop.record().active is BLUE
    laptop.rest()
    assert laptop.reason("v1.3.0") == "rollback asked for by anna: slow <b>"

    status, told = press(laptop, OPERATES, button(laptop.get(OPERATES)["body"], "undo"))

    assert (status, told["ok"]) == (200, True)
    laptop.rest()
    assert laptop.record().active is GREEN
    assert "slow &lt;b&gt;" in laptop.get(LOOKS)["body"]
    assert any(line.by == "anna" for line in laptop_history(laptop))


def laptop_history(laptop):
    journal = laptop.cloud("test").journal
    found = [journal.read(seq).record.release for seq in range(1, journal.newest().seq + 1)]
    return [line for release in found if release for line in release.history]


def test_a_release_that_waits_is_switched_or_aborted():
    for action, token, ends in (("switch", RELEASES, "live"), ("abort", OPERATES, "aborted")):
        laptop = PageLaptop(options={"auto_switch": False})
        laptop.push("v1.4.0")
        laptop.until(Phase.READY)
        laptop.drain()
        status, told = press(laptop, token, button(laptop.get(token)["body"], action))
        assert (status, told["ok"]) == (200, True), told
        laptop.rest()
        assert laptop.outcome("v1.4.0") == ends


def test_what_is_quarantined_is_released_by_a_right_of_its_own(laptop):
    press(laptop, OPERATES, button(laptop.get(OPERATES)["body"], "rollback"))
    laptop.rest()
    sent = button(laptop.get(RELEASES)["body"], "lift", "v1.3.0")

    assert press(laptop, OPERATES, sent)[0] == 403
    assert "v1.3.0" in laptop.record().quarantine
    assert press(laptop, RELEASES, sent)[1]["ok"]
    assert laptop.rest().active is GREEN


@pytest.mark.parametrize("action", ["rollback", "switch", "undo", "abort"])
def test_who_may_only_look_does_nothing(laptop, action):
    body = laptop.get(OPERATES)["body"]
    before = laptop.state.keys("services/web/journal/")

    assert "data-action=" not in laptop.get(LOOKS)["body"]
    assert press(laptop, LOOKS, button(body, action))[0] == 403
    assert laptop.state.keys("services/web/journal/") == before


def test_a_button_of_before_does_nothing(laptop):
    old = button(laptop.get(OPERATES)["body"], "rollback")
    press(laptop, OPERATES, old)
    laptop.rest()
    assert laptop.invoke("rollback", {"undo": "true"})["ok"]
    laptop.rest()
    assert laptop.record().active is GREEN

    status, told = press(laptop, OPERATES, old)

    assert (status, told["ok"]) == (409, False)
    assert laptop.record().active is GREEN


@pytest.mark.parametrize(
    "body", ["", "[]", "null", '{"action": 1}', '{"action": "x", "more": ""}', "{" * 5000, '{"action": "drop"}', "�"]
)
def test_an_odd_press_is_refused_in_words(laptop, body):
    told = laptop.ask(event("POST", {"authorization": f"Bearer {OPERATES}"}, body=body))

    assert told["statusCode"] in (400, 409)
    assert told["body"]["ok"] is False
    assert laptop.record().active is GREEN


def test_a_service_is_paused_and_goes_on_under_the_token_s_name(laptop):
    refused, _ = press(laptop, OPERATES, button(laptop.get(RELEASES)["body"], "pause"))
    assert refused == 403

    status, told = press(laptop, RELEASES, {**button(laptop.get(RELEASES)["body"], "pause"), "reason": "a move"})
    assert (status, told["ok"]) == (200, True), told
    page = laptop.get(RELEASES)["body"]
    assert "web is paused by" in page
    assert laptop.record().paused.why == "a move"
    laptop.push("v1.4.0")
    assert laptop.record().queued.tag == "v1.4.0"

    status, told = press(laptop, RELEASES, button(laptop.get(RELEASES)["body"], "resume"))
    assert (status, told["ok"]) == (200, True), told
    assert laptop.record().in_flight.tag == "v1.4.0"
    assert laptop.record().paused is None


def test_a_deployment_is_cancelled_by_the_function_that_may():
    laptop = lived()
    laptop.push("v1.4.0")
    laptop.until(Phase.DEPLOYING)
    laptop.queue.clear()

    status, told = press(laptop, OPERATES, button(laptop.get(OPERATES)["body"], "abort"))

    assert (status, told["ok"]) == (202, True), told
    assert laptop.queue[-1] == ("abort", {"service": "web", "by": "anna"})
    laptop.invoke(*laptop.queue.pop())
    assert laptop.outcome("v1.4.0") == "aborted"
    assert "anna" in laptop.reason("v1.4.0")
