"""project.yml, refused where DigitalOcean's deployer refuses it."""

import pytest

from bluegreen_cli import project
from bluegreen_cli.faults import Faulty

FUNCTION = "packages:\n- name: ops\n  functions:\n  - name: f\n    runtime: python:3.11\n"


def refused(text, environment=None):
    with pytest.raises(Faulty) as error:
        project.read(text, environment)
    return str(error.value)


def function(more):
    """The one function of a project that says `more` about it."""
    return project.read(FUNCTION + f"    {more}\n").packages[0].functions[0]


def test_all_substitutions_that_are_unset_or_empty_are_named_at_once():
    text = 'environment: {A: "${SET}", B: "${UNSET}", C: "${EMPTY}", D: "${UNSET}"}'

    said = refused(text, {"SET": "1", "EMPTY": ""})

    assert said == "project.yml: The following substitutions could not be resolved: 'UNSET', 'EMPTY'"


def test_substitution_reaches_into_comments():
    assert "'…'" in refused("# doctl fills in ${…}\n" + FUNCTION, {})


def test_newlines_in_a_value_are_escaped_unless_it_says_otherwise():
    assert project.substitute("${A}", {"A": "1\n2"}) == "1\\n2"
    assert project.substitute("${|A}", {"A": "1\n2"}) == "1\n2"


def test_a_value_that_ends_its_quotes_is_told_by_its_setting_s_name():
    said = refused('a: "${BLUEGREEN_ALERT_SECRET}"', {"BLUEGREEN_ALERT_SECRET": 'x"y', "BLUEGREEN_OTHER": "z"})
    assert "BLUEGREEN_ALERT_SECRET has a quotation mark or a backslash" in said
    assert 'x"y' not in said


@pytest.mark.parametrize("text", ["a: ${A", "a: ${<file}", "a: $(A B)"])
def test_other_forms_of_substitution_are_refused(text):
    assert "project.yml" in refused(text, {"A": "1", "B": "2"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("packages:\n\t- name: x", "may not contain tabs"),
        ("packages: [", "is not YAML"),
        ("colour: blue", "project.yml colour: Invalid key 'colour'"),
        ("packages: [{name: p, colour: blue}]", "project.yml packages.p.colour: Invalid key 'colour'"),
        (FUNCTION + "    colour: blue", "packages.ops.functions.f.colour: Invalid key 'colour'"),
        (FUNCTION + "    limits: {concurrency: 1}", "packages.ops.functions.f.limits.concurrency: Invalid key"),
        (
            FUNCTION + "    limits: {timeout: 3s}",
            "packages.ops.functions.f.limits.timeout: Input should be a valid",
        ),
        (FUNCTION + "    environment: {A: 1}", "packages.ops.functions.f.environment.A: Input should be a valid str"),
        (FUNCTION + "    web: public", "packages.ops.functions.f.web"),
        (FUNCTION + "    webSecure: true", "packages.ops.functions.f.webSecure"),
        (FUNCTION + "    annotations: {web-export: true}", "annotation may not be set explicitly; use 'web'"),
        (FUNCTION + "    triggers: [{name: t, type: HTTP, scheduledDetails: {cron: '* * * * *'}}]", "SCHEDULED"),
        (FUNCTION + "    triggers: [{name: t, sourceType: scheduler}]", "triggers.t.scheduledDetails.cron"),
        ("environment: {A: b}\npackages: [{name: default}]", "the default package does not support"),
        ("packages: [{name: default, environment: {A: b}}]", "the default package does not support"),
        ("packages: [{name: p, functions: [{name: f}]}]", "packages.p.functions.f.runtime: Field required"),
    ],
)
def test_what_the_deployer_refuses_is_refused_with_its_place(text, said):
    assert said in refused(text)


@pytest.mark.parametrize("cron", ["@daily", "* * * * * *", "* * * JAN *", "61 * * * *"])
def test_only_plain_five_field_schedules_are_taken(cron):
    text = FUNCTION + f"    triggers: [{{name: t, sourceType: scheduler, sourceDetails: {{cron: '{cron}'}}}}]"

    assert "is not valid crontab syntax" in refused(text)


@pytest.mark.parametrize(
    "trigger",
    [
        "{name: t, sourceType: scheduler, sourceDetails: {cron: '*/5 * * * *', withBody: {a: 1}}}",
        "{name: t, type: SCHEDULED, enabled: true, scheduledDetails: {cron: '*/5 * * * *', body: {a: 1}}}",
    ],
)
def test_both_forms_of_a_trigger_mean_the_same(trigger):
    (read,) = function(f"triggers: [{trigger}]").triggers

    assert (read.name, read.enabled, read.scheduled.cron, read.scheduled.body) == ("t", True, "*/5 * * * *", {"a": 1})


def test_a_function_that_says_nothing_is_public():
    assert function("").web is True
    assert function("web: false").web is False
    assert (
        project.read(FUNCTION.replace("functions:", "web: false\n  functions:")).packages[0].functions[0].web is False
    )
