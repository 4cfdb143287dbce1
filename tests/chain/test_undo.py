"""`rollback -p undo:true`: a rollback by mistake is undone while the release still runs."""

import pytest

from bluegreen.core.phases import Phase
from tests.build import BLUE, GREEN
from tests.chain.laptop import Laptop
from tests.chain.test_status_now import broken

UNDO = {"undo": "true"}


@pytest.fixture
def laptop():
    made = Laptop()
    made.push("v1.3.0")
    assert made.rest().active is GREEN
    return made


def deployments(laptop):
    return [laptop.deployments(environment) for environment in (BLUE, GREEN)]


@pytest.mark.slow
def test_production_is_on_the_release_again_with_the_one_answer_and_without_a_deployment(laptop):
    before = deployments(laptop)
    back = laptop.invoke("rollback")
    assert back["next"] == "to undo it: doctl serverless functions invoke rollback -p service:web -p undo:true"

    answer = laptop.invoke("rollback", UNDO)

    record = laptop.record()
    assert answer["ok"], answer
    assert answer["what"].startswith("v1.3.0 serves production on green")
    assert (record.active, record.epoch, record.in_flight.phase) == (GREEN, 3, Phase.WATCHING)
    assert "v1.3.0" not in record.quarantine
    assert deployments(laptop) == before
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    assert laptop.record().on(BLUE).proven


@pytest.mark.slow
def test_it_can_be_taken_back_and_undone_again(laptop):
    for _ in range(2):
        assert laptop.invoke("rollback")["ok"]
        assert laptop.record().active is BLUE
        assert laptop.invoke("rollback", UNDO)["ok"]
        assert laptop.record().active is GREEN


@pytest.mark.slow
def test_in_its_bake_too(laptop):
    laptop.push("v1.4.0")
    laptop.until(Phase.WATCHING)
    laptop.invoke("rollback")

    assert laptop.invoke("rollback", UNDO)["ok"]
    assert laptop.record().on(laptop.record().active).tag == "v1.4.0"


def test_who_and_why_are_kept_and_told(laptop):
    laptop.invoke("rollback", {"by": "Ada", "reason": "checkout is down"})
    assert laptop.record().past[0].reason == "rollback asked for by Ada: checkout is down"

    laptop.invoke("rollback", {**UNDO, "by": "Ada", "reason": "it was the CDN"})

    assert any(
        "the rollback of v1.3.0 is being undone, as Ada (it was the CDN) asked" in text for text in laptop.told()
    )
    assert laptop.record().in_flight.by == "Ada (it was the CDN)"


@pytest.mark.slow
def test_what_a_person_writes_is_bounded_and_holds_no_credential(laptop):
    said = {"by": "Ada\n<!channel>" + "x" * 5000, "reason": "postgres://u:hunter2hunter2@db/x " + "y" * 500_000}
    for undo in ({}, UNDO):
        assert laptop.invoke("rollback", {**said, **undo})["ok"]
    record = laptop.record().model_dump_json()
    assert "hunter2hunter2" not in record
    assert len(record) < 64_000
    assert "<!channel>" not in "".join(laptop.told())


def test_a_secret_of_ours_that_a_person_pastes_is_neither_kept_nor_told(laptop):
    token = laptop.settings.secrets.github_token.get_secret_value()
    answer = laptop.invoke("rollback", {"reason": f"the token {token} was pasted here", "by": token})
    assert answer["ok"]
    assert token not in laptop.record().model_dump_json() + str(answer) + "".join(laptop.told())
    assert "the token [BLUEGREEN_GITHUB_TOKEN] was pasted here" in laptop.record().past[0].reason


def test_asked_for_twice_it_is_done_once(laptop):
    laptop.invoke("rollback")
    laptop.invoke("rollback", UNDO)

    answer = laptop.invoke("rollback", UNDO)

    assert laptop.record().active is GREEN
    assert "on its way back already" in answer["what"]


