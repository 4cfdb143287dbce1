"""Alerts from outside, through hooks/alert into whole releases."""

import json

import pytest

from bluegreen.core.config.alerts import AlertSettings
from bluegreen.core.phases import Phase
from bluegreen_emulator.memory_objects import MemoryObjects
from tests.build import BLUE, GREEN, later
from tests.chain.alerting import BEARER, SECRET, alert, baking, deliver, group, mac, sample
from tests.chain.laptop import Laptop
from tests.chain.webhook import untouched
from tests.core.inbound.incidents import AT, EPOCH, better_stack, new_relic, pagerduty

HEADER = {"x-bluegreen-alert-secret": SECRET}
NOBODY = {"authorization": "Bearer somebody-else"}


def fires(laptop, name="TooManyErrors", **given):
    return group(alert(name, **{"began": laptop.clock.now(), **given}))


def test_a_critical_alert_in_the_bake_asks_the_judge_at_once():
    laptop = baking()
    answer = deliver(laptop, fires(laptop))
    assert (answer.status, answer.ok) == (202, True)
    assert [name for name, _ in laptop.queue] == ["ops/watch"]
    looked = laptop.lines.copy()
    laptop.invoke(*laptop.queue.popleft())
    assert next(line["phase"] for line in laptop.lines[len(looked) :] if line["what"] == "turn taken") == "watching"
    assert laptop.record().active is GREEN


def test_by_policy_a_critical_alert_takes_production_back_at_once():
    laptop = baking(policy="rollback")
    answer = deliver(laptop, fires(laptop))
    assert answer.status == 202
    assert "going back from v1.3.0 to v1.2.0 on blue" in answer.what
    assert laptop.record().active is BLUE
    assert any("going back to blue, as asked" in text for text in laptop.told())
    record = laptop.rest()
    assert laptop.outcome("v1.3.0") == "rolled back"
    assert "alert TooManyErrors (critical, alertmanager)" in record.quarantine["v1.3.0"]
    assert laptop.invoke("deploy", {"tag": "v1.3.0"})["ok"] is False


def test_a_rollback_by_an_alert_is_one_write_and_needs_nobody_else():
    laptop = baking(policy="rollback")
    laptop.refuse_wakes = True
    deliver(laptop, fires(laptop))
    assert laptop.record().active is BLUE
    laptop.refuse_wakes = False
    assert laptop.rest().active is BLUE
    assert laptop.outcome("v1.3.0") == "rolled back"


def test_by_policy_a_critical_alert_is_only_told():
    laptop = baking(policy="tell")
    assert deliver(laptop, fires(laptop)).status == 202
    assert not laptop.queue
    assert laptop.record().active is GREEN
    assert any("alert TooManyErrors (critical, alertmanager)" in text for text in laptop.told())


def test_outside_the_bake_people_are_told_at_once_and_nothing_else_happens():
    laptop = Laptop(alerts={"policy": "rollback"})
    assert deliver(laptop, fires(laptop)).status == 202
    record = laptop.record()
    assert (record.active, record.release, record.outbox) == (BLUE, None, ())
    assert laptop.told() == ["web v1.2.0: alert TooManyErrors (critical, alertmanager)"]
    assert not any(kept.made for kept in laptop.github.deployments.values())


def test_twenty_five_alerts_in_a_minute_are_told_in_two_messages():
    laptop = Laptop(alerts={"policy": "tell"})
    for number in range(25):
        assert deliver(laptop, fires(laptop, f"a{number}")).status == 202
        laptop.clock.sleep(2)
    assert laptop.told() == ["web v1.2.0: alert a0 (critical, alertmanager)"]
    for _ in range(2):
        laptop.minute()
    assert len(laptop.told()) == 2
    assert laptop.told()[1].startswith("web v1.2.0: more alerts: a24 (critical, alertmanager), ")
    assert not laptop.record().outbox


@pytest.mark.bad_input(
    "alert",
    "a group in which some alerts cannot be read (a status of its own, no object)",
    "202 for the others; the answer names the first that was left out",
)
def test_one_odd_alert_of_a_group_does_not_cost_the_others():
    laptop = baking(policy="rollback")
    odd = {**alert("Quiet"), "status": "suppressed"}
    answer = deliver(laptop, group(odd, *fires(laptop)["alerts"]))
    assert answer.status == 202
    assert answer.what.endswith("; 1 of 2 left out: the `status` of Quiet is 'suppressed', neither firing nor resolved")
    assert laptop.record().active is BLUE


