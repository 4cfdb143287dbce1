"""grafana/: every expression parses, and every metric in it is one that ops/metrics or a router really tells."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bluegreen_cli.stage import ROOT
from bluegreen_router.metrics import State
from bluegreen_router.metrics import exposition as of_router
from tests.exposition.test_metrics import scrape
from tests.page.states import rolled_back, watching

FOLDER = ROOT / "grafana"
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text())
RULES = [rule for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"] for rule in group["rules"]]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
ANNOTATIONS = [each for each in DASHBOARD["annotations"]["list"] if each.get("expr")]
EXPRESSIONS = [
    *(target["expr"] for panel in PANELS for target in panel["targets"]),
    *(each["expr"] for each in ANNOTATIONS),
    *(rule["expr"] for rule in RULES),
]
ROUTER_NOW = datetime(2026, 11, 29, tzinfo=UTC)


def parsed(expression):
    return promql_parser.parse(expression.replace("$__range", "6h").replace("$service", "web"))


def selectors(node):
    """Every vector selector below a node of the parsed expression."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for name in ("expr", "lhs", "rhs", "param", "args", "vector_selector", "vs"):
        below = getattr(node, name, None)
        for each in below if isinstance(below, list) else [below] if below is not None else []:
            yield from selectors(each)


def told():
    """Name of each sample → the names of its labels, as both places tell it."""
    found = {}
    router = of_router([], State(None, ROUTER_NOW, 0, ROUTER_NOW))
    for text in (scrape(watching())["body"], scrape(rolled_back())["body"], router):
        for family in text_string_to_metric_families(text):
            name = f"{family.name}_total" if family.type == "counter" else family.name
            ends = ("", "_bucket", "_sum", "_count") if family.type in ("histogram", "summary") else ("",)
            for end in ends:
                found.setdefault(f"{name}{end}", set())
            for sample in family.samples:
                found.setdefault(sample.name, set()).update(sample.labels)
    return found


TOLD = told()
BY_SCRAPE = {"service", "instance", "job"}  # what the scrape of a router adds
OF_ROUTER = {
    "http_requests_total": {"environment", "status"},
    "http_request_duration_seconds_bucket": {"environment", "le"},
}
RECORDED = {rule["record"] for rule in RULES if "record" in rule}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_parses_and_names_only_what_is_exported(expression):
    found = [*selectors(parsed(expression))]

    assert found
    for selector in found:
        assert selector.name in TOLD.keys() | RECORDED
        known = TOLD.get(selector.name, set()) | BY_SCRAPE | OF_ROUTER.get(selector.name, set())
        asked = set(re.findall(r'(\w+)(?:=~|!~|=|!=)"', str(selector)))
        assert asked <= known, selector.name


@pytest.mark.parametrize("wrong", ["sum(rate(x[5m])", "rate(bluegreen_epoch)"])
def test_what_is_no_promql_is_noticed(wrong):
    with pytest.raises(ValueError, match=r"."):
        parsed(wrong)


def test_the_dashboard_can_be_imported():
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]

    assert DASHBOARD["schemaVersion"] >= 39
    assert "id" not in DASHBOARD
    assert len(set(numbers)) == len(numbers)
    assert {panel["datasource"]["uid"] for panel in PANELS} == {"${datasource}"}
    assert {"datasource", "service"} == {variable["name"] for variable in DASHBOARD["templating"]["list"]}


def test_panels_do_not_overlap():
    taken = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not taken & cells, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


def test_it_has_the_three_panels_and_the_moments_are_marked():
    by_title = {panel["title"]: panel["targets"][0]["expr"] for panel in PANELS}

    assert by_title["Active Environment"].startswith("deployment_active_environment")
    assert 'rate(http_requests_total{environment=~"blue|green"' in by_title["Request Rate by Environment"]
    assert 'rate(http_requests_total{status=~"5..",environment=~"blue|green"' in by_title["Error Rate by Environment"]
    assert {each["name"] for each in ANNOTATIONS} >= {"Production moved", "Going back", "Rolled back"}


def test_the_rule_about_errors_is_there():
    (rule,) = [rule for rule in RULES if rule.get("alert") == "BluegreenErrorRate"]

    assert rule["expr"].startswith("avg")
    assert rule["expr"].endswith("> 0.01")
    assert rule["for"] == "5m"


def test_every_alert_has_a_severity_a_summary_and_a_case():
    cases = yaml.safe_load((FOLDER / "alerts.test.yml").read_text())["tests"]
    tried = {each["alertname"] for case in cases for each in case["alert_rule_test"]}
    fired = {each["alertname"] for case in cases for each in case["alert_rule_test"] if each["exp_alerts"]}
    alerts = {rule["alert"]: rule for rule in RULES if "alert" in rule}

    assert len(cases) >= 12
    assert tried <= alerts.keys()
    assert alerts.keys() - fired <= {"BluegreenSlow", "BluegreenRolledBack"}
    assert all({"severity"} <= rule["labels"].keys() and rule["annotations"]["summary"] for rule in alerts.values())


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("promtool") is None, reason="Debian's package `prometheus` has promtool")
@pytest.mark.parametrize("command", [["check", "rules", "alerts.yml"], ["test", "rules", "alerts.test.yml"]])
def test_promtool_agrees(command):
    done = subprocess.run(["promtool", *command], cwd=FOLDER, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("promtool") is None, reason="Debian's package `prometheus` has promtool")
@pytest.mark.parametrize("make", [watching, rolled_back])
def test_promtool_reads_what_ops_metrics_says(make):
    text = scrape(make())["body"]
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