def test_what_the_judge_found_at_fault_stays_where_it_is():
    laptop = Laptop()
    laptop.push("v1.4.0", fault={"share": 0.2, "when": "production"})
    laptop.rest()

    answer = laptop.invoke("rollback", UNDO)

    assert not answer["ok"]
    assert "v1.4.0 was not taken back by a person" in answer["what"]
    assert laptop.record().active is BLUE


@pytest.mark.slow
def test_where_nothing_was_taken_back_there_is_nothing_to_undo(laptop):
    answer = laptop.invoke("rollback", UNDO)
    assert not answer["ok"]
    assert "there is nothing to undo" in answer["what"]


def test_what_is_being_overwritten_is_not_there_any_more(laptop):
    laptop.invoke("rollback")
    laptop.push("v1.4.0")
    laptop.until(Phase.CHECKING)

    answer = laptop.invoke("rollback", UNDO)

    assert not answer["ok"]
    assert "green is being given v1.4.0, so v1.3.0 does not run there any more" in answer["what"]


def test_a_release_that_has_not_begun_yet_makes_room(laptop):
    laptop.invoke("rollback")
    laptop.push("v1.4.0")
    assert laptop.record().in_flight.deployment is None

    assert laptop.invoke("rollback", UNDO)["ok"]

    assert laptop.record().active is GREEN
    assert laptop.outcome("v1.4.0") == "aborted"


def test_what_is_sick_by_now_does_not_take_over(laptop):
    laptop.invoke("rollback")
    broken(laptop, share=1.0)

    answer = laptop.invoke("rollback", UNDO)

    record = laptop.record()
    assert not answer["ok"]
    assert "v1.3.0 failed" in answer["what"]
    assert (record.active, record.on(GREEN).proven) == (BLUE, False)
    assert "v1.3.0" in record.quarantine


def test_maintenance_that_deploys_the_same_code_anew_changes_nothing(laptop):
    laptop.invoke("rollback")
    laptop.digitalocean.maintenance("holi-green")
    laptop.clock.sleep(300)

    answer = laptop.invoke("rollback", UNDO)

    assert answer["ok"], answer
    assert laptop.record().active is GREEN


def test_what_somebody_else_has_deployed_there_is_not_called_the_release(laptop):
    laptop.invoke("rollback")
    laptop.repository.branches["deploy/green"] = laptop.repository.release("v9.9.9").sha
    cloud = laptop.cloud("a colleague")
    cloud.clients.digitalocean.deploy(cloud.service.app(GREEN))

    answer = laptop.invoke("rollback", UNDO)

    assert not answer["ok"]
    assert "green was deployed again" in answer["what"]
    assert laptop.record().active is BLUE


@pytest.mark.slow
def test_a_release_that_a_person_has_left_for_an_earlier_one_comes_back(laptop):
    laptop.push("v1.4.0")
    laptop.rest()
    laptop.invoke("rollback", {"to": "v1.2.0"})
    laptop.rest()
    record = laptop.record()
    assert record.on(record.active).tag == "v1.2.0"

    answer = laptop.invoke("rollback", UNDO)

    record = laptop.record()
    assert answer["ok"], answer
    assert record.on(record.active).tag == "v1.4.0"


@pytest.mark.parametrize("other", [{"to": "v1.2.0"}, {"native": "true"}])
def test_one_way_at_a_time(laptop, other):
    answer = laptop.invoke("rollback", {**UNDO, **other})
    assert not answer["ok"]
    assert "cannot be combined" in answer["what"]


class TwoPeople(Laptop):
    """While the environment is looked at for the one, the other says the same."""

    second = None

    def _app(self, environment, request):
        release = self.record().release
        if self.second is None and release is not None and release.purpose.undo:
            self.second = {}
            self.second = self.invoke("rollback", UNDO)
        return super()._app(environment, request)


def test_who_says_it_a_second_time_meanwhile_is_not_sent_to_push_a_fix():
    laptop = TwoPeople()
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.invoke("rollback")
    assert laptop.invoke("rollback", UNDO)["ok"]
    assert laptop.second["what"] == "v1.3.0 is on its way back already: it is ready to take over"
    assert laptop.second["next"] == "`status` shows how far it is"
    assert laptop.record().active is GREEN