@pytest.mark.bad_input("alert", "the same alert again, an older word on it", "200 `heard already`")
def test_the_same_delivery_twice_acts_once():
    laptop = baking(policy="rollback")
    payload = fires(laptop)
    deliver(laptop, payload)
    once = laptop.record()
    again = deliver(laptop, payload)
    assert (again.status, again.what) == (200, "web: heard already: this very message was taken before")
    assert (laptop.record().epoch, laptop.record().alerts) == (once.epoch, once.alerts)
    laptop.rest()
    assert deliver(laptop, payload).status == 200
    assert laptop.record().active is BLUE


def test_an_alert_that_fires_on_after_a_rollback_does_not_take_the_next_release_back():
    laptop = baking(policy="rollback")
    old = fires(laptop)
    deliver(laptop, old)
    laptop.rest()
    laptop.push("v1.4.0")
    laptop.until(Phase.WATCHING)
    assert deliver(laptop, old).status == 200
    escalated = group({**old["alerts"][0], "labels": {**old["alerts"][0]["labels"], "severity": "fatal"}})
    answer = deliver(laptop, escalated)
    assert "began before v1.4.0 served production" in answer.what
    assert laptop.record().active is GREEN


def test_a_resolved_alert_is_noted_and_no_longer_shown():
    laptop = Laptop()
    firing = alert()
    deliver(laptop, group(firing))
    shown = laptop.invoke("status")
    assert shown["what"].endswith("; firing: TooManyErrors")
    assert [(a["name"], a["severity"]) for a in shown["services"]["web"]["alerts"]] == [("TooManyErrors", "critical")]
    told = laptop.told()
    answer = deliver(laptop, group({**firing, "status": "resolved"}))
    assert (answer.status, answer.what) == (202, "web: noted: TooManyErrors (critical, alertmanager), resolved")
    assert laptop.invoke("status")["services"]["web"]["alerts"] == []
    assert laptop.told() == told


def test_an_alert_that_maps_to_several_services_is_handled_for_each():
    laptop = Laptop()
    web = laptop.settings.service("web")
    shop = AlertSettings(match={"team": "shop"})
    laptop.settings.file.services["api"] = web.model_copy(update={"name": "api", "alerts": shop})
    answer = deliver(laptop, group(alert(team="shop")))
    assert answer.status == 202
    assert answer.what.startswith("web: TooManyErrors (critical, alertmanager): ")
    assert "; api: TooManyErrors (critical, alertmanager): " in answer.what
    assert laptop.record("api").alerts[0].name == "TooManyErrors"
    assert laptop.record("web").alerts[0].name == "TooManyErrors"


@pytest.mark.bad_input(
    "alert",
    "an alert of no service, a test, a reminder, what Sentry tells besides alerts",
    "200 `ignored: why`",
)
def test_an_alert_of_nobody_is_200_and_says_what_was_looked_at():
    laptop = Laptop()
    answer = deliver(laptop, group(alert(service="billing")))
    assert (answer.status, answer.ok) == (200, True)
    assert "belongs to no service (its service, app, project names none" in answer.what
    assert untouched(laptop)


@pytest.mark.parametrize("which", ["alertmanager", "grafana", "sentry.metric", "sentry.event", "datadog", "plain"])
@pytest.mark.parametrize("encoded", [True, False])
def test_each_sender_s_alert_takes_a_bad_release_back_by_policy(which, encoded):
    laptop = baking(policy="rollback")
    _, body = sample(which)
    # The sample's alert began before this test's release.
    now = str(int(laptop.clock.now().timestamp() * 1000)).encode()
    body = body.replace(b"2026-11-23T12:00:", b"2026-11-23T12:01:").replace(b"1795435230000", now)
    signed = {
        "grafana": {"x-grafana-alerting-signature": mac(body)},
        "plain": {"x-bluegreen-signature-256": f"sha256={mac(body)}"},
        "datadog": {"x-bluegreen-alert-secret": SECRET},
        "sentry.metric": {"sentry-hook-signature": mac(body), "sentry-hook-resource": "metric_alert"},
        "sentry.event": {"sentry-hook-signature": mac(body), "sentry-hook-resource": "event_alert"},
    }
    assert deliver(laptop, body, signed.get(which, BEARER), encoded).status == 202
    assert laptop.record().active is BLUE
    assert laptop.record().alerts[0].sender == which.partition(".")[0]


