"""What alerts do to the record: noted, notified, or acted on."""

import pytest

from bluegreen.core.alerts import Alert
from bluegreen.core.config.alerts import AlertPolicy, AlertSettings
from bluegreen.core.inbound.alert_formats import alerts_in
from bluegreen.core.inbound.alert_policy import apply_alerts, firing, why_not_of_now
from bluegreen.core.notices import Channel
from bluegreen.core.phases import Phase
from bluegreen.core.record import ALERTS_KEPT
from tests.build import BLUE, GREEN, NOW, first, in_phase, later, service
from tests.chain.alerting import sample


def one(name="TooManyErrors", severity="critical", began=None, is_firing=True, sent=None, **labels):
    labels = frozenset({"service": "web", **labels}.items())
    return Alert("plain", name, name, is_firing, severity, labels, "", began, sent)


def test_labels_that_are_asked_for_must_all_be_there():
    settings = AlertSettings(match={"team": "shop", "tier": "front"})
    assert one(team="shop", tier="front").concerns("any", settings)
    assert not one(team="shop").concerns("web", settings)


def test_which_severities_are_critical_is_a_setting_and_case_does_not_matter():
    assert one(severity="CRITICAL").is_critical(AlertSettings())
    assert not one(severity="critical").is_critical(AlertSettings(critical=("page",)))
    assert not one(is_firing=False).is_critical(AlertSettings())


def with_policy(policy, **more):
    return service(alerts={"policy": policy, **more})


def test_in_the_bake_the_judge_is_asked_by_default():
    outcome = apply_alerts(in_phase(Phase.WATCHING), service(), [one()], NOW)
    assert outcome.taken
    assert "the judge is asked about v1.3.0" in outcome.says
    assert outcome.record.release == in_phase(Phase.WATCHING).release
    assert not outcome.record.outbox


@pytest.mark.parametrize(
    ("record", "step"),
    [
        (in_phase(Phase.WATCHING), "to go back: doctl serverless functions invoke rollback -p service:web"),
        (first(), "to go back: doctl serverless functions invoke rollback -p service:web"),
        (in_phase(Phase.ROLLING_BACK), ""),
        (
            first().with_environment(GREEN, proven=False),
            "`status` shows both environments; push a fix, "
            "or use the app's own rollback in DigitalOcean's control panel",
        ),
        (
            first().model_copy(update={"lost": "r1 is ahead"}),
            "look at where production goes, then `bluegreen recover --service web`: docs/state-bucket.md",
        ),
    ],
)
def test_the_step_that_is_told_is_one_that_would_be_taken(record, step):
    outcome = apply_alerts(record, with_policy("tell"), [one(began=NOW)], NOW)
    assert {notice.next_step for notice in outcome.record.outbox} == {step}


def test_in_the_bake_policy_rollback_takes_production_back_and_names_the_alert():
    outcome = apply_alerts(in_phase(Phase.WATCHING), with_policy("rollback"), [one(began=NOW)], later(1))
    record = outcome.record
    assert outcome.taken
    assert (record.active, record.epoch) == (BLUE, 2)
    assert record.release.phase is Phase.ROLLING_BACK
    assert record.release.reason == "rollback asked for by alert TooManyErrors (critical, plain)"
    assert {notice.reason for notice in record.outbox} == {record.release.reason}
    assert firing(record)[0].name == "TooManyErrors"


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (one(began=later(-1)), "began before v1.3.0 served production"),
        (one(sent=later(-1)), "was sent before v1.3.0 served production"),
        (one(environment="blue"), "is about blue, which does not serve production"),
        (one(environment="Blue"), "is about blue, which does not serve production"),
        (one(environment="staging"), "is about staging, which does not serve production"),
        (one(environment="Dev"), "is about dev, which does not serve production"),
    ],
)
def test_policy_rollback_does_not_blame_a_release_for_what_is_not_its_fault(found, why):
    outcome = apply_alerts(in_phase(Phase.WATCHING), with_policy("rollback"), [found], later(5))
    assert why in outcome.says
    assert outcome.record.active is GREEN
    assert not outcome.taken
    assert outcome.record.outbox


@pytest.mark.parametrize(
    "found",
    [
        one(began=later(1)),
        one(sent=later(4)),
        one(began=NOW, environment="green"),
        one(began=NOW, environment="production"),
        one(began=NOW, environment="prod-eu"),
        one(began=NOW, environment="GREEN"),
    ],
)
def test_policy_rollback_does_blame_it_otherwise(found):
    assert apply_alerts(in_phase(Phase.WATCHING), with_policy("rollback"), [found], later(5)).record.active is BLUE


