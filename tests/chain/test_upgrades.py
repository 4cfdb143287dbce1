"""What changes under a journal that goes on: the program, bluegreen.yml, the namespace. Noticed, told, not acted on."""

import json

import pytest

from bluegreen.cloud import Caller, Clients
from bluegreen.core.environment import Environment, Status
from bluegreen.core.phases import Phase
from bluegreen.core.written import program
from bluegreen.settings import load
from tests.build import written
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import ENVIRONMENT
from tests.chain.webhook import deliver, pushed

BLUE, GREEN = Environment.BLUE, Environment.GREEN
FUNCTIONS = ("rollback", "status", "switch", "deploy", "abort")


@pytest.fixture
def laptop():
    return Laptop()


def told(laptop):
    """Each message to people, whole."""
    messages = [json.dumps(message["payload"], ensure_ascii=False) for message in laptop.slack.messages]
    return [message.replace("\u200b", "") for message in messages]


def newest_key(laptop):
    return laptop.state.keys("services/web/journal/")[-1]


def by_a_newer_one(laptop, change, said="0.4.0"):
    """The newest version again, as a newer Bluegreen might have written it."""
    key = newest_key(laptop)
    entry = json.loads(laptop.state.get(key))
    entry["bluegreen"] = said
    change(entry)
    body = json.dumps(entry, separators=(",", ":")).encode()
    laptop.state.put(key, body)
    laptop.state.put("services/web/head.json", body)


def holds(laptop):
    return {key: laptop.state.get(key) for key in laptop.state.keys("services/")}


def a_field_more(entry):
    entry["record"]["canary"] = {"share": 5}


def another_schema(entry):
    entry["schema_version"] = 2
    del entry["record"]["active"]


@pytest.mark.bad_input(
    "settings",
    "a newer Bluegreen has written the journal (a downgrade, or two versions side by side)",
    "the older functions stand still and write nothing; people are told which version to install, and how",
)
@pytest.mark.parametrize("change", [a_field_more, another_schema])
def test_an_older_function_never_writes_over_a_newer_record_and_says_which_command(laptop, change):
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    by_a_newer_one(laptop, change)
    before, known = holds(laptop), len(told(laptop))
    for function in FUNCTIONS:
        answer = laptop.invoke(function, {"tag": "v1.4.0"} if function == "deploy" else {})
        assert answer["ok"] is False, function
        assert "releases/download/v0.4.0/bluegreen-0.4.0-py3-none-any.whl" in answer["next"], function
        assert "`bluegreen deploy-functions`" in answer["next"]
    assert deliver(laptop, pushed("v1.4.0")).status == 500
    for _ in range(3):
        laptop.minute()
    assert holds(laptop) == before
    (notice,) = told(laptop)[known:]
    assert "a newer Bluegreen wrote the journal: this one stands still" in notice
    assert "pipx install --force" in notice


def test_two_versions_side_by_side_go_on_once_the_newer_functions_are_deployed(laptop):
    """The newer one writes in the middle of a bake; the older ones stand still; deployed anew, the release goes on."""
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    by_a_newer_one(laptop, a_field_more)
    laptop.drain()
    laptop.minute()
    deployments = [laptop.deployments(environment) for environment in Environment]

    def read_by_the_newer_one(entry):
        del entry["record"]["canary"]

    by_a_newer_one(laptop, read_by_the_newer_one)
    assert laptop.rest().on(GREEN).tag == "v1.3.0"
    assert laptop.outcome("v1.3.0") in ("live", "unproven")
    assert [laptop.deployments(environment) for environment in Environment] == deployments


def test_what_is_said_of_the_writer_is_never_more_than_a_version(laptop):
    laptop.invoke("status")
    by_a_newer_one(laptop, a_field_more, "0.4.0'; rm -rf / #")
    answer = laptop.invoke("status")
    assert "rm -rf" not in answer["what"] + answer["next"]
    assert "deploy the Bluegreen that wrote it" in answer["next"]


