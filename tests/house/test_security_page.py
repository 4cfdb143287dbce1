"""docs/security.md names every function and every secret, and says of each what project.yml says."""

import re
from pathlib import Path

import pytest
import yaml

from bluegreen_cli import layout, project

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
REPORTING = (ROOT / "SECURITY.md").read_text()
SECRETS = re.findall(r"(?m)^(\w+)=", (ROOT / ".env.example").read_text())


def functions():
    """Each function of project.yml by its full name."""
    packages = yaml.safe_load((ROOT / "project.yml").read_text())["packages"]
    named = [(package["name"], function) for package in packages for function in package["functions"]]
    return {f["name"] if package == "default" else f"{package}/{f['name']}": f for package, f in named}


FUNCTIONS = functions()


def rows(section):
    """The first word of each row of a section's first table → the row's other cells."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    table = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| `")]
    return {name.strip("`"): cells for name, *cells in table}


LAYOUTS = rows("The hardened layout")


def test_every_function_has_a_row_and_no_row_is_made_up():
    assert set(rows("Who may call what")) == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_said_to_be_on_the_web_exactly_when_it_is(name):
    web, _, protection = rows("Who may call what")[name]

    assert web == ("yes" if FUNCTIONS[name]["web"] else "no")
    assert bool(re.search(r"BLUEGREEN_\w+|Authorization", protection)) is bool(FUNCTIONS[name]["web"])


def test_a_secret_that_the_platform_compares_is_named_with_its_function():
    wanted = {name: re.findall(r"\w+", str(f["webSecure"]))[0] for name, f in FUNCTIONS.items() if "webSecure" in f}

    assert wanted
    assert all(secret in rows("Who may call what")[name][2] for name, secret in wanted.items())


def test_every_secret_has_a_row_and_no_row_is_made_up():
    assert set(rows("What each secret opens")) == set(SECRETS)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_said_to_be_held_by_exactly_the_functions_that_get_it(secret):
    holders, opens = rows("What each secret opens")[secret]

    assert set(re.findall(r"`([a-z/]+)`", holders)) == {
        name for name, function in FUNCTIONS.items() if secret in function["environment"]
    }
    assert opens.strip()


def held_by_hooks(kind):
    """Each secret that a function on the web gets in a layout → which ones."""
    found = {}
    for part in layout.parts(project.without_comments((ROOT / "project.yml").read_text()), kind):
        for package in project.read(part.text).packages:
            for function in (function for function in package.functions if function.web):
                for secret in function.environment:
                    found.setdefault(secret, set()).add(package.full_name(function))
    return found


def test_what_the_hooks_hold_in_each_layout_is_said():
    said = {secret: [set(re.findall(r"`([a-z/]+)`", cell)) for cell in cells] for secret, cells in LAYOUTS.items()}
    default, hardened = held_by_hooks("default"), held_by_hooks("hardened")

    assert said == {secret: [default[secret], hardened.get(secret, set())] for secret in default}


def test_security_md_points_to_the_page_and_repeats_nothing_of_it():
    assert "(docs/security.md)" in REPORTING
    assert "BLUEGREEN_" not in REPORTING


def test_the_way_to_report_is_private_and_the_same_as_the_issue_forms_name():
    forms = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml").read_text())

    assert any(link["url"] in REPORTING and "security/advisories/new" in link["url"] for link in forms["contact_links"])