@pytest.mark.parametrize("found", [one(), one(began=later(9999)), one(environment="green")])
def test_an_alert_that_does_not_say_when_only_asks_the_judge(found):
    """What has no time, or one that is still to come, may be an old message that is sent again."""
    outcome = apply_alerts(in_phase(Phase.WATCHING), with_policy("rollback"), [found], later(5))
    assert outcome.taken
    assert "may be an old one: the judge is asked about v1.3.0" in outcome.says
    assert outcome.record.active is GREEN
    assert outcome.record.release.phase is Phase.WATCHING
    assert "TooManyErrors" in outcome.record.outbox[-1].headline


def test_of_several_the_one_with_a_time_takes_production_back():
    found = [one("undated"), one("dated", began=later(1))]
    outcome = apply_alerts(in_phase(Phase.WATCHING), with_policy("rollback"), found, later(5))
    assert outcome.record.active is BLUE
    assert "alert dated (critical, plain)" in outcome.record.release.reason


def test_a_dated_message_is_taken_once_however_many_came_in_between():
    firing_once, over = one(sent=NOW), one(sent=later(1), is_firing=False)
    record = apply_alerts(first(), service(), [firing_once], NOW, "firing").record
    record = apply_alerts(record, service(), [over], later(1), "over").record
    for number in range(ALERTS_KEPT + 1):
        record = apply_alerts(record, service(), [one(f"other-{number}", began=NOW)], later(2), f"m-{number}").record
    assert "TooManyErrors" not in {alert.name for alert in record.alerts}
    again = apply_alerts(record, service(), [firing_once], later(3), "firing")
    assert (again.record, again.says) == (record, "heard already: this very message was taken before")


def test_a_message_without_a_time_may_come_again_as_a_new_alert():
    record = apply_alerts(first(), service(), [one()], NOW, "firing").record
    record = apply_alerts(record, service(), [one(is_firing=False)], later(1), "over").record
    assert firing(apply_alerts(record, service(), [one()], later(2), "firing").record)


def test_a_message_that_was_sent_earlier_does_not_undo_a_later_one():
    record = apply_alerts(first(), service(), [one(sent=later(9), is_firing=False)], later(9)).record
    assert apply_alerts(record, service(), [one(sent=later(1))], later(10)).record == record


def test_a_beginning_still_to_come_hides_no_true_one():
    record = apply_alerts(first(), service(), [one(began=later(99_999))], NOW).record
    record = apply_alerts(record, service(), [one(began=NOW, is_firing=False)], later(1)).record
    assert not firing(record)


@pytest.mark.parametrize(("seconds", "of_now"), [(-299, True), (299, True), (-301, False), (301, False)])
def test_a_message_s_own_time_is_held_to_five_minutes(seconds, of_now):
    assert (why_not_of_now([one(), one(sent=later(seconds))], NOW) == "") is of_now


def test_policy_tell_only_tells():
    outcome = apply_alerts(in_phase(Phase.WATCHING), with_policy("tell"), [one()], NOW)
    assert not outcome.taken
    assert "TooManyErrors" in outcome.record.outbox[-1].headline


@pytest.mark.parametrize("policy", AlertPolicy)
@pytest.mark.parametrize("phase", [None, *(p for p in Phase if p not in (Phase.WATCHING, Phase.SUPERSEDED))])
def test_outside_the_bake_an_alert_only_tells(phase, policy):
    record = in_phase(phase, switched_at=None) if phase else first()
    outcome = apply_alerts(record, with_policy(policy.value), [one()], NOW)
    assert not outcome.taken
    assert (outcome.record.active, outcome.record.release) == (record.active, record.release)
    assert [notice.channel for notice in outcome.record.outbox] == [Channel.SLACK]


def told(record):
    return [(notice.headline, notice.next_at) for notice in record.outbox if notice.channel is Channel.SLACK]


def delivered(record):
    """Without the messages that were told at once."""
    return record.model_copy(update={"outbox": tuple(notice for notice in record.outbox if notice.next_at)})


@pytest.mark.bad_input(
    "alert",
    "many critical alerts within a minute",
    "202; the first is told at once, and all that follow within a minute in one message",
)
def test_many_critical_alerts_within_a_minute_are_two_messages():
    record = first()
    for second in range(25):
        record = apply_alerts(record, with_policy("tell"), [one(f"a{second}", began=NOW)], later(second)).record
    at_once, gathered = told(record)
    assert at_once == ("alert a0 (critical, plain)", None)
    listed = "a24 (critical, plain), a23 (critical, plain), a22 (critical, plain)"
    assert gathered == (f"more alerts: {listed} and at least 17 more", later(61))


