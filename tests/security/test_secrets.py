"""No secret leaves a function, whatever the services repeat: not to the journal, Slack, GitHub, the log or an answer.

Each case lets one service repeat every secret, through the functions' own calls: each once, in an encoding of its own,
and in `make searches` each in every encoding.
"""

import json
from xml.sax.saxutils import escape

import httpx
import pytest

from bluegreen.cloud import Connections
from bluegreen.core.errors import Unavailable
from bluegreen.core.notices import Channel, Notice, Tone
from bluegreen.core.phases import Phase
from bluegreen.settings import load
from bluegreen_emulator.faults import Fault
from bluegreen_emulator.wire import Server
from tests.build import BLUE, NOW, written
from tests.chain.alerting import mac
from tests.chain.laptop_cloud import REPOSITORY
from tests.chain.laptop_cloud import SECRET as GITHUB
from tests.security.echo import ECHOES, ENCODINGS, SECRETS, Repeating, leaked

pytestmark = pytest.mark.slow

EACH_SECRET_ONCE = {
    (name, encoding): ECHOES[name, encoding]
    for place, name in enumerate(dict.fromkeys(name for name, _ in ECHOES))
    for encoding in [[*ENCODINGS][place % len(ENCODINGS)]]
}

# That each form is found is tested in tests/clients/test_redaction.py; here, that each service's words pass through it.
searched = pytest.mark.parametrize(
    "echoes",
    [
        pytest.param(EACH_SECRET_ONCE, id="each secret once"),
        pytest.param(ECHOES, id="in each encoding", marks=pytest.mark.search),
    ],
)


@pytest.fixture
def assert_nothing_leaked(capsys):
    """Looks at all that a laptop's functions have said; `sign` shows that the words came through at all."""

    def look(laptop, sign):
        text = laptop.everything(capsys.readouterr().out)
        assert leaked(text) == []
        assert sign in text

    return look


def messages(longest, echoes):
    """Several echoes in a message as long as they fit into it whole."""
    message = ""
    for echo in echoes:
        if message and len(message) + len(echo) >= longest:
            yield message
            message = ""
        message += f"{echo} "
    yield message


def reject(laptop, tag):
    """A release that does not get far: the shortest way to the journal, the log, Slack and GitHub."""
    laptop.push(tag)
    laptop.invoke(*laptop.queue.popleft())
    laptop.invoke("abort")
    laptop.queue.clear()


@pytest.mark.bad_input(
    "secret",
    "an error, a log, a page, a header or a spec holds the value of a `BLUEGREEN_…` setting, as it is, "
    "in capitals, URL-encoded, in JSON or HTML, in octal or other escapes, over two lines, or in Base64, Base32, "
    "hexadecimal or a list of numbers, up to five of them within one another",
    "`[BLUEGREEN_GITHUB_TOKEN]` or its like stands in its place, in the journal, Slack, GitHub, the log "
    "and every answer. A value of fewer than six characters is not looked for: it would be found in "
    "ordinary words",
)
@searched
@pytest.mark.parametrize(("where", "longest"), [("digitalocean", 200), ("github", 200), ("slack", 60)])
def test_an_api_that_repeats_a_secret_in_an_error(where, longest, echoes, assert_nothing_leaked):
    laptop = Repeating()
    for number, message in enumerate(messages(longest, echoes.values())):
        laptop.faults[where].clear()
        laptop.faults[where].add(Fault(status=422, message={"message": message}, times=50))
        if where == "digitalocean":
            laptop.repository.release(f"v2.{number}.0")
        reject(laptop, f"v2.{number}.0")
    assert_nothing_leaked(laptop, "422 (")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500])
@pytest.mark.parametrize("where", ["digitalocean", "github", "slack"])
def test_any_status_with_a_secret_in_its_message_or_error(where, status, assert_nothing_leaked):
    laptop = Repeating()
    for number, field in enumerate(("message", "error")):
        for patch, message in enumerate(messages(60 if where == "slack" else 190, SECRETS.values())):
            laptop.faults[where].add(Fault(status=status, message={field: f"you sent {message}"}, times=4))
            laptop.invoke("deploy", {"tag": f"v2.{patch}.{number}"})
            laptop.drain()
    laptop.minute()
    for name in ("status", "switch", "rollback", "abort"):
        laptop.invoke(name)
    assert_nothing_leaked(laptop, f"{status}")


@pytest.mark.parametrize("where", ["github", "slack"])
def test_a_secret_that_the_end_of_a_message_cuts_does_not_show_its_first_half(where, assert_nothing_leaked):
    laptop = Repeating()
    for length in range(20, 220, 9):
        laptop.faults[where].clear()
        echo = "x" * length + SECRETS["BLUEGREEN_SPACES_SECRET"]
        laptop.faults[where].add(Fault(status=422, message={"message": echo}, times=50))
        reject(laptop, f"v2.{length}.0")
    assert_nothing_leaked(laptop, "422 (")


