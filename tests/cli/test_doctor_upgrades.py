"""What an upgrade or an edit of bluegreen.yml leaves behind: named by the doctor, with the command that mends it."""

from datetime import UTC, datetime, timedelta

import pytest

from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.spaces import Spaces
from bluegreen.core import admission
from bluegreen.core.config.options import Options
from bluegreen.core.environment import Environment
from bluegreen.core.pointing import adopt
from bluegreen.core.upgrading.neighbours import Watcher
from bluegreen.core.written import program
from bluegreen.settings import parse
from tests.cli.clinic import Clinic

pytestmark = pytest.mark.slow

GREEN = Environment.GREEN


@pytest.fixture
def clinic(written, tmp_path):
    made = Clinic(written, tmp_path)
    made.deploy_functions()
    yield made
    made.close()


def bucket(clinic):
    state = parse(clinic.written)[0].state
    return Spaces(state.endpoint, state.region, state.bucket, "KEY", "store-secret")


def begin(clinic, change=lambda record: record, name="web"):
    service = parse(clinic.written)[0].services["web"].model_copy(update={"name": name})
    record = change(adopt(service))
    Journal(bucket(clinic), name, lambda: "n").begin(record, "a test", "begin", datetime.now(UTC))


def under_way(clinic, target=None):
    service = parse(clinic.written)[0].services["web"]

    def change(record):
        asked = admission.ReleaseRequest("v1.3.0", "", Options(), "a test")
        return admission.admit(record, service, asked, datetime.now(UTC)).record.with_release(target=target)

    return change


def mark(clinic, namespace="fn-web", version=program.VERSION, minutes_ago=0):
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    made = Watcher(namespace=namespace, bluegreen=version, at=at)
    bucket(clinic).put(made.key, made.model_dump_json().encode())


def found(clinic, check):
    each = clinic.results()[check]
    return each.result, f"{each.what}{each.mend}"


def test_a_service_that_was_taken_out_in_the_middle_of_a_release_stops_the_deployment(clinic):
    begin(clinic, under_way(clinic), name="api")
    result, said = found(clinic, "services left behind")
    assert result == "fault"
    assert "api is not in bluegreen.yml, and v1.3.0 of it is requested: nobody looks after it" in said
    assert "`bluegreen deploy-functions`" in said


def test_a_service_that_is_at_rest_is_history(clinic):
    begin(clinic, name="api")
    assert found(clinic, "services left behind")[0] == "ok"


@pytest.mark.parametrize(
    ("changed", "target", "result", "words"),
    [
        ("green", None, "doubt", "nothing to go back to"),
        ("blue", None, "doubt", "resume:true"),
        ("green", GREEN, "fault", "while v1.3.0 is requested there"),
    ],
)
def test_another_app_is_named_with_what_comes_of_it(clinic, changed, target, result, words):
    def of_other_apps(record):
        record = under_way(clinic, target)(record) if target else record
        return record.with_environment(Environment(changed), app="another-app")

    begin(clinic, of_other_apps)
    said = found(clinic, "apps of the journal")
    assert said[0] == result
    assert f"{changed} is another app now" in said[1]
    assert words in said[1]


@pytest.mark.slow
def test_two_namespaces_are_a_doubt_until_one_is_silent(clinic):
    mark(clinic)
    mark(clinic, "fn-other", minutes_ago=10)
    result, said = found(clinic, "one namespace")
    assert (result, "fn-other and fn-web" in said) == ("doubt", True)
    mark(clinic, "fn-other", minutes_ago=20)
    assert found(clinic, "one namespace")[0] == "ok"


@pytest.mark.parametrize(
    ("version", "result", "words"),
    [
        ("0.1.0", "doubt", "bluegreen deploy-functions"),
        (program.VERSION, "ok", "as this command"),
        ("9.0.0", "fault", "pipx install --force"),
    ],
)
def test_functions_of_another_version_are_named(clinic, version, result, words):
    mark(clinic, version=version)
    said = found(clinic, "versions")
    assert (said[0], words in said[1]) == (result, True)


@pytest.mark.slow
def test_a_journal_of_a_newer_bluegreen_stops_the_deployment_with_the_command(clinic):
    begin(clinic)
    store = bucket(clinic)
    key = store.keys("services/web/journal/")[-1]
    newer = store.get(key).replace(b'"record":{', b'"record":{"canary":5,').replace(program.VERSION.encode(), b"0.9.0")
    store.put(key, newer)
    store.put("services/web/head.json", newer)
    result, said = found(clinic, "way back")
    assert result == "fault"
    assert "pipx install --force" in said
    assert "v0.9.0" in said


@pytest.mark.parametrize(
    ("says", "result", "words"),
    [
        ("doctl version 1.165.3-release", "doubt", "1.166.0 is the oldest that was tried"),
        ("doctl version 1.166.0-release", "ok", "is 1.166.0"),
        ("doctl version 2.7.0-release", "ok", "is 2.7.0"),
        ("something else", "doubt", "does not say"),
        ("", "ok", "not installed"),
    ],
)
def test_doctl_is_looked_at_where_it_is(clinic, tmp_path, monkeypatch, says, result, words):
    """What a program of that name on the PATH says of itself."""
    folder = tmp_path / "bin"
    folder.mkdir()
    if says:
        (folder / "doctl").write_text(f"#!/bin/sh\necho '{says}'\n")
        (folder / "doctl").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    said = found(clinic, "doctl")
    assert (said[0], words in said[1]) == (result, True), said
