"""hooks/slack against whatever is sent: what is no press does nothing, who presses is told, who may is a setting."""

import json
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bluegreen.core.errors import Unavailable
from bluegreen.settings import parse
from bluegreen_emulator.slack_buttons import pressed, signed
from tests.build import BLUE, written
from tests.chain.laptop import seen
from tests.notify.test_slack_buttons import ANNA, BEN, SIGNING, ButtonLaptop, live


@pytest.fixture
def laptop():
    return ButtonLaptop()


def test_users_are_settings():
    found = written()
    found["slack_users"] = {"anna": {"id": ANNA, "rights": ["operate"]}}
    file, faults = parse(found)
    assert not faults
    assert file.slack_users["anna"].id == ANNA


@pytest.mark.parametrize(
    ("users", "says"),
    [
        ({"anna": {"id": "anna", "rights": ["operate"]}}, "id"),
        ({"anna": {"id": ANNA, "rights": []}}, "rights"),
        ({"anna": {"id": ANNA, "rights": ["all"]}}, "rights"),
        ({"anna": {"id": ANNA, "rights": ["read"]}, "ben": {"id": ANNA, "rights": ["read"]}}, "same id"),
    ],
)
def test_users_that_are_none_are_named(users, says):
    _, faults = parse({**written(), "slack_users": users})

    assert any(says in fault for fault in faults)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
actions = st.lists(
    st.fixed_dictionaries(
        {"action_id": st.sampled_from(["bluegreen-do-rollback", "open-commit", 7])}, optional={"value": json_values}
    ),
    max_size=3,
)
payloads = st.fixed_dictionaries(
    {"type": st.sampled_from(["block_actions", "view_submission"]), "actions": actions | json_values},
    optional={"user": json_values | st.just({"id": BEN}), "response_url": json_values},
)
LIVE = ButtonLaptop()
live(LIVE)


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(payload=payloads | json_values, broken=st.booleans())
def test_whatever_slack_signs_is_answered_and_what_is_no_press_does_nothing(payload, broken):
    before = LIVE.cloud("test").journal.newest().seq
    text = urlencode({"payload": json.dumps(payload)[: -1 if broken else None]}).encode()
    headers = signed(text, SIGNING, int(LIVE.clock.now().timestamp()))
    done = LIVE.invoke("hooks/slack", {"http": {"headers": headers, "body": text.decode()}})

    assert done["statusCode"] in (200, 400), done
    assert LIVE.cloud("test").journal.newest().seq == before


@pytest.mark.slow
def test_where_the_store_is_away_the_presser_is_told_and_may_press_again(laptop, monkeypatch):
    button = live(laptop)

    def away(*given):
        raise Unavailable("fra1.digitaloceanspaces.com did not answer")

    with monkeypatch.context() as patched:
        for name in ("get", "keys", "create"):
            patched.setattr(laptop.state, name, away, raising=False)
        done = laptop.press(button)
    assert (done.status, done.ok) == (200, False)
    assert "a second press does no harm" in laptop.slack.answers[-1]["text"]
    assert laptop.press(button).ok
    assert laptop.record().active is BLUE


@pytest.mark.slow
@pytest.mark.parametrize("address", ["https://evil.test/x", "", None])
def test_an_address_of_somebody_else_gets_nothing_and_the_press_counts(laptop, address):
    body = pressed(live(laptop), BEN)
    payload = json.loads(parse_qs(body.decode())["payload"][0])
    text = urlencode({"payload": json.dumps({**payload, "response_url": address})}).encode()
    headers = signed(text, SIGNING, int(laptop.clock.now().timestamp()))

    assert seen(laptop.invoke("hooks/slack", {"http": {"headers": headers, "body": text.decode()}})).ok
    assert laptop.slack.answers == []
    assert laptop.record().active is BLUE
