"""Which of an app's ingress rules are production, and that all others are kept."""

import copy

import pytest

from bluegreen.core.errors import Refused
from bluegreen.traffic.ingress_rules import IngressRules
from tests.build import GREEN, service

CHECKS = [
    {"match": {"path": {"prefix": "/__blue"}}, "component": {"name": "api-blue"}},
    {"match": {"path": {"prefix": "/__green"}}, "component": {"name": "api-green"}},
]
CORS = {"allow_origins": [{"exact": "https://holilabs.com"}], "max_age": "5h"}
TO_WWW = {"match": {"authority": {"exact": "old.example"}}, "redirect": {"authority": "holilabs.com"}}


def rule(name="api-blue", prefix="/", host="", **more):
    match = {"path": {"prefix": prefix}} | ({"authority": {"exact": host}} if host else {})
    return {"match": match, "component": {"name": name}, **more}


def rules(**traffic):
    one = {e: {"app": "one", "url": f"https://holi.example/__{e}"} for e in ("blue", "green")}
    image = {"kind": "image", "registry": "holi", "repository": "web"}
    shared = {"kind": "app_ingress", "url": "https://holilabs.com", **traffic}
    found = service(traffic=shared, environments=one, source=image)
    return IngressRules(found, found.traffic)


def spec(*given, checks=CHECKS):
    parts = [{"name": "api-blue"}, {"name": "api-green"}, {"name": "admin"}]
    ingress = {
        "rules": [*given, *checks],
        "load_balancer": "DIGITALOCEAN",
        "custom_error_page_url": "https://a.example",
    }
    return {"name": "holi", "services": parts, "ingress": ingress}


def names(found):
    return [(one.get("component") or {}).get("name") for one in found["ingress"]["rules"]]


def test_what_a_rule_says_besides_stays_with_it():
    before = spec(rule(cors=CORS), TO_WWW, rule("admin", "/admin"))
    before["ingress"]["rules"][0]["component"]["preserve_path_prefix"] = True
    after = rules().flipped(before, GREEN)
    assert names(after) == ["api-green", None, "admin", "api-blue", "api-green"]
    after["ingress"]["rules"][0]["component"]["name"] = "api-blue"
    assert after == before


def test_what_was_read_is_not_changed():
    before = spec(rule())
    kept = copy.deepcopy(before)
    rules().flipped(before, GREEN)
    assert before == kept


def test_several_rules_are_production_together():
    found = rules(prefixes=["/", "/shop/"])
    before = spec(rule(), rule(prefix="/shop"), rule(prefix="/", host="HoliLabs.com"), rule(prefix="/other"))
    assert names(found.flipped(before, GREEN))[:4] == ["api-green", "api-green", "api-green", "api-blue"]
    assert found.live(spec(rule(), rule("api-green", "/shop"))) == "api-blue and api-green"


@pytest.mark.parametrize(
    "match",
    [
        {"path": {"prefix": "/"}, "header": {"name": "x-preview", "exact": "yes"}},
        {"path": {"exact": "/"}},
        {"path": {"prefix": "/"}, "authority": {"suffix": ".holilabs.com"}},
    ],
)
def test_a_rule_under_a_condition_that_is_not_known_is_kept_and_named(match):
    odd = {"match": match, "component": {"name": "api-blue"}}
    found = rules()
    assert names(found.flipped(spec(rule(), odd), GREEN))[:2] == ["api-green", "api-blue"]
    [doubt] = found.doubts(spec(rule(), odd))
    assert "under a condition that is not known here names api-blue and is kept when production moves" in doubt


def test_a_rule_without_any_match_is_production_of_every_path():
    assert names(rules().flipped(spec({"component": {"name": "api-blue"}}), GREEN))[0] == "api-green"


def test_a_rule_that_stays_behind_is_a_doubt():
    assert rules().doubts(spec(rule(), rule(prefix="/api"), rule(host="beta.example"))) == [
        "the rule for /api names api-blue and is kept when production moves",
        "the rule for / of beta.example names api-blue and is kept when production moves",
    ]
    assert rules().doubts(spec(rule(), rule("admin", "/admin"), TO_WWW)) == []


def test_checks_that_another_component_answers_are_a_doubt():
    crossed = [rule("api-blue", "/__blue"), rule("api-blue", "/__green")]
    assert rules().doubts(spec(rule(), checks=crossed)) == [
        "https://holi.example/__green, where green is checked, leads to api-blue, not api-green"
    ]
    assert "has no rule that names api-green" in rules().doubts(spec(rule(), checks=CHECKS[:1]))[0]


def test_a_spec_that_cannot_lead_production_is_refused():
    rules().check(spec(rule()))
    with pytest.raises(Refused, match="no ingress rule for / names api-blue or api-green"):
        rules().check(spec(rule("admin")))
    with pytest.raises(Refused, match="the app has no service api-green"):
        rules().check({**spec(rule()), "services": [{"name": "api-blue"}]})
