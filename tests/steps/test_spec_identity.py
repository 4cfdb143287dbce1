"""A copy of the active spec gives the idle app nothing that is the active one's own; what is left at it is drift."""

import copy

import pytest

from bluegreen.core.errors import Refused
from bluegreen.core.twins.identity import Names
from tests.build import BLUE, GREEN
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import REPOSITORY
from tests.steps.specs import change, released, spec_of
from tests.steps.test_drift_gate import drift, green, said, set_env

MIGRATE = {"name": "migrate", "kind": "PRE_DEPLOY", "github": {"repo": REPOSITORY, "branch": "deploy/blue"}}
NAMES = Names((("blue", "green"), ("api-blue", "api-green"), ("holi-blue-k2.example.app", "holi-green-p7.example.app")))


@pytest.mark.parametrize(
    ("blue", "becomes"),
    [
        ("deploy/blue", "deploy/green"),
        ("BLUE", "GREEN"),
        ("Blue one", "Green one"),
        ("db_blue", "db_green"),
        ("http://api-blue:8080", "http://api-green:8080"),
        ("https://holi-blue-k2.example.app/x", "https://holi-green-p7.example.app/x"),
        ("bluetooth", "bluetooth"),
        ("blue,green", "blue,green"),
        ("deploy/green", "deploy/green"),
        ("https://api.blue.com/x", "https://api.blue.com/x"),
        ("queue-blue at https://blue.example", "queue-green at https://blue.example"),
        ("${db-blue.DATABASE_URL}", "${db-green.DATABASE_URL}"),
    ],
)
def test_a_value_of_blue_becomes_green_s_where_blue_stands_in_it_as_a_word(blue, becomes):
    assert NAMES.translated(blue) == becomes


@pytest.mark.slow
def test_a_job_that_only_blue_has_is_copied_to_green_s_branch_and_builds_the_tag():
    laptop = Laptop()
    change(laptop, "holi-blue", jobs=[MIGRATE])

    assert released(laptop, fix="true") == "live", laptop.reason("v1.3.0")
    [job] = spec_of(laptop, "holi-green")["jobs"]
    assert job["github"]["branch"] == "deploy/green"
    built = laptop.digitalocean.app("holi-green").active.versions["migrate"].commit_hash
    assert built == laptop.repository.tags["v1.3.0"].commit
    assert spec_of(laptop, "holi-blue")["jobs"] == [MIGRATE]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["static_sites", "workers", "functions"])
def test_a_component_of_any_kind_is_copied_so(kind):
    laptop = Laptop()
    change(laptop, "holi-blue", **{kind: [{"name": "more", "github": {"repo": REPOSITORY, "branch": "deploy/blue"}}]})

    assert released(laptop, fix="true") == "live", laptop.reason("v1.3.0")
    assert spec_of(laptop, "holi-green")[kind][0]["github"]["branch"] == "deploy/green"


@pytest.mark.slow
def test_variables_that_only_blue_has_are_copied_as_green_s():
    laptop = Laptop()
    address = laptop.settings.service("web").url(BLUE)
    envs = [
        {"key": "COLOUR", "value": "blue"},
        {"key": "SELF", "value": f"{address}/x"},
        {"key": "APP", "value": laptop.apps[BLUE]},
        {"key": "RADIO", "value": "bluetooth"},
    ]
    change(laptop, "holi-blue", envs=envs[:1], web={"envs": envs[1:]})

    assert released(laptop, fix="true") == "live", laptop.reason("v1.3.0")
    found = spec_of(laptop, "holi-green")
    values = {env["key"]: env["value"] for env in found["envs"] + found["services"][0]["envs"]}
    assert values == {
        "COLOUR": "green",
        "SELF": f"{laptop.settings.service('web').url(GREEN)}/x",
        "APP": laptop.apps[GREEN],
        "RADIO": "bluetooth",
    }


