"""Alerts of DigitalOcean Insights: a delivery is a nudge, and the alert instance that the API has is the truth."""

import json

import pytest

from bluegreen.core.phases import Phase
from bluegreen_emulator.digitalocean.insights_channel import SHAPES, Channel
from bluegreen_emulator.faults import Fault
from tests.build import BLUE, GREEN
from tests.chain.alerting import SECRET, baking, deliver, mac
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import ENVIRONMENT

TOKEN = ENVIRONMENT["BLUEGREEN_INSIGHTS_TOKEN"]
CHANNEL = Channel(bearer=SECRET)


def fires(laptop, environment=GREEN, **given):
    insights, now = laptop.digitalocean.insights, laptop.clock.now()
    urn = f"do:app:{laptop.apps[environment]}" if environment else ""
    return insights.fire(insights.rule("Memory of web", now), now, **{"urn": urn, **given})


def sends(laptop, instance, channel=CHANNEL, **changes):
    headers, body = channel.delivery({**laptop.digitalocean.insights.instances[instance], **changes})
    return deliver(laptop, body, {name.lower(): value for name, value in headers.items()})


@pytest.mark.parametrize("shape", SHAPES)
def test_whatever_the_payload_looks_like_the_instance_decides(shape):
    laptop = baking(policy="rollback")
    answer = sends(laptop, fires(laptop), Channel(bearer=SECRET, shape=shape), status="resolved")
    assert answer.status == 202
    assert "going back from v1.3.0 to v1.2.0 on blue" in answer.what
    assert laptop.record().active is BLUE
    laptop.rest()
    assert "alert Memory of web (critical, insights): 1 at do:app:" in laptop.reason("v1.3.0")


def test_a_payload_that_claims_a_fire_which_the_api_knows_to_be_over_takes_nothing_back():
    laptop = baking(policy="rollback")
    instance = fires(laptop)
    laptop.digitalocean.insights.resolve(instance, laptop.clock.now())
    answer = sends(laptop, instance, status="active", severity="critical")
    assert answer.what == "web: noted: Memory of web (critical, insights), resolved"
    assert laptop.record().active is GREEN


def test_a_recorded_delivery_that_is_sent_again_says_only_what_is_true_now():
    laptop = baking(policy="tell")
    instance = fires(laptop)
    recorded = CHANNEL.delivery(laptop.digitalocean.insights.instances[instance])
    assert "people are told" in sends(laptop, instance).what
    assert "heard already" in sends(laptop, instance).what
    laptop.digitalocean.insights.resolve(instance, laptop.clock.now())
    laptop.clock.sleep(1)
    headers, body = recorded
    replayed = deliver(laptop, body, {name.lower(): value for name, value in headers.items()})
    assert replayed.what.endswith("resolved")
    assert [alert.firing for alert in laptop.record().alerts] == [False]


def test_an_instance_that_fires_again_with_its_old_beginning_is_heard_again():
    laptop = baking(policy="tell")
    instance = fires(laptop)
    sends(laptop, instance)
    known = laptop.digitalocean.insights.instances[instance]
    for status, said in (("resolved", "resolved"), ("active", "people are told")):
        laptop.clock.sleep(30)
        known["status"] = status
        assert said in sends(laptop, instance).what


def test_a_critical_instance_in_the_bake_asks_the_judge_at_once():
    laptop = baking()
    assert "the judge is asked about v1.3.0" in sends(laptop, fires(laptop)).what
    assert [name for name, _ in laptop.queue] == ["ops/watch"]
    assert laptop.record().active is GREEN


def test_an_instance_of_the_idle_app_does_not_take_production_back():
    laptop = baking(policy="rollback")
    answer = sends(laptop, fires(laptop, BLUE))
    assert "is about blue, which does not serve production" in answer.what
    assert laptop.record().active is GREEN


def test_an_instance_that_began_before_the_switch_does_not_take_the_release_back():
    laptop = Laptop(alerts={"policy": "rollback"})
    instance = fires(laptop)
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    assert "began before v1.3.0 served production" in sends(laptop, instance).what
    assert laptop.record().active is GREEN


