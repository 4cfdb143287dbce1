"""Release sets: nothing is switched before all are ready, then in order; one that goes back takes the others along."""

import pytest

from bluegreen.core.config.options import Approval
from bluegreen.core.phases import Phase
from tests.chain.pair import API, WEB, Pair

ON_V13 = {API: "v1.3.0", WEB: "v1.3.0"}
ON_V12 = {API: "v1.2.0", WEB: "v1.2.0"}
BAD = {"share": 1.0, "when": "production"}
ILL = {"share": 1.0}
GOOD = ("live", "unproven")


def warmed(**given):
    """A pair whose watch has asked GitHub once, as on any day but the first."""
    pair = Pair(tags={"pattern": "v*", "ask_every": 1}, **given)
    pair.minute()
    pair.appends = 0
    return pair


@pytest.mark.slow
def test_services_of_one_tag_are_switched_in_the_declared_order():
    pair = Pair()
    pair.push("v1.3.0")
    pair.rest_both()
    assert pair.active() == ON_V13
    assert pair.moves() == ["api v1.3.0", "web v1.3.0"]


@pytest.mark.slow
def test_the_order_is_the_one_that_is_declared():
    pair = Pair(sets={"shop": {"services": [WEB, API]}})
    pair.push("v1.3.0")
    pair.rest_both()
    assert pair.moves() == ["web v1.3.0", "api v1.3.0"]


def test_one_that_fails_its_checks_ends_the_set_with_production_untouched():
    pair = Pair()
    pair.broken[WEB, "v1.3.0"] = ILL
    pair.push("v1.3.0")
    records = pair.rest_both()
    assert pair.phases() == {API: "aborted", WEB: "failed"}
    assert pair.moves() == []
    assert "nothing of the set is switched: web is failed: GET /api/health" in records[API].past[0].reason


def test_one_whose_deployment_fails_stops_the_others_deployment_too():
    pair = Pair()
    pair.digitalocean.fail_next_deployment("holi-green", "no space left", phase="BUILDING")
    pair.push("v1.3.0")
    records = pair.rest_both()
    assert pair.phases() == {API: "aborted", WEB: "failed"}
    assert records[API].on(records[API].idle).tag == "v1.1.0"
    assert records[API].on(records[API].idle).proven


@pytest.mark.slow
@pytest.mark.parametrize(("bad", "back"), [(WEB, ["web v1.2.0", "api v1.2.0"]), (API, ["api v1.2.0", "web v1.2.0"])])
def test_one_that_is_at_fault_takes_the_others_back(bad, back):
    pair = Pair()
    pair.broken[bad, "v1.3.0"] = BAD
    pair.push("v1.3.0")
    records = pair.rest_both()
    assert pair.moves() == ["api v1.3.0", "web v1.3.0", *back]
    assert pair.phases() == {API: "rolled back", WEB: "rolled back"}
    assert all("v1.3.0" in record.quarantine for record in records.values())


@pytest.mark.slow
def test_a_person_takes_one_back_at_rest_and_the_others_follow():
    pair = Pair()
    pair.push("v1.3.0")
    pair.rest_both()
    assert pair.invoke("rollback", {"service": API})["ok"]
    pair.drain()
    pair.minute()
    assert pair.active() == ON_V12
    assert "set shop: api is" in pair.record(WEB).past[0].reason
    assert "v1.3.0 went back with set shop: " in pair.invoke("rollback", {"service": WEB, "undo": "true"})["what"]


def test_what_would_cut_a_bake_short_is_told_why_that_of_a_set_goes_on():
    pair = Pair()
    pair.push("v1.3.0")
    pair.both_until(Phase.WATCHING)
    pair.repository.release("v1.4.0")
    for _ in range(2):
        answer = pair.invoke("deploy", {"service": WEB, "tag": "v1.4.0", "now": "true"})
        assert "the bakes of set shop end together, so this one is not cut short" in answer["what"]
    assert pair.phases() == {API: "watching", WEB: "watching"}


