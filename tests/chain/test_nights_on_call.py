"""What a person on call reads, and that each step that it names is one that helps."""

import pytest

from bluegreen.core.phases import Phase
from bluegreen_emulator.faults import Fault
from tests.build import GREEN
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import REPOSITORY


def test_a_release_that_nobody_switches_expires_in_time():
    laptop = Laptop(deadlines={"ready": "60s"}, options={"auto_switch": False})
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    laptop.drain()
    assert (laptop.record().in_flight.wake_at - laptop.record().in_flight.phase_since).total_seconds() <= 62
    for _ in range(2):
        laptop.minute()
    assert laptop.outcome("v1.3.0") == "expired"


@pytest.mark.slow
def test_our_own_deployment_that_never_ends_is_cancelled_and_makes_room_for_the_next():
    laptop = Laptop(deadlines={"deploying": "600s"})
    laptop.digitalocean.never_end("holi-green")
    laptop.push("v1.3.0")
    for _ in range(12):
        laptop.minute()
    assert laptop.outcome("v1.3.0") == "failed"
    assert "not done within 10 min, so it was cancelled" in laptop.reason("v1.3.0")
    laptop.push("v1.4.0")
    laptop.rest()
    assert laptop.outcome("v1.4.0") == "live"


def test_a_token_that_is_not_taken_is_to_be_put_right_before_anything_is_pushed():
    laptop = Laptop()
    laptop.faults["digitalocean"].add(Fault(status=401))
    laptop.push("v1.3.0")
    laptop.rest()
    told = str(laptop.slack.messages[-1]["payload"])
    assert "put that right, then doctl serverless functions invoke deploy -p service:web -p tag:v1.3.0" in told
    assert "push a newer tag" not in told


def test_a_check_that_fails_is_a_warning_and_its_call_is_not_ok():
    laptop = Laptop()
    laptop.push("v1.3.0", fault={"share": 1.0})
    laptop.until(Phase.CHECKING)
    answers = []
    while laptop.queue:
        answers.append(laptop.invoke(*laptop.queue.popleft()))
    assert laptop.outcome("v1.3.0") == "failed"
    assert [answer["ok"] for answer in answers if "rounds after a grace" in answer["what"]] == [False]
    [line] = [each for each in laptop.lines if "rounds after a grace" in str(each.get("says"))]
    assert line["level"] == "warning"


def test_a_persons_typo_is_told_to_that_person_alone():
    laptop = Laptop()
    answer = laptop.invoke("deploy", {"tag": "v1.33.0"})
    laptop.drain()
    assert not answer["ok"]
    assert "tag v1.33.0 does not exist" in answer["what"]
    assert laptop.told() == []


@pytest.mark.slow
def test_a_message_links_to_what_a_person_reads_next():
    laptop = Laptop(dashboard="https://grafana.test/d/holi")
    laptop.push("v1.3.0")
    record = laptop.rest()
    commit, deployment = record.on(GREEN).commit, record.on(GREEN).deployment
    [field] = [f for f in laptop.slack.messages[-1]["payload"]["attachments"][0]["fields"] if f["title"] == "Links"]
    assert field["value"].split(" · ") == [
        f"<https://github.com/{REPOSITORY}/commit/{commit}|commit>",
        f"<https://github.com/{REPOSITORY}/compare/v1.2.0...v1.3.0|changes>",
        f"<https://cloud.digitalocean.com/apps/{laptop.apps[GREEN]}/deployments/{deployment}|deployment>",
        "<https://grafana.test/d/holi|dashboard>",
    ]


def test_githubs_page_links_to_the_deployment_and_gives_the_reason():
    laptop = Laptop()
    laptop.push("v1.3.0", fault={"share": 1.0})
    laptop.rest()
    page = laptop.github.deployments[REPOSITORY]
    [made] = page.listed({})
    status = page.statuses[made["id"]][-1]
    assert status["state"] == "failure"
    assert status["log_url"].startswith(f"https://cloud.digitalocean.com/apps/{laptop.apps[GREEN]}/deployments/")
    assert status["description"].startswith("health check failed; production is untouched: ")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "says"),
    [({"status": 503}, "503"), ({"status": 429, "headers": {"Retry-After": "5"}}, "429"), ({"status": 200}, "usable")],
    ids=["away", "rate limit", "nonsense"],
)
def test_digitalocean_that_does_not_serve_is_told_within_two_minutes_and_once(fault, says):
    laptop = Laptop()
    laptop.faults["digitalocean"].add(Fault(**fault, times=10_000))
    laptop.push("v1.3.0")
    for _ in range(2):
        laptop.minute()
    [told] = [message["payload"] for message in laptop.slack.messages if "no progress" in str(message)]
    for _ in range(3):
        laptop.minute()

    assert "while requested" in told["text"]
    assert says in str(told)
    assert "it is tried again by itself, until " in str(told)
    assert sum("no progress" in str(message) for message in laptop.slack.messages) == 1
    laptop.faults["digitalocean"].clear()
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"


@pytest.mark.slow
def test_one_answer_that_was_none_is_told_to_nobody():
    laptop = Laptop()
    for wait in range(3):
        laptop.faults["digitalocean"].add(Fault(path="deployments", status=503))
        laptop.push(f"v1.{3 + wait}.0")
        laptop.rest()
    assert not [message for message in laptop.slack.messages if "no progress" in str(message)]


@pytest.mark.slow
@pytest.mark.parametrize("watch", [{"fresh": "1s", "later": "2m"}, {"every": "2m"}, {"stay": "1s"}], ids=str)
def test_looks_that_are_further_apart_than_a_watch_stays_are_left_to_the_schedule(watch):
    """The next watch would look at once, and so would the one after it: hundreds of them in a minute."""
    laptop = Laptop(watch={"bake": "5m", **watch})
    laptop.push("v1.3.0")
    looks = []
    for _ in range(12):
        laptop.minute()  # ends: nothing is woken without end
        looks.append(laptop.record().judged)
    watched = [look.at for look in looks if look is not None]
    assert len({*watched}) >= 4
    assert laptop.outcome("v1.3.0") == "live"