@pytest.mark.parametrize("at", [None, "", "yesterday", "2026-11-23T12:00:00", 7])
def test_an_instance_that_does_not_say_since_when_asks_the_judge_and_takes_nothing_back(at):
    laptop = baking(policy="rollback")
    told = {"alert_instance": {"status": "active", "severity": "critical", "rule_id": "r", "triggered_at": at}}
    told["alert_instance"]["resource_urn"] = f"do:app:{laptop.apps[GREEN]}"
    laptop.faults["digitalocean"].add(Fault(path="/v2/insights/alert-instances", status=200, message=told))
    answer = sends(laptop, fires(laptop))
    assert answer.status in (202, 503)
    assert laptop.record().active is GREEN


def test_a_warning_is_noted():
    laptop = baking(policy="rollback")
    answer = sends(laptop, fires(laptop, severity="warning"))
    assert answer.what == "web: noted: Memory of web (warning, insights)"
    assert laptop.record().active is GREEN


@pytest.mark.slow
def test_an_alert_of_no_app_belongs_to_whom_match_says():
    laptop = baking()
    instance = fires(laptop, None, urn="do:dbaas:12")
    assert "belongs to no service" in sends(laptop, instance).what
    laptop = baking(match={"rule": "Memory of web"})
    assert "the judge is asked" in sends(laptop, fires(laptop, None, urn="do:dbaas:12")).what


def test_a_rule_that_is_gone_takes_nothing_from_the_alert():
    laptop = baking()
    instance = fires(laptop)
    laptop.digitalocean.insights.rules.clear()
    assert sends(laptop, instance).what.startswith("web: rule ")


def proofs():
    return {
        "bearer": Channel(bearer=SECRET),
        "a header of one's own": Channel(headers={"X-Bluegreen-Alert-Secret": SECRET}),
        "bearer, and a signature in a header that nobody knows": Channel(bearer=SECRET, secret=SECRET),
        "a signature in the header that is ours": Channel(secret=SECRET, signature="X-Bluegreen-Signature-256"),
    }


@pytest.mark.parametrize("proof", proofs())
def test_it_is_known_by_what_its_channel_can_send(proof):
    laptop = baking()
    assert sends(laptop, fires(laptop), proofs()[proof]).status == 202


@pytest.mark.parametrize(
    "channel",
    [Channel(), Channel(bearer="somebody-else"), Channel(secret=SECRET), Channel(basic=("bluegreen", "another"))],
)
def test_what_proves_nothing_is_refused_and_the_api_is_not_asked(channel):
    laptop = baking()
    instance = fires(laptop)
    asked = laptop.digitalocean.limits.count(TOKEN, laptop.clock.now())
    answer = sends(laptop, instance, channel)
    assert answer.status == 401
    left = int(laptop.digitalocean.limits.count(TOKEN, laptop.clock.now())["ratelimit-remaining"])
    assert left == int(asked["ratelimit-remaining"]) - 1


@pytest.mark.bad_input(
    "alert",
    "a delivery of DigitalOcean Insights that names no alert instance, more than ten, or one that nobody knows",
    "400, and where an id is looked for",
)
@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"alert_instance": {}}, "names no alert instance: one of alert_instance.id"),
        ({"alert_instances": []}, "names no alert instance"),
        ({"alert_instance": {"id": True}}, "names no alert instance"),
        ({"alert_instance": [[]]}, "names no alert instance"),
        ({"rule_id": "r", "id": {}}, "names no alert instance"),
        ({"event": {"rule_id": 3}}, "names no alert instance"),
        ({"alert_instance": {"id": "../../v2/apps"}}, "is no id of an alert instance"),
        ({"alert_instance_id": "a?b=c"}, "is no id of an alert instance"),
        ({"alert_instance_id": "a" * 65}, "is no id of an alert instance"),
        ({"alert_instances": [{"id": f"i-{n}"} for n in range(11)]}, "11 alert instances in one delivery"),
        ({"alert_instance_id": "unknown-1"}, "knows no alert instance unknown-1"),
    ],
)
def test_a_delivery_without_an_instance_that_can_be_read_is_refused(payload, said):
    laptop = baking(policy="rollback")
    body = json.dumps(payload).encode()
    answer = deliver(laptop, body, {"authorization": f"Bearer {SECRET}"})
    assert (answer.status, answer.ok) == (400, False)
    assert said in answer.what
    assert laptop.record().alerts == ()


