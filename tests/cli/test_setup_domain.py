"""`bluegreen setup domain`: the domain moves to the router, in the order that keeps it answered, and back."""

from urllib.parse import urlsplit

import pytest

from bluegreen.core.errors import Unavailable
from bluegreen_cli.setup.domain import command
from bluegreen_cli.setup.outside import Outside
from bluegreen_cli.setup.steps import Act
from tests.cli.account import TOKENS, Account
from tests.cli.names import Resolver

pytestmark = pytest.mark.slow

NAME, ZONE = "shop.acme.example", "acme.example"


class Killed(BaseException):
    """As a process ends that is killed: nobody catches it."""


class Wires:
    """What of the outside is not the account's: pages, and time."""

    def __init__(self, account):
        self.account, self.router_up, self.pointed, self.acts, self.slept = account, True, True, 0, 0.0

    def outside(self, killed_at=0):
        """Of `Outside`; the process ends right after the act of that number that changes something."""
        wires = self

        class Wired(Outside):
            def act(self, does, changes=False):
                wires.acts += changes
                number = wires.acts
                done = does()
                if changes and number == killed_at:
                    raise Killed
                return done

            def fetch(self, url):
                return wires.page(urlsplit(url).hostname)

            def sleep(self, seconds):
                wires.slept += seconds
                if wires.slept > 60:
                    for app in wires.account.cloud.apps.all.values():
                        app.domains_active.clear()  # the certificates are there

        return Wired

    def page(self, host):
        """App Platform's edge knows a name once an app lists it, and answers when its certificate is there."""
        apps = [self.account.cloud.app(app) for app in [*self.account.cloud.apps.all]]
        now = self.account.cloud.clock.now()
        served = [app for app in apps if urlsplit(app.ingress).hostname == host]
        served += [app for app in apps if host == NAME and self._lists(app, now)]
        if not served or ("router" in served[0].name and not self.router_up):
            raise Unavailable(f"{host} gives no answer")
        return 200, ({"x-bluegreen-environment": "blue"} if "router" in served[0].name else {})

    def _lists(self, app, now):
        shown = app.shown(now, "")
        phases = {each["spec"]["domain"]: each["phase"] for each in shown.get("domains", ())}
        zones = self.account.cloud.domains
        records = zones.records(ZONE, NAME, "CNAME") if ZONE in zones.zones else []
        leads = self.pointed if not records else records[0]["data"].strip(".") == urlsplit(app.ingress).hostname
        return phases.get(NAME) == "ACTIVE" and leads


def name_on(account, app):
    found = account.cloud.app(app)
    named = {"domain": NAME, "type": "PRIMARY"}
    account.cloud.apps.update(found, {**found.spec, "domains": [named]}, False, account.cloud.clock.now())
    settle(account)


def settle(account):
    for app in account.cloud.apps.all.values():
        for deployment in app.unfinished:
            account.cloud.apps.lifecycle.end(app, deployment, "ACTIVE", account.cloud.clock.now())


def lists(account):
    """The apps that list the domain."""
    named = {
        app.name: [each["domain"] for each in app.spec.get("domains", ())] for app in account.cloud.apps.all.values()
    }
    return sorted(app for app, domains in named.items() if NAME in domains)


def cname(account):
    (record,) = account.cloud.domains.records(ZONE, NAME, "CNAME")
    return record


@pytest.fixture(scope="module", autouse=True)
def tokens():
    with pytest.MonkeyPatch.context() as patch:
        for name, value in TOKENS.items():
            patch.setenv(name, value)
        yield


@pytest.fixture
def made(tmp_path_factory):
    """Makes accounts that are set up: blue has the domain, whose record's TTL is 1800 s."""
    closing = []

    def make(zone=True, twice=False):
        account = Account(tmp_path_factory.mktemp("account"))
        closing.append(account.close)
        account.init()
        assert account("setup", "--yes").exit_code == 0
        settle(account)
        account.cloud.settings.domain_on_two_apps = twice
        name_on(account, "shop-blue")
        if zone:
            account.cloud.domains.create(ZONE)
            host = urlsplit(account.cloud.app("shop-blue").ingress).hostname
            account.cloud.domains.add(ZONE, {"type": "CNAME", "name": "shop", "data": f"{host}.", "ttl": 1800})
        account.names = Resolver(account.cloud.domains)
        closing.append(account.names.close)
        account.wires = Wires(account)
        return account

    yield make
    for close in reversed(closing):
        close()


