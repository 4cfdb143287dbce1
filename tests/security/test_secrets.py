"""No secret is ever in a log, an answer, a state object, a notice or an error."""

import json

import httpx
import pytest

from bluegreen.core.errors import Unavailable
from bluegreen.core.notices import Channel, Notice, Tone
from bluegreen_emulator.faults import Fault
from tests.build import BLUE, NOW
from tests.chain.alerting import alert, deliver, group
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import ENVIRONMENT

SECRETS = {*ENVIRONMENT.values(), *ENVIRONMENT["BLUEGREEN_FUNCTIONS_KEY"].split(":")}


def told_everywhere(laptop, answers):
    """Everything that leaves a function, as one text."""
    stores = [store.get(key) or b"" for store in (laptop.state, laptop.telemetry) for key in store.keys("")]
    github = [laptop.github.deployments[name].statuses for name in laptop.github.deployments]
    return json.dumps([answers, laptop.lines, laptop.slack.messages, github], default=str) + b"".join(stores).decode()


@pytest.mark.parametrize("status", [None, 400, 401, 403, 404, 422, 429, 500])
@pytest.mark.parametrize("where", ["digitalocean", "github", "slack"])
def test_no_secret_leaves_a_function_whatever_the_services_answer(where, status):
    laptop = Laptop()
    if status:
        said = {"message": f"you sent {ENVIRONMENT['BLUEGREEN_SLACK_WEBHOOK_URL']}"[:10], "error": "no"}
        laptop.faults[where].add(Fault(status=status, message=said, times=50))
    laptop.push("v1.3.0")
    deliver(laptop, group(alert()))
    deliver(laptop, group(alert()), {"authorization": f"Bearer {ENVIRONMENT['BLUEGREEN_ALERT_SECRET']} "[:-2]})
    laptop.drain()
    laptop.minute()
    answers = [laptop.invoke(name) for name in ("status", "switch", "rollback", "abort", "deploy")]
    everything = told_everywhere(laptop, answers)
    assert not [secret for secret in SECRETS if secret in everything and len(secret) > 6]


def refuse(request):
    raise httpx.ConnectError(f"no route to {request.url} with {request.headers}")


def test_an_error_of_each_client_is_told_without_its_secret():
    laptop = Laptop()
    laptop.shared.__dict__["http"] = httpx.Client(transport=httpx.MockTransport(refuse))
    cloud = laptop.cloud("test")
    slack = cloud.notifiers[Channel.SLACK]
    for call in (
        lambda: cloud.clients.digitalocean.app(laptop.apps[BLUE]),
        lambda: cloud.clients.github.commit_of("a/b", "v1"),
        lambda: slack.send(NOTICE),
    ):
        with pytest.raises(Unavailable) as caught:
            call()
        assert not [secret for secret in SECRETS if secret in repr(caught.value)]
    assert not [secret for secret in SECRETS if secret in str(cloud.clients.functions.wake("ops/watch", {}))]
    assert not [secret for secret in SECRETS if secret in repr(laptop.settings)]


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