@pytest.mark.slow
def test_one_that_app_platform_takes_back_takes_the_others_back_too():
    pair = Pair()
    pair.push("v1.3.0")
    pair.rest_both()
    answer = pair.invoke("rollback", {"service": API, "native": "true"})
    assert answer["ok"], answer
    pair.rest_both()
    pair.minute()
    assert pair.active() == {API: "v1.1.0", WEB: "v1.2.0"}
    assert pair.phases() == {API: "rolled back", WEB: "rolled back"}
    assert "set shop: api is" in pair.record(WEB).past[0].reason


@pytest.mark.slow
def test_one_that_leaves_for_an_earlier_release_takes_the_others_back_too():
    pair = Pair()
    for tag in ("v1.3.0", "v1.4.0"):
        pair.push(tag)
        pair.rest_both()
    answer = pair.invoke("rollback", {"service": API, "to": "v1.2.0"})
    assert answer["ok"], answer
    pair.rest_both()
    pair.minute()
    assert pair.active() == {API: "v1.2.0", WEB: "v1.3.0"}
    assert "api has v1.4.0 in quarantine: left for v1.2.0" in pair.record(WEB).past[0].reason


@pytest.mark.slow
def test_a_person_takes_the_set_back_the_last_switched_first():
    pair = Pair()
    pair.push("v1.3.0")
    pair.rest_both()
    answer = pair.invoke("rollback", {"set": "shop"})
    assert answer["ok"], answer
    assert pair.moves()[2:] == ["web v1.2.0", "api v1.2.0"]
    pair.rest_both()
    assert pair.invoke("rollback", {"set": "shop"})["ok"] is False


@pytest.mark.slow
def test_a_set_that_waits_for_a_person_is_switched_as_a_whole():
    pair = Pair(options={"auto_switch": False})
    pair.push("v1.3.0")
    pair.both_until(Phase.READY)
    assert pair.invoke("switch", {"service": API})["ok"]
    pair.drain()
    assert pair.moves() == []
    status = pair.invoke("status")
    assert status["sets"] == {"shop": {"tag": "v1.3.0", "members": {API: "ready", WEB: "held"}}}
    assert "set shop v1.3.0: api is ready, web is ready" in status["what"]
    assert pair.invoke("status", {"set": "shop"}) == status
    alone = pair.invoke("status", {"service": API})
    assert ([*alone["services"]], alone["sets"]) == ([API], {})
    assert pair.invoke("switch", {"set": "shop"})["ok"]
    pair.rest_both()
    assert pair.moves() == ["api v1.3.0", "web v1.3.0"]


@pytest.mark.bad_input(
    "person",
    "`switch` of a set before all are ready, `abort` of one that has begun to switch",
    "where its services stand",
)
def test_a_set_is_not_switched_before_all_are_ready():
    pair = Pair()
    pair.push("v1.3.0")
    answer = pair.invoke("switch", {"set": "shop"})
    assert answer["ok"] is False
    assert "nothing was switched" in answer["what"]


@pytest.mark.bad_input(
    "person",
    "`switch` of a set where one service wants another's approval",
    "that service's reason; nothing is switched",
)
def test_no_member_is_told_to_go_where_one_wants_another_s_approval():
    pair = approved()
    before = {service: pair.record(service) for service in (API, WEB)}
    answer = pair.invoke("switch", {"set": "shop", "by": "anna"})
    assert answer["ok"] is False
    assert "nothing of set shop was switched: web: v1.3.0 was not switched" in answer["what"]
    assert "carl" in answer["what"]
    assert {service: pair.record(service) for service in (API, WEB)} == before


@pytest.mark.slow
def test_what_both_approve_is_switched_as_a_whole():
    pair = approved(of_web=["carl", "anna"])
    assert pair.invoke("switch", {"set": "shop", "by": "anna"})["ok"]
    pair.rest_both()
    assert pair.moves() == ["api v1.3.0", "web v1.3.0"]


def approved(of_web=("carl",)):
    """Both are ready; each waits for the approval of its own people."""
    pair = Pair()
    services = pair.settings.file.services
    for service, people in ((API, ("anna",)), (WEB, tuple(of_web))):
        services[service] = services[service].model_copy(update={"approval": Approval(by=people)})
    pair.push("v1.3.0")
    pair.both_until(Phase.READY)
    return pair


