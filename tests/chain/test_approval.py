"""No switch without a person where a service wants it so: who, until when, and what goes back all the same."""

import pytest

from bluegreen.core.config.options import Approval
from bluegreen.core.environment import Environment
from bluegreen.core.phases import Phase
from bluegreen.settings import parse
from tests.build import written
from tests.chain.laptop import Laptop
from tests.chain.pair import Pair
from tests.notify.test_slack_buttons import ButtonLaptop

APPROVAL = {"by": ["anna", "carl"], "within": "4h"}


def ready(kind=Laptop, **changes):
    laptop = kind(approval=APPROVAL, **changes)
    laptop.push("v1.3.0")
    laptop.drain()
    assert laptop.record().release.phase is Phase.READY
    return laptop


def test_it_waits_although_the_switch_goes_by_itself():
    laptop = ready()
    for _ in range(5):
        laptop.minute()

    assert laptop.settings.service("web").options.auto_switch
    assert laptop.record().release.reason == "checks passed; waiting for the approval of anna or carl"
    assert laptop.record().release.phase is Phase.READY
    assert any("anna or carl approves until 2026-" in str(message) for message in laptop.slack.messages)


def test_a_person_cannot_ask_for_it_without():
    laptop = Laptop(approval=APPROVAL)
    laptop.invoke("deploy", {"tag": "v1.2.0", "auto_switch": "true"})
    laptop.push("v1.3.0")
    laptop.invoke("deploy", {"tag": "v1.3.0", "auto_switch": "true", "by": "dora"})
    for _ in range(5):
        laptop.minute()

    assert laptop.record().active is Environment.BLUE


@pytest.mark.parametrize("who", [{}, {"by": "dora"}, {"by": "anna x"}])
def test_somebody_else_s_word_is_no_approval(who):
    laptop = ready()
    answer = laptop.invoke("switch", who)

    assert not answer["ok"]
    assert "waits for the approval of anna or carl" in answer["what"]
    assert laptop.record().release.phase is Phase.READY
    assert not laptop.record().release.go


@pytest.mark.slow
def test_one_of_them_approves_and_the_journal_says_who():
    laptop = ready()
    assert laptop.invoke("switch", {"by": "carl", "reason": "reviewed"})["ok"]
    said = [line.says for line in laptop.record().in_flight.history]
    laptop.rest()

    assert "approved by carl (reviewed)" in said
    assert laptop.record().active is Environment.GREEN


def test_an_approval_that_comes_after_its_time_is_none_although_no_watch_came_by():
    laptop = ready()
    laptop.clock.sleep(4 * 3600 + 1)
    answer = laptop.invoke("switch", {"by": "anna"})
    assert (answer["ok"], answer["what"]) == (False, "v1.3.0 has expired: nothing was switched")
    assert laptop.record().active is Environment.BLUE
    assert laptop.outcome("v1.3.0") == "expired"
    again = answer["next"].removeprefix("to ask again: doctl serverless functions invoke deploy ").replace("-p ", "")
    assert laptop.invoke("deploy", dict(each.split(":") for each in again.split()))["ok"]
    for _ in range(3):
        laptop.minute()
    assert sum("v1.3.0: expired" in text for text in laptop.told()) == 1


def test_after_its_time_it_expires():
    laptop = ready()
    for _ in range(239):
        laptop.clock.sleep(60)
    laptop.minute()
    laptop.minute()

    assert laptop.outcome("v1.3.0") == "expired"
    assert laptop.record().active is Environment.BLUE


@pytest.mark.slow
def test_what_leads_back_waits_for_nobody():
    laptop = ready()
    laptop.invoke("switch", {"by": "anna"})
    laptop.rest()
    assert laptop.invoke("rollback", {})["ok"]
    laptop.rest()
    assert laptop.record().active is Environment.BLUE
    assert laptop.invoke("rollback", {"undo": "true"})["ok"]
    laptop.rest()
    assert laptop.record().active is Environment.GREEN


