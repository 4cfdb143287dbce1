"""What faces the internet in a namespace of its own, without the functions key: the chain goes on, floods end there."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest
from typer.testing import CliRunner

from bluegreen.core.environment import Environment
from bluegreen.core.phases import Phase
from bluegreen_cli.main import app
from bluegreen_demo import settings
from bluegreen_demo.cloud import LocalCloud
from bluegreen_emulator.functions.refusals import ApiError
from tests.chain.conftest import QUICK
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]  # a cloud is started, and a release is watched, in real time

FLOOD = 660
# Nobody but probes asks: that fewer than 2 % fail would take them minutes to tell.
WEB = QUICK["bluegreen"]["services"]["web"] | {"thresholds": {"tolerance": 20}}
CHOSEN = QUICK | {"bluegreen": {"services": {"web": WEB}}}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud.start(tmp_path_factory.mktemp("hardened"), settings.load(**CHOSEN), layout="hardened") as started:
        yield started


def led_to(router):
    return httpx.get(f"{router}/_bluegreen/health", trust_env=False).json()["active"]


def names(platform):
    return {action.full_name for action in platform.catalog.actions()}


def minute(scheduler):
    """The schedule's next minute comes at once; those after it in their time."""
    scheduler.tick(max(trigger.next_run for trigger in scheduler.all()))


def test_a_push_goes_live_although_the_hook_wakes_nobody(cloud):
    [delivery] = cloud.push("v1.3.0")
    assert delivery.status_code == 202

    minute(cloud.parts.platform.scheduler)
    until(lambda: [past.outcome for past in cloud.record.past] == [Phase.LIVE], within=240)
    assert cloud.record.active is Environment.GREEN
    assert cloud.record.wakes_refused == ""


def test_what_faces_the_internet_is_apart_and_holds_no_key_that_opens_more(cloud):
    private, hooks = cloud.parts.platform, cloud.parts.hooks
    assert names(hooks) == {
        "hooks/github",
        "hooks/alert",
        "hooks/slack",
        "hooks/deployment",
        "ops/dashboard",
        "ops/metrics",
    }
    assert len(names(private)) == 8
    given = str([action.parameters for action in hooks.catalog.actions()])
    opens_more = (cloud.account.namespace_key, cloud.account.orchestrator_token, cloud.account.github_token)
    assert cloud.account.webhook_secret in given
    assert [secret for secret in opens_more if secret in given] == []
    assert [trigger.function for trigger in private.scheduler.all()] == ["ops/watch"]
    assert hooks.scheduler.all() == []


def test_a_flood_of_the_hooks_does_not_reach_what_people_call(cloud):
    with httpx.Client(timeout=30, trust_env=False) as client, ThreadPoolExecutor(8) as many:
        statuses = list(many.map(lambda _: client.post(cloud.webhook_url, json={}).status_code, range(FLOOD)))
    assert set(statuses) == {401, 429}

    answer = cloud.invoke("status")
    assert (answer.status_code, answer.json()["ok"]) == (200, True)


def test_where_no_function_can_be_called_production_goes_back_directly_and_routers_follow(cloud, tmp_path):
    until(lambda: cloud.record.release is None, within=120)
    platform = cloud.parts.platform
    for _ in range(platform.settings.invocations_per_minute):  # what a flood of the default layout's hooks takes
        with suppress(ApiError):
            platform.throttle.enter()
    assert cloud.invoke("rollback").status_code == 429

    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in cloud.environ.items()))
    where = ["--config", str(cloud.folder / "bluegreen.yml"), "--env", str(tmp_path / ".env")]
    done = CliRunner().invoke(app, ["rollback", "--direct", "--reason", "flooded", *where])

    assert done.exit_code == 0, done.output
    assert "going back from v1.3.0 to v1.2.0 on blue" in done.output
    assert cloud.record.active is Environment.BLUE
    until(lambda: {led_to(router) for router in cloud.routers} == {"blue"}, within=60)