def test_an_incident_that_is_reopened_fires_again_and_an_older_word_does_not():
    laptop = Laptop(alerts={"match": {"service": "web"}, "critical": ["p1"]})
    recorded = []
    for kind in ("triggered", "resolved", "reopened"):
        laptop.clock.sleep(20)
        payload = pagerduty(f"incident.{kind}", created_at=later(0).isoformat())
        payload["event"]["occurred_at"] = laptop.clock.now().isoformat()
        recorded.append(payload)
        deliver(laptop, payload)
        assert laptop.record().alerts[0].firing is (kind != "resolved")
    deliver(laptop, {**recorded[1], "again": 1})
    assert laptop.record().alerts[0].firing


@pytest.mark.parametrize("made", [pagerduty, new_relic, better_stack])
def test_another_tool_s_default_body_takes_a_bad_release_back_by_policy_and_no_data_of_it_does_not(made):
    laptop = baking(policy="rollback")
    now = laptop.clock.now()
    known = {AT: now.isoformat(), str(EPOCH): str(int(now.timestamp() * 1000))}

    def of_now(payload):
        text = json.dumps(payload)
        for then, instead in known.items():
            text = text.replace(then, instead)
        return text.encode()

    blind = {pagerduty: {"title": "[No Data] web"}, new_relic: {"title": "Loss of signal"}}
    noted = deliver(laptop, of_now(made(**blind.get(made, {"cause": "No data"}), id="1")), HEADER)
    assert (noted.status, "no data proves nothing" in noted.what) == (202, True)
    assert laptop.record().active is GREEN
    assert deliver(laptop, of_now(made()), HEADER).status == 202
    assert laptop.record().active is BLUE


@pytest.mark.bad_input(
    "alert",
    "neither signed nor with the secret, a wrong signature, a wrong secret",
    "401; nothing is recorded",
)
@pytest.mark.parametrize("proof", [{}, NOBODY, {"sentry-hook-signature": "0" * 64}, {"x-bluegreen-alert-secret": ""}])
def test_without_the_right_proof_the_answer_is_401_and_nothing_is_recorded(proof):
    laptop = Laptop()
    answer = deliver(laptop, group(alert()), proof)
    assert (answer.status, answer.ok) == (401, False)
    assert untouched(laptop)


@pytest.mark.bad_input("alert", "anything, while `BLUEGREEN_ALERT_SECRET` is not set", "401, and that")
def test_a_team_without_the_secret_takes_no_alerts():
    laptop = Laptop()
    laptop.settings = laptop.settings._replace(secrets=laptop.settings.secrets._replace(alert_secret=None))
    answer = deliver(laptop, group(alert()))
    assert (answer.status, answer.what) == (401, "alerts are not taken: BLUEGREEN_ALERT_SECRET is not set")
    assert untouched(laptop)


@pytest.mark.bad_input("alert", "not JSON, not an object, no alert of a known shape", "400, and what is wanted")
@pytest.mark.parametrize(
    "body", [b"not json", b"", b"[]", b"null", b"{}", b"[" * 5000, b'{"alerts": 3, "version": "4"}']
)
def test_a_proven_body_that_is_no_alert_is_400(body):
    laptop = Laptop()
    assert deliver(laptop, body).status == 400
    assert untouched(laptop)


@pytest.mark.bad_input("alert", "larger than 1 MB", "413")
def test_a_body_that_is_too_large_is_413():
    laptop = Laptop()
    assert deliver(laptop, b"x" * 1_400_000).status == 413
    assert untouched(laptop)


def test_no_address_of_a_payload_is_called_or_kept():
    laptop = baking(policy="rollback")
    deliver(laptop, fires(laptop))
    laptop.rest()
    kept = b"".join(laptop.state.get(key) for key in laptop.state.keys("")).decode()
    assert "169.254" not in kept + json.dumps(laptop.lines, default=str) + "".join(laptop.told())


class Interrupted(MemoryObjects):
    """Lets something happen right before the next object is created."""

    def __init__(self):
        super().__init__()
        self.meanwhile = []

    def create(self, key, body):
        if self.meanwhile:
            self.meanwhile.pop()()
        return super().create(key, body)


def test_two_alerts_at_once_are_both_kept():
    """A second hook writes between the first one's reading and writing."""
    laptop = Laptop()
    laptop.state = laptop.shared.__dict__["state"] = Interrupted()
    first, second, third = (group(alert(name, severity="info")) for name in ("first", "second", "third"))
    deliver(laptop, first)
    laptop.state.meanwhile = [lambda: deliver(laptop, second)]
    assert deliver(laptop, third).status == 202
    assert not laptop.state.meanwhile
    assert sorted(heard.name for heard in laptop.record().alerts) == ["first", "second", "third"]