@pytest.mark.slow
def test_a_person_aborts_the_set():
    pair = Pair(options={"auto_switch": False})
    pair.push("v1.3.0")
    pair.both_until(Phase.READY)
    answer = pair.invoke("abort", {"set": "shop"})
    assert answer["ok"], answer
    assert pair.phases() == {API: "aborted", WEB: "aborted"}
    assert pair.invoke("abort", {"set": "shop"})["ok"] is False


@pytest.mark.slow
def test_aborting_a_set_stops_nothing_that_is_no_part_of_it():
    pair = Pair()
    pair.invoke("deploy", {"service": WEB, "tag": "v1.1.0"})
    pair.push("v1.3.0")
    answer = pair.invoke("abort", {"set": "shop"})
    assert answer["ok"], answer
    assert "web: v1.3.0 waits there, and ends with the set once its turn comes" in answer["what"]
    pair.rest_both()
    assert pair.active() == {API: "v1.2.0", WEB: "v1.1.0"}
    assert pair.phases() == {API: "aborted", WEB: "aborted"}


def test_one_that_a_person_aborts_ends_the_set():
    pair = Pair(options={"auto_switch": False})
    pair.push("v1.3.0")
    pair.both_until(Phase.READY)
    assert pair.invoke("abort", {"service": WEB})["ok"]
    pair.minute()
    assert pair.phases() == {API: "aborted", WEB: "aborted"}


@pytest.mark.slow
def test_a_person_releases_the_set_by_hand():
    pair = Pair()
    pair.repository.release("v1.3.0")
    assert pair.invoke("deploy", {"set": "shop", "tag": "v1.3.0"})["ok"]
    pair.rest_both()
    assert pair.moves() == ["api v1.3.0", "web v1.3.0"]


@pytest.mark.slow
@pytest.mark.bad_input(
    "person",
    "`deploy` of a set where one service would refuse the tag",
    "that service's reason; nothing is begun",
)
def test_nothing_of_a_set_is_begun_where_one_would_refuse_the_tag():
    pair = Pair()
    pair.repository.release("v1.3.0")
    assert pair.invoke("deploy", {"service": WEB, "tag": "v1.3.0"})["ok"]
    answer = pair.invoke("deploy", {"set": "shop", "tag": "v1.3.0"})
    assert answer["ok"] is False
    assert "nothing was begun: web: v1.3.0 is under way there by itself" in answer["what"]
    pair.rest_both()
    assert pair.active() == {API: "v1.2.0", WEB: "v1.3.0"}


def test_nothing_of_a_set_is_begun_where_the_journal_of_one_was_lost():
    pair = warmed()
    pair.repository.release("v1.3.0")
    cloud = pair.cloud("test", WEB)
    newest = cloud.journal.newest()
    cloud.journal.update(newest, lost, "test", "it was restored from an older copy", cloud.clock.now, 1)
    before = pair.record(API)
    answer = pair.invoke("deploy", {"set": "shop", "tag": "v1.3.0"})
    assert answer["ok"] is False
    assert "nothing was begun: web: nothing was done: newer versions" in answer["what"]
    assert pair.record(API) == before


def lost(record, now):
    return record.model_copy(update={"lost": "newer versions were lost"})


@pytest.mark.slow
def test_a_service_that_is_released_alone_waits_for_nobody_and_takes_nobody_back():
    pair = Pair()
    pair.repository.release("v1.3.0")
    pair.invoke("deploy", {"service": WEB, "tag": "v1.3.0"})
    pair.rest_both()
    pair.invoke("rollback", {"service": WEB})
    pair.rest_both()
    assert pair.moves() == ["web v1.3.0", "web v1.2.0"]


@pytest.mark.slow
def test_an_order_that_was_cut_short_is_asked_again_and_joined():
    pair = warmed()
    pair.repository.release("v1.3.0")
    pair.killed_after = 1
    assert pair.invoke("deploy", {"set": "shop", "tag": "v1.3.0"})["what"] == "killed"
    assert pair.record(WEB).release is None
    assert pair.invoke("deploy", {"set": "shop", "tag": "v1.3.0"})["ok"]
    pair.rest_both()
    assert pair.moves() == ["api v1.3.0", "web v1.3.0"]


