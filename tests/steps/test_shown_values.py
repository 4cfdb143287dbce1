"""Of a spec nothing is shown that may be a secret, wherever it stands: only that it is another value."""

import copy

import pytest

from bluegreen_emulator.faults import Fault
from tests.chain.laptop import Laptop
from tests.steps.specs import change, released
from tests.steps.test_drift_gate import drift, green

SECRET = "hunter2-9f3kQ7zT"
LOGTAIL = {"name": "logs", "logtail": {"token": SECRET}}
PLACES = {
    "logtail": {"log_destinations": [LOGTAIL]},
    "datadog": {"log_destinations": [{"name": "logs", "datadog": {"endpoint": "https://x", "api_key": SECRET}}]},
    "opensearch": {
        "log_destinations": [{"name": "logs", "open_search": {"basic_auth": {"user": "x", "password": SECRET}}}]
    },
    "papertrail": {"log_destinations": [{"name": "logs", "papertrail": {"endpoint": SECRET}}]},
    "credentials": {"image": {"registry_type": "GHCR", "repository": "web", "registry_credentials": f"ci:{SECRET}"}},
    "command": {"run_command": f"serve --password={SECRET}"},
    "build": {"build_command": f"npm config set x {SECRET}"},
    "clone": {"git": {"repo_clone_url": f"https://ci:{SECRET}@git.example/x.git", "branch": "x"}},
    "header": {"secure_header": {"key": "X-Origin", "value": SECRET}},
    "unknown": {"vault": {"region": SECRET, "password": "x"}},
    "neighbour": {"things": [{"name": "API_TOKEN", "version": SECRET}]},
    "named": {"session_secret": {"version": SECRET}},
    "a list": {"things": [SECRET]},
    "under a plain name": {"things": {"kind": "password", "version": SECRET}},
}


def other(value):
    """The same with another secret, so that the two differ."""
    if isinstance(value, dict):
        return {key: other(below) for key, below in value.items()}
    if isinstance(value, list):
        return [other(below) for below in value]
    return value.replace(SECRET, "hunter3-0a1bC2dE") if isinstance(value, str) else value


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("both", [True, False])
def test_no_secret_is_shown(place, both):
    found = drift(green(lambda spec: spec["services"][0].update(copy.deepcopy(place))))
    found._model = copy.deepcopy(found._model)
    if both:
        found._model["services"][0].update(other(place))
    said = found.warnings()
    assert said
    assert "hunter" not in str(said)


def test_numbers_are_shown_but_where_something_beside_them_speaks_of_a_secret():
    def numbers(first, second):
        return {"things": [{"name": "a", "size": first}, {"name": "TOKEN", "size": second}], "pin": first}

    found = drift(green(lambda spec: spec.update(numbers(1, 2))))
    found._model = {**copy.deepcopy(found._model), **numbers(3, 4)}
    assert found.warnings() == [
        "things.a.size: blue has 3, green has 1",
        "things.TOKEN.size differs: blue has another value, green has another value",
        "pin: blue has another value, green has another value",
    ]


def test_a_token_of_a_log_destination_reaches_neither_slack_nor_the_journal():
    laptop = Laptop()
    change(laptop, "holi-blue", web={"log_destinations": [LOGTAIL]})
    change(laptop, "holi-green", web={"log_destinations": [{"name": "logs", "logtail": {"token": "hunter3-0a1bC2dE"}}]})

    assert released(laptop) == "live"
    said = "services.web.log_destinations.logs.logtail.token differs: blue has another value, green has another value"
    assert said in str(laptop.slack.messages)
    kept = [laptop.state.get(key) for key in laptop.state.ages("")]
    for text in (str(laptop.slack.messages), str(laptop.lines), str(kept)):
        assert "hunter" not in text


def test_a_refusal_of_digitalocean_that_quotes_the_spec_is_told_without_its_secrets():
    laptop = Laptop(images=True)
    change(laptop, "holi-green", web={"log_destinations": [LOGTAIL]})
    refusal = {"id": "bad_request", "message": f"log_destinations: token {SECRET} is not accepted"}
    laptop.faults["digitalocean"].add(Fault(method="PUT", status=400, message=refusal))

    assert released(laptop) == "failed"
    assert "[another value] is not accepted" in laptop.reason("v1.3.0")
    assert "hunter" not in str(laptop.slack.messages) + laptop.reason("v1.3.0")


@pytest.mark.slow
def test_a_refusal_that_is_cut_in_the_middle_of_a_secret_shows_no_half_of_it():
    for length in range(150, 200, 7):
        laptop = Laptop(images=True)
        change(laptop, "holi-green", web={"log_destinations": [LOGTAIL]})
        refusal = {"id": "bad_request", "message": f"{'x' * length} {SECRET} is not accepted"}
        laptop.faults["digitalocean"].add(Fault(method="PUT", status=400, message=refusal))
        released(laptop)
        kept = laptop.reason("v1.3.0")
        assert SECRET[:9] not in kept, length