def test_each_version_of_the_journal_says_which_bluegreen_wrote_it(laptop):
    laptop.invoke("status")
    assert json.loads(laptop.state.get(newest_key(laptop)))["bluegreen"] == program.VERSION


def edited(laptop, **apps):
    """bluegreen.yml names other apps for some environments, and the functions were deployed with it."""
    found = written()
    web = found["services"]["web"]
    web["watch"] = {"checks": 10, "over": "60s", "bake": "60s", "every": "5s"}
    for environment in Environment:
        web["environments"][environment.value]["app"] = apps.get(environment.value, laptop.apps[environment])
    deployed_with(laptop, found)


def deployed_with(laptop, found):
    laptop.settings = load(found, ENVIRONMENT)


ANOTHER = "11111111-2222-4333-8444-555555555555"


@pytest.mark.bad_input(
    "settings",
    "the app id of the idle environment is changed",
    "it is no rollback target until a release went there; people are told once",
)
def test_another_app_for_the_idle_environment_is_no_rollback_target(laptop):
    laptop.push("v1.3.0")
    assert laptop.rest().active is GREEN
    known = len(told(laptop))
    edited(laptop, blue=ANOTHER)
    status = laptop.invoke("status")["services"]["web"]
    assert f"nothing to go back to: blue is another app now: {ANOTHER} instead of" in status["rollback"]
    for _ in range(4):
        laptop.minute()
    record, notices = laptop.record(), told(laptop)[known:]
    assert (record.active, record.on(BLUE).status, record.on(BLUE).tag) == (GREEN, Status.UNFIT, "")
    assert len([text for text in notices if f"blue is another app now: {ANOTHER} instead of" in text]) == 1
    assert "doctl serverless functions invoke deploy -p service:web -p tag:v1.2.0 -p restore:true" in notices[0]


def test_while_a_release_is_watched_nothing_leads_to_an_app_that_nobody_knows(laptop):
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    edited(laptop, blue=ANOTHER)
    laptop.invoke("ops/watch", {"source": "schedule"})
    way = laptop.invoke("status")["services"]["web"]["rollback"]
    answer = laptop.invoke("rollback")

    assert f"none: blue is another app now: {ANOTHER} instead of" in way
    assert "App Platform takes green from v1.3.0 back to v1.1.0 itself" in answer["what"]
    assert laptop.record().active is GREEN