def run(account, killed_at=0, **more):
    """What is left at the end; None where it was killed."""
    work, said = account.work(account.wires.outside(killed_at)), []
    try:
        asked = command.Asked(account.names.address, **more)
        steps = command.run(work, asked, lambda what: True, said.append)
        return [step.line for step in steps if step.act is not Act.OK], said
    except Killed:
        return None
    finally:
        work.out.http.close()


def host(account, app):
    return urlsplit(account.cloud.app(app).ingress).hostname


def moved(account):
    """Runs it as often as a person would who waits in between."""
    left = [""]
    for _ in range(8):
        done = run(account)
        left = done[0] if done else [""]
        settle(account)
        if not left:
            return
    raise AssertionError(left)


@pytest.mark.parametrize("twice", [False, True], ids=["refused on two apps", "allowed on two apps"])
def test_the_ttl_comes_first_then_the_move_then_the_record_and_a_second_run_has_nothing_to_do(made, twice):
    account = made(twice=twice)
    account.names.kept = 1700
    left, _ = run(account)
    assert cname(account)["ttl"] == 300
    (line,) = left
    assert line.startswith(f"! TTL of {NAME} (at most 300 s): cannot, because resolvers keep the old record for 1700 s")
    assert lists(account) == ["shop-blue"]

    account.names.kept = None
    moved(account)
    assert (lists(account), cname(account)["data"]) == (["shop-router"], f"{host(account, 'shop-router')}.")
    left, said = run(account)
    assert (left, said[-1]) == ([], "Nothing to do.")


def test_nothing_moves_before_the_router_answers_at_its_own_address(made):
    account = made()
    account.wires.router_up = False
    left, _ = run(account)
    assert "shop-router answers at its own address" in left[-1]
    assert lists(account) == ["shop-blue"]


def test_nothing_moves_while_one_of_the_apps_is_being_deployed(made):
    account = made()
    blue = account.cloud.app("shop-blue")
    account.cloud.apps.deploy(blue, False, account.cloud.clock.now())
    left, _ = run(account)
    assert "is being deployed: run this again then" in left[-1]
    assert lists(account) == ["shop-blue"]


def test_a_resolver_that_does_not_answer_is_no_proof_that_the_old_record_is_forgotten(made):
    account = made()
    account.names.silent = True
    left, _ = run(account)
    assert "whether the old record is forgotten is not known" in left[-1]
    assert lists(account) == ["shop-blue"]


def test_where_the_zone_is_elsewhere_the_record_is_a_persons_and_told(made):
    account = made(zone=False)
    account.wires.pointed = False
    left, said = run(account)
    assert lists(account) == ["shop-router"]
    assert f"its zone is not at DigitalOcean: there, point a CNAME at {host(account, 'shop-router')}" in left[0]
    assert any("later: its zone is not at DigitalOcean" in line for line in said)
    account.wires.pointed = True
    assert run(account)[0] == []


def test_a_certificate_that_takes_its_time_is_waited_for(made):
    account = made()
    account.cloud.settings.domain_configuring = 3600.0
    heard = []
    for _ in range(3):
        heard += run(account)[1]
        settle(account)
    assert any("… certificate of" in line for line in heard)
    settle(account)
    moved(account)
    assert lists(account) == ["shop-router"]


def test_the_way_back_is_the_same_the_other_way_round(made):
    account = made()
    moved(account)
    for _ in range(6):
        left, _ = run(account, back="blue")
        settle(account)
    assert left == []
    assert (lists(account), cname(account)["data"]) == (["shop-blue"], f"{host(account, 'shop-blue')}.")


def test_it_asks_before_each_act_and_a_no_does_nothing(made):
    account = made()
    done = account("setup", "domain", "--resolver", account.names.address)
    assert done.exit_code == 1
    assert "nobody can be asked: --yes does it, --plan only says it" in done.output
    assert cname(account)["ttl"] == 1800
    planned = account("setup", "domain", "--resolver", account.names.address, "--plan")
    assert planned.exit_code == 2
    assert f"~ TTL of {NAME} (at most 300 s): the CNAME record's is 1800" in planned.output


@pytest.mark.parametrize("twice", [False, True], ids=["refused on two apps", "allowed on two apps"])
def test_killed_after_any_act_it_comes_to_the_same_end(made, twice):
    account = made(twice=twice)
    moved(account)
    acts, ends = account.wires.acts, (["shop-router"], f"{host(account, 'shop-router')}.")
    assert acts >= 3
    for number in range(1, acts + 1):
        account = made(twice=twice)
        for _ in range(8):
            if run(account, killed_at=number) is None:
                break
            settle(account)
        settle(account)
        moved(account)
        assert (lists(account), cname(account)["data"]) == ends, f"killed after act {number}"