@searched
def test_the_platform_that_repeats_a_secret_when_a_function_is_to_be_woken(echoes, assert_nothing_leaked):
    laptop = Repeating()
    laptop.where = "functions"
    for number, laptop.echo in enumerate(messages(200, echoes.values())):
        laptop.push(f"v2.{number}.0")
        laptop.invoke("abort")
    assert_nothing_leaked(laptop, "the Functions platform answered")


@pytest.mark.parametrize("status", [401, 422])
def test_a_registry_that_repeats_a_secret(status, assert_nothing_leaked):
    source = {"kind": "image", "registry_type": "GHCR", "registry": "holi-labs", "repository": "web", "private": True}
    laptop = Repeating(source=source)

    def repeat(request):
        challenge = {"www-authenticate": f'Bearer realm="https://{laptop.echo}.example/"'.encode()}
        return httpx.Response(status, headers=challenge, text=laptop.echo)

    laptop.shared.http._mounts |= httpx.Client(mounts={"https://ghcr.io": httpx.MockTransport(repeat)})._mounts
    own = {key: echo for key, echo in ECHOES.items() if key[0] in ("BLUEGREEN_REGISTRY_CREDENTIALS", "registry token")}
    echoes = own | EACH_SECRET_ONCE
    for number, laptop.echo in enumerate(echoes.values()):
        laptop.repository.release(f"v2.{number}.0")
        reject(laptop, f"v2.{number}.0")
    assert_nothing_leaked(laptop, "names a token service elsewhere" if status == 401 else "ghcr.io answered")


@pytest.fixture
def store():
    """An object store that refuses everything with the words in `says`."""

    def application(environ, start_response):
        start_response("400 Bad Request", [("Content-Type", "application/xml")])
        says = escape(application.says)
        return [f"<Error><Code>{says}</Code><Message>{says}</Message></Error>".encode()]

    application.says = ""
    server = Server(application)
    application.url = server.url
    yield application
    server.close()


def connected(laptop, store):
    """The laptop's settings, with this store for both buckets."""
    file = laptop.settings.file
    state = file.state.model_copy(update={"endpoint": store.url})
    return Connections(laptop.settings._replace(file=file.model_copy(update={"state": state})))


@searched
def test_a_store_that_repeats_a_secret(store, echoes, assert_nothing_leaked):
    laptop = Repeating()
    laptop.shared.__dict__["state"] = connected(laptop, store).state
    for store.says in echoes.values():
        laptop.invoke("status")
    assert_nothing_leaked(laptop, "in bucket holi-bluegreen-state: ")


def test_a_router_that_repeats_a_secret_in_its_reports(assert_nothing_leaked):
    laptop = Repeating()
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    for echo in ECHOES.values():
        report = {"epoch": "soon", "service": echo, "instance": echo, "active": echo, "blocks": [echo]}
        laptop.telemetry.put(f"services/web/telemetry/{echo}.json", json.dumps(report).encode())
    laptop.rest()
    assert_nothing_leaked(laptop, "all 2 router instances follow")


def test_a_store_of_reports_that_repeats_a_secret(store, assert_nothing_leaked):
    laptop = Repeating(signals=["router"])
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    laptop.shared.__dict__["telemetry"] = connected(laptop, store).telemetry
    for store.says in EACH_SECRET_ONCE.values():
        laptop.invoke("ops/watch")
    assert_nothing_leaked(laptop, "the router's telemetry cannot be read")


def test_a_deployment_that_repeats_a_secret_in_its_reason_and_its_log(assert_nothing_leaked):
    laptop = Repeating()
    for number, echo in enumerate(EACH_SECRET_ONCE.values()):
        laptop.digitalocean.fail_next_deployment("holi-green", echo)
        laptop.push(f"v2.{number}.0")
        laptop.rest()
    assert_nothing_leaked(laptop, "is ERROR: ")


def test_an_app_that_repeats_a_secret_when_it_is_checked(assert_nothing_leaked):
    laptop = Repeating()
    laptop.where = "the checked app"
    for number, laptop.echo in enumerate(EACH_SECRET_ONCE.values()):
        laptop.push(f"v2.{number}.0")
        laptop.rest()
    assert_nothing_leaked(laptop, "the body began")


def test_production_that_repeats_a_secret_where_it_says_who_answers(assert_nothing_leaked):
    laptop = Repeating()
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    laptop.where = "production"
    for laptop.echo in EACH_SECRET_ONCE.values():
        laptop.invoke("ops/watch")
    laptop.rest()
    assert_nothing_leaked(laptop, "production answers as ")