@pytest.mark.slow
@pytest.mark.bad_input(
    "settings",
    "the app id of the active environment is changed",
    "it counts as it was, nothing new begins until `resume`, a rollback is possible; people are told once",
)
def test_another_app_for_the_active_environment_pauses_and_leaves_the_way_back(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    edited(laptop, green=ANOTHER)
    before = [laptop.deployments(environment) for environment in Environment]
    laptop.push("v1.4.0")
    for _ in range(4):
        laptop.minute()
    status = laptop.invoke("status")
    assert "web is paused by Bluegreen" in status["what"]
    assert "green is another app now" in status["what"]
    assert [laptop.deployments(environment) for environment in Environment] == before
    assert laptop.invoke("rollback")["ok"] is True
    resumed = laptop.invoke("deploy", {"service": "web", "resume": "true"})
    assert resumed["ok"] is True, resumed


def test_a_release_on_its_way_to_an_app_that_was_changed_is_over(laptop):
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    edited(laptop, green=ANOTHER)
    record = laptop.rest()
    assert record.active is BLUE
    assert laptop.outcome("v1.3.0") == "aborted"
    assert "green is another app now" in laptop.reason("v1.3.0")


def test_a_journal_that_names_no_apps_takes_those_of_bluegreen_yml_once(laptop):
    """What 0.2.0 wrote: nothing is paused or unfit for it."""
    laptop.push("v1.3.0")
    laptop.rest()

    def older(entry):
        del entry["bluegreen"]
        for state in entry["record"]["environments"].values():
            del state["app"]

    by_a_newer_one(laptop, older)
    known, versions = len(told(laptop)), len(laptop.state.keys("services/web/journal/"))
    laptop.invoke("status")
    laptop.invoke("status")
    record = laptop.record()
    assert {e: record.on(e).app for e in Environment} == laptop.apps
    assert (record.paused, record.on(BLUE).status, len(told(laptop))) == (None, Status.IDLE, known)
    assert len(laptop.state.keys("services/web/journal/")) == versions + 1


def renamed(laptop, name):
    """The service has another name in bluegreen.yml; its apps are the same."""
    found = written()
    web = found["services"].pop("web")
    for environment in (BLUE, GREEN):
        web["environments"][environment.value]["app"] = laptop.apps[environment]
    found["services"][name] = web
    deployed_with(laptop, found)


@pytest.mark.bad_input(
    "settings",
    "a service is renamed, or taken out of bluegreen.yml, while its release is in flight",
    "no journal is begun for its apps under another name; the release that nobody looks after is told, and stands",
)
def test_a_service_renamed_in_the_middle_of_a_release_is_noticed_and_not_adopted(laptop):
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    known = len(told(laptop))
    renamed(laptop, "shop")
    answer = laptop.invoke("status")
    assert answer["ok"] is False
    assert "shop has no journal yet, and the one of web knows app" in answer["what"]
    assert "bluegreen recover --service shop --active blue" in answer["next"]
    for _ in range(10):
        laptop.clock.sleep(60)
        laptop.invoke("ops/watch", {"source": "schedule"})
    assert laptop.state.keys("services/shop/") == []
    notices = told(laptop)[known:]
    left = [text for text in notices if "web was taken out of bluegreen.yml in the middle of a release" in text]
    assert len(left) == 1, notices
    assert "write `web:` in bluegreen.yml again" in left[0]
    assert len([text for text in notices if "no journal was begun" in text]) == 1


@pytest.mark.slow
def test_a_service_taken_out_at_rest_is_history_and_told_to_nobody(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    found = written()
    found["services"]["api"] = {**found["services"].pop("web")}
    for number, environment in enumerate((BLUE, GREEN)):
        found["services"]["api"]["environments"][environment.value]["app"] = ANOTHER[:-1] + str(number)
    deployed_with(laptop, found)
    known = len(told(laptop))
    for _ in range(6):
        laptop.clock.sleep(60)
        laptop.invoke("ops/watch", {"source": "schedule"})
    assert laptop.record("api").active is BLUE
    assert not [text for text in told(laptop)[known:] if "taken out" in text]


class InNamespaces(Laptop):
    """Functions of several namespaces, by turns."""

    namespace = "fn-one"

    def _begin(self, function):
        caller = Caller(function, f"activation-{next(self.activations)}", "https://functions.test", self.namespace)
        return caller, Clients(self.settings, self.shared, caller, self.clock)


@pytest.mark.slow
@pytest.mark.bad_input(
    "settings",
    "two namespaces watch over one bucket",
    "told once a day and in `status`; each write is still one writer's",
)
def test_two_namespaces_on_one_bucket_are_told_once_and_forgotten_when_one_is_gone():
    laptop = InNamespaces()
    for _ in range(6):
        laptop.minute()
    assert "two namespaces" not in " ".join(told(laptop))
    for minute in range(20):
        laptop.namespace = ("fn-one", "fn-two")[minute // 5 % 2]
        laptop.minute()
    notices = [text for text in told(laptop) if "two namespaces watch over one bucket" in text]
    assert len(notices) == 1
    assert "fn-one and fn-two" in notices[0]
    status = laptop.invoke("status")
    assert "namespaces fn-one and fn-two watch over this bucket" in status["what"]
    assert "doctl serverless namespaces delete" in status["next"]
    laptop.namespace = "fn-one"
    for _ in range(20):
        laptop.minute()
    assert "watch over this bucket" not in laptop.invoke("status")["what"]
