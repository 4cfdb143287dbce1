"""`bluegreen setup`, killed at every call and run again: it comes to the same end, and nothing is made twice."""

import typing

import pytest

from bluegreen_cli.doctor import deployer_env
from bluegreen_cli.setup.command import apply
from bluegreen_cli.setup.outside import Outside
from bluegreen_cli.setup.steps import Act
from tests.cli.account import REPOSITORY, TOKENS, Account

pytestmark = pytest.mark.slow


class Killed(BaseException):
    """As a process ends that is killed: nobody catches it."""


def killed_at(number, after=False):
    """Of `Outside`: the process ends at an act of that number, before its effect or right after it."""

    class Until(Outside):
        acts = 0
        changing: typing.ClassVar[list[int]] = []  # the numbers of those that change something

        def act(self, does, changes=False):
            Until.acts += 1
            mine = Until.acts
            if changes:
                Until.changing.append(mine)
            if mine == number and not after:
                raise Killed
            try:
                return does()
            finally:
                if mine == number:
                    raise Killed

        def sleep(self, seconds):
            raise AssertionError("nothing here is waited for")

    return Until


def run(account, outside=Outside):
    """What it says in the end; None where it did not come to it."""
    work = account.work(outside)
    try:
        return list(apply(work, lambda _: None))
    except Killed:
        return None
    finally:
        work.out.http.close()


def came_to(account, steps):
    """What there is, without what is another each time: keys and secrets by whether .env knows them."""
    env = deployer_env.parse(account.env)
    hooks = account.github.webhooks.hooks
    listed = account.cloud.spaces_keys.listing()
    return {
        "settings": sorted(env),
        "spaces keys": [(key["name"], sorted((g["bucket"], g["permission"]) for g in key["grants"])) for key in listed],
        "their secrets are known": {key["access_key"]: account.spaces.keys[key["access_key"]][0] for key in listed}
        == {env[f"{who}_SPACES_KEY"]: env[f"{who}_SPACES_SECRET"] for who in ("BLUEGREEN", "ROUTER")},
        "access keys": [f"{key.id}:{key.secret}" for key in account.platform.access.listing()]
        == [env["BLUEGREEN_FUNCTIONS_KEY"]],
        "apps": sorted(app.name for app in account.cloud.apps.all.values()),
        "hooks": [(hook.secret == env["BLUEGREEN_GITHUB_WEBHOOK_SECRET"], hook.events) for hook in hooks],
        "branches": sorted(account.repository.branches),
        "left": None if steps is None else [step.line for step in steps if step.act is not Act.OK],
    }


@pytest.fixture(scope="module", autouse=True)
def tokens():
    with pytest.MonkeyPatch.context() as patch:
        for name, value in TOKENS.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Makes accounts, each with a folder of its own."""
    accounts = []

    def make():
        accounts.append(Account(tmp_path_factory.mktemp("account")))
        accounts[-1].init()
        return accounts[-1]

    yield make
    for account in accounts:
        account.close()


@pytest.fixture(scope="module")
def undisturbed(made):
    """What it comes to, and the class that has counted its acts."""
    account, counting = made(), killed_at(0)
    return came_to(account, run(account, counting)), counting


def test_undisturbed_it_makes_everything_once(undisturbed):
    found, counting = undisturbed
    assert found["spaces keys"] == [
        ("shop-bluegreen", [("shop-bluegreen-state", "readwrite"), ("shop-bluegreen-telemetry", "read")]),
        ("shop-bluegreen-router", [("shop-bluegreen-state", "read"), ("shop-bluegreen-telemetry", "readwrite")]),
    ]
    assert found["apps"] == ["shop-blue", "shop-green", "shop-router"]
    assert (found["their secrets are known"], found["access keys"], found["hooks"]) == (True, True, [(True, ("push",))])
    assert found["left"] == []
    assert counting.acts > 40
    assert len(counting.changing) > 20


def killed(made, number, after):
    account = made()
    assert run(account, killed_at(number, after)) is None, f"act {number} was never reached"
    found = came_to(account, run(account))
    account.close()
    return found


@pytest.mark.parametrize("part", range(4))
def test_killed_after_any_act_that_changes_something_it_comes_to_the_same_end(made, undisturbed, part):
    """A process that ends before such an act leaves what the one before it has left: nothing is kept in memory."""
    expected, counting = undisturbed
    for number in counting.changing[part::4]:
        assert killed(made, number, after=True) == expected, f"killed at act {number}"


@pytest.mark.search
@pytest.mark.parametrize("part", range(8))
@pytest.mark.parametrize("after", [False, True], ids=["before its effect", "after its effect"])
def test_killed_at_any_act_it_comes_to_the_same_end(made, undisturbed, after, part):
    expected, counting = undisturbed
    for number in range(1 + part, counting.acts + 1, 8):
        assert killed(made, number, after) == expected, f"killed at act {number}"


def test_what_is_left_of_a_killed_run_is_told_before_it_goes(made):
    account = made()
    account.cloud.spaces_keys.create("shop-bluegreen-setup", [{"bucket": "", "permission": "fullaccess"}], account.now)
    assert (
        "~ Spaces key shop-bluegreen-setup: left over from a set-up that was stopped"
        in account("setup", "--plan").output
    )


def test_a_key_whose_secret_was_lost_is_replaced_and_not_doubled(made):
    account = made()
    assert run(account)
    lines = [line for line in account.env.splitlines() if "SPACES_SECRET" not in line and "FUNCTIONS_KEY" not in line]
    (account.folder / ".env").write_text("\n".join(lines) + "\n")
    before = {key["access_key"] for key in account.cloud.spaces_keys.listing()}

    assert run(account)
    after = {key["access_key"] for key in account.cloud.spaces_keys.listing()}
    assert (len(after), before & after) == (2, set())
    assert len(account.platform.access.listing()) == 1
    assert account.github.repositories[REPOSITORY]