def left_at_blue(spec):
    set_env("COLOUR", "blue")(spec)
    spec["services"][0]["github"]["branch"] = "deploy/blue"


def test_green_left_at_blue_s_branch_or_colour_is_drift_and_a_copy_mends_it():
    found = said(green(left_at_blue))
    assert found == [
        "services.web.github.branch: green has deploy/blue that names blue",
        "services.web.envs.COLOUR.value: green has a value that names blue",
    ]
    assert drift(green(left_at_blue)).equalised() == green()
    assert said(green(left_at_blue), ignore=["COLOUR", "services.web.github.branch"]) == []


def test_both_at_green_s_colour_is_drift_as_well():
    model = green(lambda spec: spec.update(name="holi-blue"))
    found = copy.deepcopy(drift(green()))
    found._model = model
    assert found.warnings() == [
        "services.web.github.branch: blue has deploy/green that names green",
        "services.web.envs.COLOUR.value: blue has a value that names green",
    ]


def test_components_and_variables_that_are_named_for_their_environment_are_pairs():
    def renamed(spec):
        spec["services"][0]["name"] = "web-green"
        spec["ingress"] = {"rules": [{"component": {"name": "web-green"}}]}

    model = drift(green())
    model._model = copy.deepcopy(model._model)
    model._model["services"][0]["name"] = "web-blue"
    model._model["services"][0]["instance_count"] = 5
    model._model["ingress"] = {"rules": [{"component": {"name": "web-blue"}}]}
    model._idle = green(renamed)
    assert model.warnings() == ["services.web-blue.instance_count: blue has 5, green has 2"]
    assert model.equalised()["services"][0]["name"] == "web-green"


def both_addresses(spec):
    known = [{"key": "BLUE_URL", "value": "https://a"}, {"key": "GREEN_URL", "value": "https://b"}]
    spec["services"][0]["envs"] += known


def test_a_variable_of_each_environment_that_both_know_is_paired_with_its_own():
    found = drift(green(both_addresses))
    found._model = copy.deepcopy(found._model)
    both_addresses(found._model)
    assert found.equalised() == green(both_addresses)


@pytest.mark.parametrize("policy", ["warn", "refuse"])
def test_a_way_out_is_named_only_where_it_would_be_taken(policy):
    laptop = Laptop(drift=policy)
    change(laptop, "holi-green", egress={"type": "DEDICATED_IP"})

    released(laptop)
    told = str(laptop.slack.messages) + laptop.reason("v1.3.0")
    assert "egress: blue has none, green has one (1 fields)" in told
    assert "fix:true" not in told
    assert "green would lose its dedicated addresses (egress.type)" in told


SEALED = {"key": "DB_URL", "type": "SECRET", "value": "EV[1:greens]"}
PRECIOUS = {
    "dedicated addresses": {"egress": {"type": "DEDICATED_IP"}},
    "a secret": {"envs": [SEALED]},
    "a component's secret": {"workers": [{"name": "mail", "envs": [SEALED]}]},
    "a credential": {"workers": [{"name": "mail", "image": {"registry_credentials": "EV[1:x]"}}]},
    "a database": {"databases": [{"name": "db", "engine": "PG"}]},
}


@pytest.mark.parametrize("kept", PRECIOUS.values(), ids=PRECIOUS)
def test_what_cannot_be_had_back_is_not_taken_away(kept):
    with pytest.raises(Exception, match=r"what cannot be had back is kept .*: green would lose"):
        drift(green(lambda spec: spec.update(kept))).equalised()


def test_what_drift_ignore_names_stays_as_it_is():
    kept = {"egress": {"type": "DEDICATED_IP"}, "workers": [{"name": "mail", "envs": [SEALED]}]}
    found = drift(green(lambda spec: spec.update(kept)), ignore=["egress.*", "egress.type", "workers.mail"])
    made = found.equalised()
    assert (made["egress"], made["workers"]) == (kept["egress"], kept["workers"])