def test_an_alert_in_ones_own_words_that_has_a_rule_is_still_ones_own():
    laptop = baking()
    payload = {"name": "Queue", "status": "firing", "severity": "critical", "service": "web", "rule_id": "7"}
    assert "Queue (critical, plain)" in deliver(laptop, payload).what


def test_a_rule_s_name_is_a_word_of_somebody_else():
    laptop = baking(policy="tell")
    insights, now = laptop.digitalocean.insights, laptop.clock.now()
    rule = insights.rule(f"<!channel> \x1b[31m*bold*\r\n{TOKEN}", now)
    sends(laptop, insights.fire(rule, now, f"do:app:{laptop.apps[GREEN]}"))
    told = json.dumps([laptop.slack.messages[-1]["payload"], laptop.record().model_dump(mode="json")["alerts"]])
    assert "<!channel>" not in json.dumps(laptop.slack.messages[-1]["payload"])
    assert "\\u001b" not in told
    assert TOKEN not in told


def test_several_instances_are_heard_together():
    laptop = baking(policy="tell")
    ids = [fires(laptop), fires(laptop, severity="warning")]
    payload = {"alert_instances": [{"id": each} for each in ids]}
    assert deliver(laptop, payload).status == 202
    assert len(laptop.record().alerts) == 2


def test_an_instance_that_is_gone_does_not_cost_the_others():
    laptop = baking(policy="tell")
    answer = deliver(laptop, {"alert_instances": [{"id": "gone"}, {"id": fires(laptop)}]})
    assert answer.status == 202
    assert answer.what.endswith(
        "; 1 of 2 left out: DigitalOcean Insights knows no alert instance gone: nothing was done"
    )
    assert len(laptop.record().alerts) == 1


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault(path="/v2/insights/alert-instances", status=500, times=9), 503),
        (Fault(path="/v2/insights/alert-instances", status=429, times=9), 503),
        (Fault(path="/v2/insights/alert-instances", status=200, message={"alert_instance": 7}), 503),
        (Fault(path="/v2/insights/alert-instances", status=200, message={"alert_instance": {"status": "odd"}}), 503),
        (Fault(path="/v2/insights/alert-instances", status=403, message={"message": "no"}), 500),
    ],
)
def test_while_the_api_does_not_say_the_sender_is_told_to_come_again_and_nothing_is_noted(fault, status):
    laptop = baking(policy="rollback")
    laptop.faults["digitalocean"].add(fault)
    answer = sends(laptop, fires(laptop))
    assert (answer.status, answer.ok) == (status, False)
    assert (laptop.record().alerts, laptop.record().active) == ((), GREEN)


def test_a_rule_that_does_not_answer_costs_its_name_only():
    laptop = baking()
    laptop.faults["digitalocean"].add(Fault(path="/v2/insights/alert-rules", status=503))
    assert "the judge is asked" in sends(laptop, fires(laptop)).what


def test_without_the_token_it_is_said_which_one_is_wanted():
    laptop = baking()
    secrets = laptop.settings.secrets._replace(insights_token=None)
    laptop.settings = laptop.settings._replace(secrets=secrets)
    answer = sends(laptop, fires(laptop))
    assert (answer.status, answer.what) == (500, "BLUEGREEN_INSIGHTS_TOKEN is not set for this function")


@pytest.mark.slow
def test_the_token_that_reads_it_may_read_nothing_else():
    laptop = baking()
    instance = fires(laptop)
    laptop.digitalocean.settings.tokens = {TOKEN: frozenset({"insights:read"})}
    assert sends(laptop, instance).status == 202


def test_a_signature_that_is_ours_over_another_body_is_refused():
    laptop = baking()
    body = json.dumps({"alert_instance_id": fires(laptop)}).encode()
    proof = {"x-bluegreen-signature-256": f"sha256={mac(body + b' ')}"}
    assert deliver(laptop, body, proof).status == 401


def test_a_body_in_base64_is_read_as_the_platform_may_hand_it_over():
    laptop = baking()
    body = json.dumps({"alert_instance_id": fires(laptop)}).encode()
    assert deliver(laptop, body, {"authorization": f"Bearer {SECRET}"}, encoded=True).status == 202