@pytest.mark.slow
def test_without_an_access_key_a_set_takes_a_minute_a_step():
    pair = Pair(key=False, watch={"checks": 2, "over": "20s", "bake": "4m", "extend": "1m", "every": "10s"})
    pair.push("v1.3.0")
    pair.rest_both()
    assert pair.moves() == ["api v1.3.0", "web v1.3.0"]


@pytest.mark.slow
def test_a_member_that_never_becomes_ready_is_waited_for_until_the_deadline():
    pair = Pair(deadlines={"ready": "5m", "deploying": "1h"})
    pair.digitalocean.never_end("holi-green")
    pair.push("v1.3.0")
    for _ in range(12):
        pair.minute()
    assert pair.phases()[API] == "expired"
    assert pair.moves() == []


def test_a_switch_that_was_begun_is_not_made_once_another_of_the_set_is_lost():
    pair = Pair(options={"auto_switch": False})
    pair.push("v1.3.0")
    pair.both_until(Phase.READY)
    journal = pair.cloud("test", WEB).journal
    begun = journal.newest()
    journal.append(
        begun, begun.record.with_release(phase=Phase.SWITCHING, claim=None), "switch", "begun", pair.clock.now()
    )
    pair.invoke("abort", {"service": API})
    pair.invoke("switch", {"specversion": "1.0", "type": "bluegreen.release.nudged", "subject": WEB})
    pair.rest_both()
    assert pair.phases() == {API: "aborted", WEB: "rolled back"}
    assert pair.moves() == []


# A function dies after the journal's n-th version: the first ones in the webhook, the last ones in the way back.


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 20, 38])
def test_a_function_that_dies_leaves_a_set_that_is_switched_as_a_whole(number):
    pair = warmed()
    pair.killed_after = number
    pair.push("v1.3.0")
    pair.minute()
    pair.minute()
    pair.rest_both()
    assert pair.appends > number
    assert pair.moves() == ["api v1.3.0", "web v1.3.0"]


@pytest.mark.slow
@pytest.mark.parametrize("number", [36, 46, 50])
def test_a_function_that_dies_leaves_a_set_that_goes_back_as_a_whole(number):
    pair = warmed()
    pair.broken[WEB, "v1.3.0"] = BAD
    pair.killed_after = number
    pair.push("v1.3.0")
    pair.rest_both()
    assert pair.appends > number
    assert pair.moves() == ["api v1.3.0", "web v1.3.0", "web v1.2.0", "api v1.2.0"]


@pytest.mark.slow
@pytest.mark.parametrize("which", [API, WEB])
def test_a_pause_of_one_holds_the_set_and_a_resume_lets_it_go(which):
    pair = Pair()
    pair.push("v1.3.0")
    assert pair.invoke("deploy", {"pause": "true", "service": which, "by": "anna"})["ok"]
    for _ in range(4):
        pair.minute()
    assert pair.active() == ON_V12
    assert {pair.record(name).release.phase for name in (API, WEB)} == {Phase.READY}
    refused = pair.invoke("switch", {"set": "shop"})
    assert not refused["ok"]
    assert f"{which} is paused by anna" in refused["what"]
    pair.invoke("deploy", {"resume": "true", "service": which})
    pair.rest_both()

    assert pair.active() == ON_V13
    assert pair.moves() == ["api v1.3.0", "web v1.3.0"]


@pytest.mark.slow
def test_a_pause_between_two_switches_does_not_leave_half_a_set():
    pair = Pair()
    pair.push("v1.3.0")
    for _ in range(60):
        if pair.moves():
            break
        pair.invoke(*pair.queue.popleft()) if pair.queue else pair.minute()
    assert pair.moves() == ["api v1.3.0"]
    pair.invoke("deploy", {"pause": "true", "service": WEB})
    pair.rest_both()

    assert pair.active() == ON_V13
