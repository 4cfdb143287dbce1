"""What is wrong with bluegreen.yml: line and column, what was allowed, and the name that was probably meant."""

import re

import pytest
import yaml

from bluegreen_cli import config
from bluegreen_cli.faults import Faulty
from bluegreen_cli.stage import ROOT

EXAMPLE = (ROOT / "bluegreen.yml").read_text()


def said(tmp_path, *changes):
    text = EXAMPLE
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    (tmp_path / "bluegreen.yml").write_text(text)
    with pytest.raises(Faulty) as refused:
        config.read(tmp_path / "bluegreen.yml")
    return text, refused.value.faults


CASES = [
    (('pattern: "v*"', 'patern: "v*"'), "services.web.tags.patern: is no setting here; was pattern meant?"),
    (
        ("      auto_switch: true", "      auto-switch: true"),
        "options.auto-switch: is no setting here; was auto_switch",
    ),
    (("      kind: pointer_branch", "      kind: pointer"), "source: kind 'pointer' is not known; allowed is"),
    (("      kind: router", "      kind: rooter"), "traffic: kind 'rooter' is not known; allowed is 'router'"),
    (("  bucket: holi-bluegreen-state\n", ""), "state.bucket: is wanted"),
    (("      target: auto", "      target: purple"), "options.target: allowed is 'auto', 'blue' or 'green'"),
    (("auto_switch: true", "auto_switch: maybe"), "options.auto_switch: true or false is wanted"),
    (("        retries: 3", "        retries: many"), "checks.health.retries: a number is wanted"),
    (("      bake: 1h", "      bake: soon"), "watch.bake: "),
    (("    tags:\n", "    tags: v*\n    tagz:\n"), "services.web.tags: a section is wanted"),
    (("    repository: holi-labs/holi", "    repository: holi"), "services.web.repository: it has to match"),
]


@pytest.mark.parametrize(("change", "words"), CASES)
def test_each_fault_says_where_it_is_and_what_was_allowed(tmp_path, change, words):
    text, faults = said(tmp_path, change)
    named = [fault for fault in faults if words in fault]
    assert named, faults
    line = int(re.match(r"bluegreen\.yml:(\d+):\d+ ", named[0])[1])
    step = named[0].split(": ")[0].split(".")[-1]
    assert step in text.splitlines()[line - 1] or "is wanted" in named[0], (line, named)
    assert not re.search("Input should|Value error|Extra inputs|Field required", " ".join(faults))


def test_the_column_is_that_of_the_name(tmp_path):
    _, faults = said(tmp_path, ('      pattern: "v*"', '      patern: "v*"'))
    line = next(n for n, text in enumerate(EXAMPLE.splitlines(), 1) if 'pattern: "v*"' in text)
    assert faults[0].startswith(f"bluegreen.yml:{line}:7 ")


def test_every_fault_is_named_at_once(tmp_path):
    _, faults = said(tmp_path, ('pattern: "v*"', "patern: 1"), ("auto_switch: true", "auto_switch: 7up"))
    assert len(faults) == 2


def test_the_same_name_twice_is_a_fault(tmp_path):
    (tmp_path / "bluegreen.yml").write_text(EXAMPLE + "services:\n  web: {}\n")
    with pytest.raises(Faulty, match="'services' is written twice"):
        config.read(tmp_path / "bluegreen.yml")


def test_what_is_right_is_read_as_it_stands(tmp_path):
    (tmp_path / "bluegreen.yml").write_text(EXAMPLE)
    assert config.read(tmp_path / "bluegreen.yml") == yaml.safe_load(EXAMPLE)