def test_a_copy_with_dedicated_addresses_is_rejected_and_they_stay():
    laptop = Laptop()
    change(laptop, "holi-green", egress={"type": "DEDICATED_IP"})

    assert released(laptop, fix="true") == "rejected"
    assert "green would lose its dedicated addresses (egress.type)" in laptop.reason("v1.3.0")
    assert spec_of(laptop, "holi-green")["egress"] == {"type": "DEDICATED_IP"}


def test_a_managed_cluster_is_attached_and_may_go():
    cluster = {"databases": [{"name": "db", "engine": "PG", "cluster_name": "shared", "production": True}]}
    assert "databases" not in drift(green(lambda spec: spec.update(cluster))).equalised()


ALERTS = [
    {"rule": "CPU_UTILIZATION", "operator": "GREATER_THAN", "value": 80, "window": "FIVE_MINUTES"},
    {"rule": "CPU_UTILIZATION", "operator": "GREATER_THAN", "value": 95, "window": "TEN_MINUTES"},
    {"rule": "DEPLOYMENT_FAILED"},
]


@pytest.mark.slow
def test_two_entries_of_one_name_stay_two():
    laptop = Laptop()
    change(laptop, "holi-blue", alerts=ALERTS[2:], web={"alerts": ALERTS[:2], "instance_count": 2})
    change(laptop, "holi-green", alerts=ALERTS[2:], web={"alerts": ALERTS[1::-1]})

    assert released(laptop, fix="true") == "live", laptop.reason("v1.3.0")
    assert spec_of(laptop, "holi-green")["services"][0]["alerts"] == ALERTS[:2]


def test_the_second_entry_of_a_name_is_compared_with_the_second():
    def model(spec):
        spec["alerts"] = copy.deepcopy(ALERTS)

    def other(spec):
        spec["alerts"] = copy.deepcopy([ALERTS[0], {**ALERTS[1], "value": 90}])

    found = drift(green(other))
    found._model = copy.deepcopy(found._model)
    model(found._model)
    assert found.warnings() == [
        "alerts.CPU_UTILIZATION#2.value: blue has 95, green has 90",
        "alerts.DEPLOYMENT_FAILED: blue has one (1 fields), green has none",
    ]
    assert found.equalised()["alerts"] == ALERTS


def test_what_both_share_is_copied_as_it_is_though_a_colour_is_in_its_name():
    def shared(spec):
        spec["databases"] = [{"name": "db", "cluster_name": "blue-db", "production": True}]
        spec["workers"] = [
            {"name": "mail", "image": {"registry_type": "GHCR", "registry": "blue", "repository": "blue-sky"}}
        ]
        spec["services"][0]["github"]["repo"] = "blue-corp/holi"
        spec["services"][0]["envs"].append({"key": "API", "value": "https://api.blue.com"})

    found = drift(green(shared))
    found._model = copy.deepcopy(found._model)
    shared(found._model)
    assert found.warnings() == []
    assert found.equalised() == green(shared)
    del found._idle["workers"]
    assert found.equalised() == green(shared)


def test_an_unknown_host_with_blue_in_its_name_is_not_copied_but_asked_for():
    found = drift(green())
    found._model = copy.deepcopy(found._model)
    found._model["services"][0]["envs"].append({"key": "SELF", "value": "https://blue.holi.example/x"})
    with pytest.raises(Refused, match=r"a host with blue in its name may be blue's own; .*services\.web\.envs\.SELF$"):
        found.equalised()


def test_a_development_database_is_not_renamed():
    found = drift(green(lambda spec: spec.update(databases=[{"name": "db-blue", "engine": "PG"}])))
    found._model = {**copy.deepcopy(found._model), "databases": [{"name": "db-blue", "engine": "PG"}]}
    with pytest.raises(Refused, match=r"green would lose the contents of databases\.db-blue"):
        found.equalised()
