"""No credential of others leaves a function: whatever stands in a log, a page, an address or an error."""

import json

import httpx
import pytest

from bluegreen.core.notices import Channel, Notice, Tone
from bluegreen.core.phases import Phase
from tests.build import NOW
from tests.security.echo import SECRETS, Repeating

CANARY = "hunter2Canary"
LEAKS = (
    f"DATABASE_URL=postgres://user:{CANARY}@db:25060/x",
    f'AWS_SECRET_ACCESS_KEY={CANARY} "password": "{CANARY}" Authorization: Bearer {CANARY}',
    f"/x?token={CANARY}&a=b eyJhbGciOiJIUzI1NiJ9.{CANARY}.{CANARY} dop_v1_0123456789{CANARY}",
)

NOTICE = Notice(
    id="n",
    channel=Channel.SLACK,
    at=NOW,
    tone=Tone.BAD,
    service="web",
    release="web-1",
    tag="v1.3.0",
    status="failed",
    headline="failed",
)


@pytest.fixture
def assert_hidden(capsys):
    def check(laptop, told_beside):
        """Whatever anyone can see shows what is told beside the credential, and not the credential."""
        text = laptop.everything(capsys.readouterr().out)
        assert CANARY not in text
        assert told_beside in text
        assert "[hidden]" in text

    return check


@pytest.mark.slow
@pytest.mark.bad_input(
    "secret",
    "a text holds a credential of somebody else: a password in an address, `SECRET=…`, a bearer token, a private key",
    "it is left out, in the journal, Slack, GitHub, the log and every answer",
)
def test_the_last_lines_of_a_deployments_log(assert_hidden):
    laptop = Repeating()
    for number, leak in enumerate(LEAKS):
        laptop.digitalocean.fail_next_deployment("holi-green", leak)
        laptop.push(f"v2.{number}.0")
        laptop.rest()
    laptop.invoke("status")
    assert_hidden(laptop, "is ERROR: ")


BEGIN, END = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
LINE = f"{CANARY}{'Aa0' * 17}"
KEYS = {
    "short": (BEGIN, *(f"{CANARY}{number}" for number in range(3)), END),
    "longer than what is read": (BEGIN, *[LINE] * 9, f"{CANARY}=", END),
    "not ended": (BEGIN, *[LINE] * 9),
}


@pytest.mark.parametrize("key", KEYS)
def test_a_private_key_of_several_lines_in_a_deployments_log(assert_hidden, key):
    laptop = Repeating()
    laptop.digitalocean.fail_next_deployment("holi-green", "\n".join(("it wrote", *KEYS[key])))
    laptop.push("v2.0.0")
    laptop.rest()
    laptop.invoke("status")
    assert_hidden(laptop, "it wrote")


def test_a_notice_that_is_made_directly():
    for leak in LEAKS:
        notice = NOTICE.model_validate({**NOTICE.model_dump(), "headline": f"live {leak}", "reason": leak})
        assert CANARY not in f"{notice.headline} {notice.reason} {notice.model_dump_json()}"
        assert "[hidden]" in notice.headline
        assert "[hidden]" in notice.reason


@pytest.mark.slow
def test_the_body_of_a_check(assert_hidden):
    laptop = Repeating()
    laptop.where = "the checked app"
    for number, laptop.echo in enumerate(LEAKS):
        laptop.push(f"v2.{number}.0")
        laptop.rest()
    laptop.invoke("status")
    assert_hidden(laptop, "the body began")


def test_the_address_of_a_check(assert_hidden):
    laptop = Repeating(checks={"health": {"requests": [{"get": f"/api/health?token={CANARY}"}]}})
    laptop.where, laptop.echo = "the checked app", "no"
    laptop.push("v2.0.0")
    laptop.rest()
    laptop.invoke("status")
    assert_hidden(laptop, "/api/health?token=")


@pytest.mark.slow
def test_prometheus_errors(assert_hidden):
    laptop = Repeating(signals=[{"kind": "prometheus", "url": "https://prometheus.test", "select": 'job="web"'}])

    def repeat(request):
        return httpx.Response(200, json={"status": "error", "data": {}, "error": laptop.echo})

    asked = {"https://prometheus.test": httpx.MockTransport(repeat)}
    laptop.shared.http._mounts |= httpx.Client(mounts=asked)._mounts
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    for laptop.echo in LEAKS:
        laptop.invoke("ops/watch")
    assert_hidden(laptop, "without success")


def test_wake_errors(assert_hidden):
    laptop = Repeating()
    laptop.where = "functions"
    for number, laptop.echo in enumerate(LEAKS):
        laptop.push(f"v2.{number}.0")
        laptop.invoke("abort")
    assert_hidden(laptop, "the Functions platform answered")


@pytest.mark.slow
def test_alerts(assert_hidden):
    laptop = Repeating()
    proof = {"authorization": f"Bearer {SECRETS['BLUEGREEN_ALERT_SECRET']}"}
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    for number, leak in enumerate(LEAKS):
        alert = {"name": f"Down {leak}", "status": "firing", "service": "web", "severity": "critical", "summary": leak}
        body = json.dumps({**alert, "id": number, "at": NOW.isoformat()})
        laptop.invoke("hooks/alert", {"http": {"headers": proof, "body": body}})
    laptop.rest()
    assert_hidden(laptop, "Down")