@pytest.mark.parametrize("names", [["ben"], ["anna"], []])
def test_the_name_of_a_button_is_that_of_whoever_presses_it(names):
    laptop = ButtonLaptop(approval={"by": names})
    laptop.push("v1.3.0")
    laptop.drain()
    done = laptop.press(laptop.shown()["switch"])  # by ben
    laptop.drain()

    assert done.ok is (names != ["anna"])
    assert (laptop.record().active is Environment.GREEN) is (names != ["anna"])


def test_a_service_without_it_is_as_it_was():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()

    assert laptop.record().active is Environment.GREEN


@pytest.mark.parametrize("approval", [{"by": "anna"}, {"within": "never"}, {"who": ["anna"]}])
def test_what_is_none_is_refused(approval):
    found = written()
    found["services"]["web"]["approval"] = approval

    assert parse(found)[1]


def asked_for(laptop):
    """The functions are deployed with an approval in bluegreen.yml, which it had not before."""
    services = {
        name: known.model_copy(update={"approval": Approval.model_validate(APPROVAL)})
        for name, known in laptop.settings.file.services.items()
    }
    laptop.settings = laptop.settings._replace(file=laptop.settings.file.model_copy(update={"services": services}))


def held_in_ready():
    """Ready, with auto_switch, and not switched: the service is paused."""
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.SMOKING)
    laptop.invoke("deploy", {"pause": "true"})
    laptop.drain()
    assert laptop.record().in_flight.phase is Phase.READY
    return laptop


def test_an_approval_that_is_asked_for_while_a_release_is_ready_is_waited_for_and_taken():
    laptop = held_in_ready()
    asked_for(laptop)
    laptop.invoke("deploy", {"resume": "true"})
    for _ in range(3):
        laptop.minute()

    assert laptop.record().active is Environment.BLUE
    assert laptop.record().in_flight.reason == "checks passed; waiting for the approval of anna or carl"
    assert not laptop.record().in_flight.options.auto_switch
    (told,) = [each for each in map(str, laptop.slack.messages) if "v1.3.0 is waiting for the approval of anna" in each]
    assert "anna or carl approves until 2026-" in told
    assert not laptop.invoke("switch", {"by": "dora"})["ok"]
    assert laptop.invoke("switch", {"by": "anna"})["ok"]
    laptop.rest()
    assert laptop.record().active is Environment.GREEN


def test_who_approves_before_the_release_was_looked_at_again_is_heard():
    laptop = held_in_ready()
    laptop.invoke("deploy", {"resume": "true"})
    laptop.queue.clear()  # the wake-up is lost
    asked_for(laptop)
    assert laptop.invoke("switch", {"by": "anna"})["ok"]
    laptop.drain()
    assert laptop.record().active is Environment.GREEN


def test_an_approval_that_is_asked_for_while_a_release_is_on_its_way_is_told():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.SMOKING)
    asked_for(laptop)
    laptop.drain()

    assert laptop.record().in_flight.phase is Phase.READY
    assert any("anna or carl approves until 2026-" in str(message) for message in laptop.slack.messages)
    assert laptop.invoke("switch", {"by": "carl"})["ok"]
    assert laptop.record().active is Environment.GREEN


@pytest.mark.slow
def test_the_others_of_a_set_do_not_move_before_an_approval_that_was_asked_for_late():
    pair = Pair()
    pair.push("v1.3.0")
    pair.both_until(Phase.SMOKING)
    asked_for(pair)
    for _ in range(5):
        pair.minute()

    assert pair.moves() == []
    assert pair.phases() == {"api": "ready", "web": "ready"}
    assert pair.invoke("switch", {"set": "shop", "by": "anna"})["ok"]
    pair.rest_both()
    assert pair.moves() == ["api v1.3.0", "web v1.3.0"]


@pytest.mark.slow
def test_what_leads_back_waits_for_no_approval_that_was_asked_for_late():
    laptop = held_in_ready()
    laptop.invoke("deploy", {"resume": "true"})
    laptop.rest()
    assert laptop.invoke("rollback", {})["ok"]
    laptop.rest()
    assert laptop.invoke("rollback", {"undo": "true"})["ok"]
    asked_for(laptop)
    laptop.rest()
    assert laptop.record().active is Environment.GREEN
