"""project.yml is judged before anything is staged: what the platform refuses, and what would be public by mistake."""

import re
import shutil

import pytest

from bluegreen_cli import project, project_rules
from bluegreen_cli.faults import Faulty
from bluegreen_cli.stage import ROOT, stage

TEXT = project.without_comments((ROOT / "project.yml").read_text())
FIRST = TEXT.index("- name: deploy")


def changed(was, now, text=TEXT):
    """project.yml with one thing changed, in its first function if there are several such."""
    assert was in text
    return text.replace(was, now, 1)


def refused(text):
    with pytest.raises(Faulty) as error:
        project_rules.check(project.read(text))
    return error.value.faults


def test_project_yml_as_it_is_passes():
    project_rules.check(project.read(TEXT))
    assert project_rules.python(ROOT) == "3.11"


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("        web: false\n", "", "packages.default.functions.deploy.web: anyone could call it (left out, it means"),
        ("web: false", "web: true", "packages.default.functions.deploy.web: anyone could call it; write `web: false`"),
        ("web: false", "web: raw", "packages.default.functions.deploy.web: anyone could call it"),
        ('        webSecure: "${BLUEGREEN_NUDGE_SECRET}"\n', "", "packages.hooks.functions.deployment.web: anyone"),
        ("web: raw", "web: true", "packages.hooks.functions.github.web: anyone could call it"),
        ("memory: 256", "memory: 4096", ".deploy.limits.memory: 4096 is not from 128 to 1024 MB"),
        ("memory: 256", "memory: 64", ".deploy.limits.memory: 64 is not from 128 to 1024 MB"),
        ("memory: 256", "memory: 256, logs: 1024", ".deploy.limits.logs: 1024 is not from 0 to 256 KB"),
        ("timeout: 60000", "timeout: 1200000", ".deploy.limits.timeout: 1200000 is not from 100 to 900000 ms"),
        ("timeout: 60000", "timeout: 60", ".deploy.limits.timeout: 60 is not from 100 to 900000 ms"),
        ("timeout: 60000, ", "", ".deploy.limits.timeout: is wanted; left out it is three seconds"),
        ("runtime: python:3.11", "main: go\n        runtime: python:3.11", ".deploy.main: 'go' is not there"),
        ("- name: switch", "- name: deploy", "packages.default.functions.deploy: is written twice"),
        ("- name: checks\n", "- name: default\n", "packages.default: is written twice"),
        ("- name: switch", "- name: sw itch", "packages.default.functions.sw itch.name: letters, digits"),
        ("runtime: python:3.11", "runtime: python:3.12", "need one runtime (named: python:3.11, python:3.12)"),
    ],
)
def test_what_would_be_refused_or_public_is_said_with_its_place(was, now, said):
    faults = refused(changed(was, now))

    assert [fault for fault in faults if said in fault], faults


@pytest.mark.parametrize("runtime", ["python:3.8", "python:3.9", "python:default", "python:3", "nodejs:18", "python"])
def test_a_runtime_under_which_bluegreen_does_not_run_is_refused_for_every_function(runtime):
    faults = refused(TEXT.replace("python:3.11", runtime))

    assert len(faults) == TEXT.count("runtime:")
    assert all(f".runtime: '{runtime}' is none of python:3.11, " in fault for fault in faults)


@pytest.mark.parametrize("python", ["3.12", "3.13"])
def test_the_other_runtimes_pass_where_all_functions_have_the_same(python):
    read = project.read(TEXT.replace("python:3.11", f"python:{python}"))

    project_rules.check(read)
    assert project_rules.python_of(read) == python


@pytest.mark.parametrize(
    "line",
    ["web: no", "web: off", "web: 'false'", "web: 0", "limits: { timeout: 1:30 }", "web: false\n        web: false"],
)
def test_words_are_read_as_the_deployer_reads_them(line):
    """YAML 1.2: `no` is a text, and so is `1:30`; a key twice is no YAML."""
    was = "limits: { timeout: 60000, memory: 256 }" if "limits" in line else "web: false"

    with pytest.raises(Faulty):
        project.read(changed(was, line))


@pytest.mark.parametrize(
    "cron",
    [
        "*/7 * * * *",
        "* */5 * * *",
        "*/0 * * * *",
        "* * * * 7",
        "* * * * 1#2",
        "* * L * *",
        "? * * * *",
        "60 * * * *",
        "* * * *",
    ],
)
def test_a_schedule_that_the_platform_does_not_keep_is_refused(cron):
    with pytest.raises(Faulty, match="cron expression"):
        project.read(changed('cron: "* * * * *"', f'cron: "{cron}"'))


def test_more_triggers_than_a_namespace_has_are_refused_and_the_same_name_twice():
    (trigger,) = re.findall(r"(?s)          - name: bluegreen-watch.*?source: schedule\n", TEXT)
    again = trigger.replace("bluegreen-watch", "again")
    others = "".join(trigger.replace("bluegreen-watch", f"other-{number}") for number in range(3))

    project_rules.check(project.read(TEXT.replace(trigger, trigger + again)))
    assert refused(TEXT.replace(trigger, trigger + trigger)) == [
        "project.yml triggers.bluegreen-watch: is written twice; the second takes the place of the first"
    ]
    assert refused(TEXT.replace(trigger, trigger + others)) == [
        "project.yml triggers: 4 are named, and a namespace has at most 3"
    ]


def test_a_project_without_functions_is_refused():
    assert refused("packages: []") == ["project.yml packages: no function is named"]


@pytest.mark.parametrize("kind", ["default", "hardened"])
def test_staging_refuses_it_and_writes_nothing(written, tmp_path, kind):
    shutil.copytree(ROOT / "packages", tmp_path / "packages")
    (tmp_path / "project.yml").write_text(changed("memory: 256", "memory: 4096"))

    with pytest.raises(Faulty, match="memory: 4096 is not from 128 to 1024 MB"):
        stage(written, tmp_path / "out", root=tmp_path, kind=kind)

    assert not (tmp_path / "out").exists()
