"""CDEvents: what each move of a release tells, that all of it is valid, and that none of it is lost."""

import json
import os
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from referencing import Registry, Resource

from bluegreen.core.notices import Notice, Tone
from bluegreen.core.phases import Phase
from bluegreen.core.table import TABLE
from bluegreen.notify.cdevents import events
from bluegreen_emulator.faults import Fault
from tests.build import NOW, service
from tests.chain.alerting import alert, deliver, group
from tests.chain.laptop import Laptop
from tests.notify.cdevents_table import KINDS, faults

ENTRY = {"kind": "cdevents"}
IMAGE = {"kind": "image", "registry": "holi", "repository": "web"}
SCHEMAS = Path(os.environ["BLUEGREEN_CDEVENTS"]) if "BLUEGREEN_CDEVENTS" in os.environ else None


def kinds(laptop):
    return [
        body["context"]["type"].removeprefix("dev.cdevents.").removesuffix(".0.3.0") for body in laptop.events.bodies
    ]


def told(laptop, kind):
    return [body for body, found in zip(laptop.events.bodies, kinds(laptop), strict=True) if found == kind]


def moved(was, phase, **more):
    given = {"tag": "v1.3.0", "commit": "a" * 40, "environment": "green", "base": "v1.2.0", "reason": "why", **more}
    return Notice(
        id=f"web-7/31/{phase.name.lower()}/cdevents",
        channel="cdevents",
        at=NOW,
        tone=Tone.PROGRESS,
        service="web",
        release="web-7",
        status=phase.value,
        was=was,
        headline="x",
        **given,
    )


MOVES = [(move.phase.value, move.next) for move in TABLE if move.next is not move.phase] + [("", Phase.REQUESTED)]
INCIDENTS = [("detected", False), ("resolved", True)]


def everything(**source):
    """Every event that there is: of each move of the table, of both kinds of incidents."""
    shop = service(**source)
    for was, phase in MOVES:
        yield from events(shop, moved(was, phase))
    for _, over in INCIDENTS:
        yield from events(shop, moved(None, Phase.ROLLING_BACK, resolves=over, page="its alerts"))


@pytest.fixture(
    params=[{}, {"source": IMAGE}, {"source": {**IMAGE, "registry_type": "GHCR"}}], ids=["git", "docr", "ghcr"]
)
def source(request):
    return request.param


def test_every_kind_is_sent_and_every_event_is_valid_by_the_table(source):
    found = [*everything(**source)]

    assert {event["context"]["type"] for event in found} == {f"dev.cdevents.{kind}.0.3.0" for kind in KINDS}
    assert [fault for event in found for fault in faults(event)] == []


@pytest.fixture(scope="module")
def schemas():
    if SCHEMAS is None:
        pytest.skip("CDEvents' schemas are not part of this project: name their folder in BLUEGREEN_CDEVENTS")
    read = [json.loads(path.read_text()) for path in SCHEMAS.rglob("*.json")]
    registry = Registry().with_resources((each["$id"], Resource.from_contents(each)) for each in read)
    by_type = {}
    for schema in read:
        for kind in (
            schema.get("properties", {}).get("context", {}).get("properties", {}).get("type", {}).get("enum", ())
        ):
            checker = jsonschema.FormatChecker()
            by_type[kind] = jsonschema.Draft202012Validator(schema, registry=registry, format_checker=checker)
    return by_type


def test_every_event_is_valid_under_the_official_schemas(schemas, source):
    for event in everything(**source):
        assert [*schemas[event["context"]["type"]].iter_errors(event)] == []


def test_the_table_refuses_what_the_schemas_refuse(schemas):
    """One field less, one more, one of another type, in each event."""
    for event in everything():
        validator = schemas[event["context"]["type"]]
        for changed in spoilt(event):
            assert bool(faults(changed)) == bool([*validator.iter_errors(changed)]), changed


def spoilt(event):
    content = event["subject"]["content"]
    for name in content:
        yield with_content(event, {key: value for key, value in content.items() if key != name})
        yield with_content(event, {**content, name: 7})
    yield with_content(event, {**content, "url": "https://holilabs.com"})
    yield {**event, "subject": {**event["subject"], "id": ""}}
    yield {name: value for name, value in event.items() if name != "context"}
    yield {**event, "context": {**event["context"], "type": "dev.cdevents.service.created.0.1.0"}}


def with_content(event, content):
    return {**event, "subject": {**event["subject"], "content": content}}


@pytest.mark.parametrize("spoil", range(4))
def test_the_table_refuses_something(spoil):
    (event,) = events(service(), moved("", Phase.REQUESTED))
    assert faults(event) == []
    assert faults([*spoilt(event)][spoil + 4])


@given(
    text=st.text(max_size=40),
    tag=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    move=st.sampled_from(MOVES),
)
def test_foreign_words_make_no_event_invalid(text, tag, move):
    was, phase = move
    words = text.encode(errors="replace").decode()
    for event in events(service(), moved(was, phase, tag=tag, reason=words, base=tag, commit="")):
        assert faults(event) == []
        assert json.loads(json.dumps(event)) == event


@pytest.fixture
def laptop():
    return Laptop(notify=[ENTRY])


