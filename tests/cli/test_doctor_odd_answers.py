"""The doctor where an API answers what it should not, or nothing has come since: no data is nobody's fault."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.wrappers import Request, Response

from bluegreen_cli.doctor.mends import MENDS
from bluegreen_cli.doctor.table import CHECKS
from bluegreen_cli.stage import ROOT
from tests.cli.clinic import REPOSITORY, SETTINGS, Clinic

pytestmark = pytest.mark.slow

AGAIN = "ask again"
HOTEL = "<html>Sign in to the hotel's network</html>"


@pytest.fixture
def clinic(written, tmp_path):
    made = Clinic(written, tmp_path)
    yield made
    made.close()


def answering(status, body, kind="application/json"):
    return Request.application(lambda request: Response(body, status, content_type=kind))


@pytest.mark.parametrize(
    ("status", "body", "mend"),
    [
        (401, "{}", "BLUEGREEN_DIGITALOCEAN_TOKEN"),
        (403, "{}", "BLUEGREEN_DIGITALOCEAN_TOKEN"),
        (429, '{"message": "slow down"}', AGAIN),
        (500, "{}", AGAIN),
        (200, HOTEL, ""),
        (200, '"a text"', ""),
        (200, "[]", ""),
        (200, '{"app": "a text", "namespaces": "a text"}', ""),
    ],
)
def test_an_answer_of_digitalocean_that_is_none_says_nothing_of_a_key(clinic, status, body, mend):
    clinic.written["apis"]["digitalocean"] = clinic._serve(answering(status, body))
    found = clinic.results()

    assert found["apps"].result == "fault"
    assert mend in found["apps"].mend
    assert found["functions key"].result == "skipped", found["functions key"]
    assert "bug in Bluegreen" not in "".join(each.what for each in found.values())


@pytest.mark.parametrize("api", ["digitalocean", "github"])
def test_a_token_that_comes_back_in_an_answer_is_not_told(clinic, api):
    @Request.application
    def echo(request):
        return Response(json.dumps({"message": request.headers.get("Authorization")}), 403)

    clinic.written["apis"][api] = clinic._serve(echo)
    said = clinic().output + clinic(SETTINGS, "default", "--json").output
    assert "[BLUEGREEN_" in said
    assert not [value for value in SETTINGS.values() if value != "none" and value in said]


@pytest.mark.parametrize("body", ["[]", "null", '"a text"'])
def test_a_repository_is_there_only_where_github_says_so(clinic, body):
    clinic.written["apis"]["github"] = clinic._serve(answering(200, body))
    found = clinic.results()

    assert found["repository"].result == "fault"
    assert found["tags"].result == "skipped"


def ping(clinic):
    (hook,) = clinic.github.webhooks.hooks
    hook.url = f"{clinic.platform.api_host}/api/v1/web/fn-web/hooks/github"
    clinic.github.ping(REPOSITORY)
    assert hook.last_code == 404


@pytest.mark.slow
def test_the_ping_that_came_before_the_functions_is_no_fault_once_they_are_deployed(clinic):
    ping(clinic)
    assert "bluegreen deploy-functions" in clinic.results()["webhook"].mend
    clinic.deploy_functions()
    found = clinic.results()["webhook"]

    assert (found.result, "none has come since" in found.what) == ("skipped", True)


def test_a_delivery_that_the_deployed_functions_refused_is_a_fault(clinic):
    clinic.deploy_functions()
    ping(clinic)
    made = clinic.github.webhooks.deliveries
    made[-1] = replace(made[-1], delivered_at=datetime.now(UTC) + timedelta(minutes=1))
    found = clinic.results()["webhook"]

    assert (found.result, "answered 404" in found.what) == ("fault", True)


def test_each_check_has_a_way_out():
    assert {check.name for check in CHECKS} - set(MENDS) == {"layout"}  # which finds no fault


@pytest.mark.parametrize("page", ["Makefile", "CHANGELOG.md"])
def test_pages_count_the_checks_as_they_are(page):
    assert f"{len(CHECKS)} checks" in (ROOT / page).read_text()