def test_a_message_that_gathers_waits_from_its_first_alert_on_however_many_join_it():
    record = delivered(apply_alerts(first(), with_policy("tell"), [one("a")], NOW).record)
    for name, second in (("b", 30), ("c", 59), ("d", 85)):
        outcome = apply_alerts(record, with_policy("tell"), [one(name)], later(second))
        record = outcome.record
        assert outcome.says.endswith("in one message with what else fires now")
    names = ", ".join(f"{name} (critical, plain)" for name in "dcb")
    assert told(record) == [(f"more alerts: {names}", later(90))]


def test_an_alert_a_minute_after_the_last_is_told_at_once():
    record = delivered(apply_alerts(first(), with_policy("tell"), [one("a")], NOW).record)
    record = apply_alerts(record, with_policy("tell"), [one("b")], later(60)).record
    assert told(record) == [("alert b (critical, plain)", None)]


def test_a_pager_hears_of_a_storm_once_and_at_once():
    pages = service(alerts={"policy": "tell"}, notify=[{"kind": "slack"}, {"kind": "pager", "service": "pagerduty"}])
    record = first()
    for second in range(5):
        record = apply_alerts(record, pages, [one(f"a{second}")], later(second)).record
    paged = [notice for notice in record.outbox if notice.channel is Channel.PAGER]
    assert [(notice.headline, notice.next_at) for notice in paged] == [("alert a0 (critical, plain)", None)]


def test_what_is_not_critical_is_only_noted():
    outcome = apply_alerts(in_phase(Phase.WATCHING), with_policy("rollback"), [one(severity="warning")], NOW)
    assert not outcome.taken
    assert not outcome.record.outbox
    assert [alert.severity for alert in firing(outcome.record)] == ["warning"]


def test_the_same_alert_twice_changes_nothing_the_second_time():
    once = apply_alerts(in_phase(Phase.WATCHING), with_policy("tell"), [one(), one()], NOW).record
    again = apply_alerts(once, with_policy("tell"), [one()], later(9))
    assert again.record == once
    assert again.says == "heard already"


def test_a_resolved_alert_is_off_the_list_and_a_late_repetition_does_not_bring_it_back():
    record = apply_alerts(first(), service(), [one(began=NOW)], NOW).record
    record = apply_alerts(record, service(), [one(began=NOW, is_firing=False)], later(9)).record
    assert not firing(record)
    assert apply_alerts(record, service(), [one(began=NOW)], later(10)).record == record


def test_an_alert_that_fires_anew_is_heard_anew():
    record = apply_alerts(first(), service(), [one(began=NOW, is_firing=False)], NOW).record
    record = apply_alerts(record, service(), [one(began=later(60))], later(61)).record
    assert firing(record)[0].began == later(60)
    assert apply_alerts(record, service(), [one(began=NOW, is_firing=False)], later(62)).record == record


def test_a_warning_that_becomes_critical_is_heard():
    record = apply_alerts(in_phase(Phase.WATCHING), service(), [one(severity="warning", began=NOW)], NOW).record
    assert apply_alerts(record, service(), [one(began=NOW)], later(1)).taken


@pytest.mark.bad_input(
    "alert",
    "more than twenty alerts at once for one service",
    "202; the critical ones first, then those that are over",
)
def test_however_many_alerts_there_are_the_urgent_ones_are_kept():
    storm = [one(f"minor-{number}", severity="info") for number in range(300)] + [one("urgent")]
    once = apply_alerts(in_phase(Phase.WATCHING), service(), storm, NOW)
    assert once.taken
    assert len(once.record.alerts) == ALERTS_KEPT
    assert "urgent" in {alert.name for alert in firing(once.record)}
    assert apply_alerts(once.record, service(), storm, later(1)).record == once.record


def test_what_is_over_makes_room_first():
    record, over = first(), {"a7", "a9", "a11"}
    for name in (f"a{number}" for number in range(ALERTS_KEPT + 4)):
        record = apply_alerts(record, service(), [one(name, is_firing=name not in over, severity="info")], NOW).record
    kept = {alert.name for alert in record.alerts}
    assert len(kept) == ALERTS_KEPT
    assert not kept & {*over, "a0"}


def test_a_resolution_without_a_time_does_not_forget_when_the_alert_began():
    [event], [issue] = alerts_in(*sample("sentry.event")), alerts_in(*sample("sentry.issue"))
    record = apply_alerts(first(), service(), [event], NOW).record
    record = apply_alerts(record, service(), [issue], later(1)).record
    assert not firing(record)
    assert apply_alerts(record, service(), [event], later(2)).record == record