@pytest.mark.slow
def test_a_good_release_tells_its_way(laptop):
    laptop.push("v1.3.0")
    laptop.rest()

    assert kinds(laptop) == [
        "pipelinerun.queued",
        "pipelinerun.started",
        "taskrun.started",
        "taskrun.finished",
        "service.deployed",
        "testsuiterun.started",
        "testsuiterun.finished",
        "testsuiterun.started",
        "testsuiterun.finished",
        "taskrun.started",
        "taskrun.finished",
        "service.upgraded",
        "pipelinerun.finished",
    ]
    (upgraded,) = told(laptop, "service.upgraded")
    assert upgraded["subject"]["content"]["environment"]["id"] == "production"
    assert upgraded["subject"]["content"]["artifactId"].startswith("pkg:github/holi-labs/holi@")
    (deployed,) = told(laptop, "service.deployed")
    assert deployed["subject"]["content"]["environment"]["id"] == "green"
    (end,) = told(laptop, "pipelinerun.finished")
    assert end["subject"]["content"]["outcome"] == "success"
    assert told(laptop, "incident.detected") == []
    assert len({body["context"]["chainId"] for body in laptop.events.bodies}) == 1
    assert len({body["context"]["id"] for body in laptop.events.bodies}) == len(laptop.events.bodies)
    assert [fault for body in laptop.events.bodies for fault in faults(body)] == []


@pytest.mark.slow
def test_a_bad_release_is_an_incident_that_is_over_when_production_is_back(laptop):
    laptop.push("v1.4.0", fault={"share": 0.5, "when": "production"})
    laptop.rest()

    (detected,), (resolved,) = told(laptop, "incident.detected"), told(laptop, "incident.resolved")
    assert detected["subject"]["id"] == resolved["subject"]["id"]
    (back,) = told(laptop, "service.rolledback")
    assert back["subject"]["content"]["artifactId"].endswith("@v1.2.0")
    assert told(laptop, "pipelinerun.finished")[0]["subject"]["content"]["outcome"] == "failure"


@pytest.mark.slow
def test_a_person_s_rollback_is_no_incident(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.invoke("rollback")
    laptop.rest()

    assert told(laptop, "incident.detected") == []
    assert len(told(laptop, "service.rolledback")) == 1


def test_a_failed_check_names_the_suite(laptop):
    laptop.push("v1.3.0", fault={"share": 1.0})
    laptop.rest()

    (bad,) = [b for b in told(laptop, "testsuiterun.finished") if b["subject"]["content"]["outcome"] == "failure"]
    (finished,) = told(laptop, "pipelinerun.finished")
    assert bad["subject"]["content"]["testSuite"]["id"] == "web/health"
    assert bad["subject"]["content"]["reason"]
    assert finished["subject"]["content"]["outcome"] == "failure"


@pytest.mark.slow
def test_it_is_a_cloud_event_in_binary_mode_and_signed(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    for body, headers in zip(laptop.events.bodies, laptop.events.headers, strict=True):
        assert headers["ce-type"] == body["context"]["type"]
        assert headers["ce-id"] == body["context"]["id"].replace(" ", "%20")
        assert headers["ce-specversion"] == "1.0"
        assert headers["content-type"] == "application/json"
        assert headers["x-bluegreen-signature-256"].startswith("sha256=")


@pytest.mark.slow
def test_what_is_not_taken_is_kept_and_comes_later_however_much_later(laptop):
    laptop.faults["events"].add(Fault(times=10_000, status=503))
    laptop.push("v1.3.0")
    laptop.rest()
    for _ in range(90):  # other news is given up after an hour
        laptop.minute()
    assert laptop.events.bodies == []
    assert "CDEvents" in laptop.invoke("status")["what"]
    laptop.faults["events"].clear()
    for _ in range(20):
        laptop.minute()

    assert laptop.record().outbox == ()
    assert {"pipelinerun.queued", "service.deployed", "service.upgraded", "pipelinerun.finished"} <= {*kinds(laptop)}


@pytest.mark.slow
def test_an_alert_is_an_incident(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    deliver(laptop, group(alert(began=laptop.clock.now())))
    laptop.drain()
    laptop.minute()

    (detected,) = told(laptop, "incident.detected")
    assert detected["subject"]["id"] == "web/its alerts"
    assert faults(detected) == []


@pytest.mark.slow
def test_without_an_entry_nothing_is_told():
    laptop = Laptop(notify=[])
    laptop.push("v1.3.0")
    laptop.rest()

    assert laptop.events.bodies == []
    assert laptop.record().outbox == ()


def test_a_service_of_the_same_name_elsewhere_is_another_source():
    """A receiver takes two events of one source and one id for one that came twice, and drops the second."""
    shop = service()
    elsewhere = shop.traffic.model_copy(update={"url": "https://staging.holilabs.com:8443/x"})
    notice = moved("deploying", Phase.CHECKING)
    told_by = [events(each, notice)[0] for each in (shop, shop.model_copy(update={"traffic": elsewhere}))]

    assert told_by[0]["context"]["id"] == told_by[1]["context"]["id"]
    assert [each["context"]["source"] for each in told_by] == [
        "//holilabs.com/bluegreen/web",
        "//staging.holilabs.com:8443/bluegreen/web",
    ]
    assert all(each["subject"]["source"] == each["context"]["source"] for each in told_by)