def test_specs_that_differ_by_a_secret(assert_nothing_leaked):
    laptop = Repeating()
    for number, echo in enumerate(EACH_SECRET_ONCE.values()):
        laptop.digitalocean.app("holi-blue").spec["services"][0]["run_command"] = echo
        laptop.digitalocean.fail_next_deployment("holi-green", "the disk is full")
        laptop.push(f"v2.{number}.0")
        laptop.rest()
    assert_nothing_leaked(laptop, "services.web.run_command: blue has ")


DIGITS = "48151623421086429"


class OfDigits(Repeating):
    def _settings(self, environment, changes):
        secrets = load(written(), {**SECRETS, "BLUEGREEN_ALERT_SECRET": DIGITS}).secrets
        return super()._settings(environment, changes)._replace(secrets=secrets)


def test_a_spec_that_holds_a_secret_of_digits_as_a_number(assert_nothing_leaked):
    laptop = OfDigits()
    laptop.digitalocean.app("holi-blue").spec["services"][0]["instance_count"] = int(DIGITS)
    laptop.push("v2.0.0")
    laptop.rest()
    assert DIGITS not in laptop.everything("")
    assert_nothing_leaked(laptop, "services.web.instance_count: blue has another value")


@pytest.mark.parametrize("field", ["error", "warnings", "labels"])
def test_a_prometheus_that_repeats_a_secret(field, assert_nothing_leaked):
    laptop = Repeating(signals=[{"kind": "prometheus", "url": "https://prometheus.test", "select": 'job="web"'}])

    def repeat(request):
        sample = {"metric": {"instance": laptop.echo, laptop.echo: laptop.echo}, "values": [[NOW.timestamp(), "7"]]}
        found = {"resultType": "matrix", "result": [sample] if field == "labels" else []}
        more = {} if field == "labels" else {field: laptop.echo}
        status = "error" if field == "error" else "success"
        return httpx.Response(200, json={"status": status, "data": found, **more})

    asked = {"https://prometheus.test": httpx.MockTransport(repeat)}
    laptop.shared.http._mounts |= httpx.Client(mounts=asked)._mounts
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    for laptop.echo in EACH_SECRET_ONCE.values():
        laptop.invoke("ops/watch")
    assert_nothing_leaked(
        laptop, {"error": "without success", "warnings": "warns of", "labels": "have no label"}[field]
    )


def refuse(request):
    raise httpx.ConnectError(f"no route to {request.url} with {request.headers}")


def test_an_exception_of_the_http_library_is_told_by_its_kind_alone():
    laptop = Repeating()
    laptop.shared.__dict__["http"] = httpx.Client(transport=httpx.MockTransport(refuse))
    cloud = laptop.cloud("test")
    slack = cloud.notifiers["slack"]
    for call in (
        lambda: cloud.clients.digitalocean.app(laptop.apps[BLUE]),
        lambda: cloud.clients.github.commit_of("a/b", SECRETS["BLUEGREEN_GITHUB_TOKEN"]),
        lambda: slack.send(NOTICE),
    ):
        with pytest.raises(Unavailable) as caught:
            call()
        assert leaked(repr(caught.value)) == []
    assert leaked(str(cloud.clients.functions.wake("ops/watch", {}))) == []
    assert leaked(repr(laptop.settings)) == []


def test_webhooks_that_repeat_a_secret(assert_nothing_leaked):
    laptop = Repeating()
    proof = {"authorization": f"Bearer {SECRETS['BLUEGREEN_ALERT_SECRET']}"}
    for number, echo in enumerate(EACH_SECRET_ONCE.values()):
        alert = {"name": "Down", "status": "firing", "service": "web", "severity": "critical", "summary": echo}
        laptop.invoke("hooks/alert", {"http": {"headers": proof, "body": json.dumps({**alert, "id": number})}})
        laptop.invoke("hooks/alert", {"http": {"headers": proof, "body": json.dumps({**alert, "name": echo})}})
        push = {"ref": f"refs/tags/v2.{number}.0", "pusher": {"name": echo}}
        for body in ({**push, "repository": {"full_name": echo}}, {**push, "repository": {"full_name": REPOSITORY}}):
            text = json.dumps(body)
            signed = {"x-github-event": "push", "x-hub-signature-256": f"sha256={mac(text.encode(), GITHUB)}"}
            laptop.invoke("hooks/github", {"http": {"headers": signed, "body": text}})
    assert_nothing_leaked(laptop, "belongs to no service")


NOTICE = Notice(
    id="n",
    channel=Channel.SLACK,
    at=NOW,
    tone=Tone.GOOD,
    service="web",
    release="web-1",
    tag="v1.3.0",
    status="live",
    headline="live",
)
