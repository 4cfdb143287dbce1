"""What is wrong with bluegreen.yml: line and column, what was allowed, and the name that was probably meant."""

import itertools
import re
import time

import pytest
import yaml

from bluegreen import settings
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


def refused(tmp_path, text):
    (tmp_path / "bluegreen.yml").write_text(text)
    with pytest.raises(Faulty) as found:
        config.read(tmp_path / "bluegreen.yml")
    return " ".join(found.value.faults)


def nested(first, more):
    """Eight levels of nine aliases: 9^8 values in less than a kilobyte."""
    rows = [f"a0: &a0 {first}"]
    rows += [f"a{n}: &a{n} {more(', '.join([f'*a{n - 1}'] * 9))}" for n in range(1, 9)]
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        nested("[x, x, x]", lambda parts: f"[{parts}]"),
        nested("{x: 1}", lambda parts: f"{{<<: [{parts}]}}"),
        f"a0: &a0 {'x' * 100_000}\nb: &b [{', '.join(['*a0'] * 200)}]\n",
    ],
)
def test_aliases_that_stand_for_more_than_a_machine_can_hold_are_refused_at_once(tmp_path, text):
    began = time.process_time()
    assert "is too large" in refused(tmp_path, text)
    assert time.process_time() - began < 5


def test_an_alias_to_what_it_stands_in_is_refused(tmp_path):
    assert "bluegreen.yml:1:4 holds itself" in refused(tmp_path, "a: &a [*a]\n")


def test_anchors_that_are_used_a_few_times_are_read(tmp_path):
    text = EXAMPLE.replace("cpu: { normal", "cpu: &share { normal").replace(
        "memory: { normal: 80, warning: 90, critical: 95 }", "memory: *share"
    )
    (tmp_path / "bluegreen.yml").write_text(text)
    thresholds = config.read(tmp_path / "bluegreen.yml")["services"]["web"]["thresholds"]
    assert thresholds["memory"] == thresholds["cpu"]


LINES = len(EXAMPLE.splitlines())


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("services: {}\n", f"bluegreen.yml:{LINES + 1}:1 'services' is written twice; the first is in line "),
        ("x: [1\n", f"bluegreen.yml:{LINES + 2}:1 is not YAML: expected ',' or ']'"),
        (
            "x:\n\ty: 1\n",
            f"bluegreen.yml:{LINES + 2}:1 is not YAML: a tab stands here, and YAML moves lines in by blanks",
        ),
        ("x: \x01\n", f"bluegreen.yml:{LINES + 1} is not YAML: "),
        ("? [a]\n: 1\n", f"bluegreen.yml:{LINES + 1}:3 a name is wanted here"),
        ("x: .inf\n", f"bluegreen.yml:{LINES + 1}:4 x: .inf is no number"),
        ("x: [1, .NaN]\n", "x.1: .NaN is no number"),
        ("x: 1.0e+999\n", "x: 1.0e+999 is no number"),
        ("x: !!binary aGk=\n", f"bluegreen.yml:{LINES + 1}:4 !!binary has no place here"),
        ("x: {on: 1}\n", f"bluegreen.yml:{LINES + 1}:5 x.on: a word of YAML"),
        ("tokens: {yes: {}}\n", "tokens.yes: small letters, digits, hyphens between"),
        ("sets: {null: {}}\n", "sets.null: small letters, digits, hyphens between"),
    ],
)
def test_a_fault_of_the_text_itself_names_the_file_and_the_place(tmp_path, more, says):
    found = refused(tmp_path, EXAMPLE + more)
    assert (says in found, "<unicode string>" in found) == (True, False), found


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "~\n"])
def test_an_empty_file_is_said_to_be_empty(tmp_path, text):
    assert "bluegreen.yml is empty: " in refused(tmp_path, text)


@pytest.mark.parametrize("name", ["yes", "No", "on", "null", "~", "true"])
def test_a_name_that_yaml_reads_otherwise_is_refused_in_the_words_of_init(tmp_path, name):
    found = refused(tmp_path, EXAMPLE.replace("services:\n  web:", f"services:\n  {name}:", 1))
    assert f"services.{name}: small letters, digits, hyphens between; at most 31, no word of YAML" in found


BODY = EXAMPLE.split("\n# tokens")[0] + "\n"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("    options:\n      kind: x\n", "options.kind: is no setting here"),
        ("    deadlines:\n      checks: 5m\n", "deadlines.checks: is no setting here; was checking meant?"),
        ("    deadlines:\n      from_day: fri\n", "from_day: is no setting here; it is one of services.<name>.freeze"),
        ("    watch:\n      endpoint: x\n", "watch.endpoint: is no setting here; it is one of state"),
    ],
)
def test_a_name_of_another_section_is_told_with_its_section_and_never_as_a_guess(tmp_path, name, says):
    section = name.split("\n")[0]
    lines = [name.rstrip("\n") if row.split(" #")[0] == section else row for row in BODY.splitlines()]
    found = refused(tmp_path, "\n".join(lines))
    assert says in found
    word = name.split()[1].rstrip(":")
    assert f"was {word} meant" not in found
    assert (" meant?" in found) == ("meant?" in says)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("freeze: [{from_day: fri, from_time: 25:00, to_day: mon}]", "from_time: a time such as"),
        ("freeze: [{from_day: fri, from_time: 99:00, to_day: mon}]", "from_time: a time such as"),
        ("freeze: [{from_day: fri, to_time: 16, to_day: mon}]", "to_time: a time such as"),
        ("freeze: [{from_day: fri, to_time: 16:00:00Z, to_day: mon}]", "to_time: a time such as"),
        ("freeze: [{first: 2026-12-19T10:00:00Z, last: 2026-12-24}]", 'first: a day such as "2026-12-19" is wanted'),
        ("freeze: [{first: 20261219, last: 2026-12-24}]", 'first: a day such as "2026-12-19" is wanted'),
        ("freeze: [{first: 2026-02-30, last: 2026-12-24}]", 'first: a day such as "2026-12-19" is wanted'),
        ("approval:", "approval: is empty: who may approve is wanted"),
        ("approval: ~", "approval: is empty"),
        ("migrations: {after: }", "migrations.after: is empty"),
    ],
)
def test_times_days_and_empty_sections_that_would_be_read_as_something_else_are_refused(tmp_path, more, says):
    found = refused(tmp_path, f"{BODY}    {more}\n")
    assert says in found
    assert f"bluegreen.yml:{len(BODY.splitlines()) + 1}:" in found


def test_times_and_days_need_no_quotes(tmp_path):
    windows = "[{from_day: fri, from_time: 16:00, to_day: mon, to_time: 8:00}, {first: 2026-12-19, last: 2027-01-03}]"
    (tmp_path / "bluegreen.yml").write_text(f"{BODY}    freeze: {windows}\n")
    weekly, dated = settings.read(config.read(tmp_path / "bluegreen.yml"))[0].services["web"].freeze
    assert (str(weekly.from_time), str(weekly.to_time)) == ("16:00:00", "08:00:00")
    assert (str(dated.first), str(dated.last)) == ("2026-12-19", "2027-01-03")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("checks: 10 ", "checks: 10001 "), "watch.checks: 10000 or less is wanted"),
        (("bake: 1h", "bake: 31d"), "watch.bake: 30d or less is wanted"),
        (("over: 5m", "over: 31d"), "watch.over: 30d or less is wanted"),
        (("extend: 5m", "extend: 9999999999d"), "watch.extend: 30d or less is wanted"),
        (("bake: 1h", "bake: 299s"), "watch.bake: 300s or more is wanted"),
        (("critical: 5 }", "critical: 101 }"), "error_rate.critical: 101 is not allowed: allowed is 0 to 100 percent"),
        (("normal: 70", "normal: -1"), "cpu.normal: -1 is not allowed"),
        (("critical: 95", "critical: 950"), "memory.critical: 950 is not allowed"),
        (("normal: 500", "normal: -500"), "response_time_p95.normal: -500 is not allowed: allowed is 0 or more"),
        (("      blue: ", "      blue: bad "), "adopt.blue: a tag as git allows it is wanted"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, change, says):
    _, faults = said(tmp_path, change)
    assert says in " ".join(faults)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{health: {successes: 20, interval: 30s}}", "checks.health: 20 successes with an interval of 30 s take"),
        ("{smoke: {successes: 2, interval: 10m}}", "take about 1200 s, and deadlines.smoking allows 600: fewer"),
    ],
)
def test_checks_that_cannot_pass_before_their_deadline_are_refused(tmp_path, text, says):
    assert says in refused(tmp_path, f"{without_checks()}    checks: {text}\n")


def test_checks_that_can_are_not(tmp_path):
    text = f"{without_checks()}    checks: {{health: {{successes: 19, interval: 30s}}}}\n"
    (tmp_path / "bluegreen.yml").write_text(text)
    assert settings.read(config.read(tmp_path / "bluegreen.yml"))[0].services["web"].checks.health.successes == 19


def without_checks():
    before, _, after = BODY.partition("    checks:\n")
    rest = after.splitlines(keepends=True)
    return before + "".join(itertools.dropwhile(lambda line: line.startswith(" " * 6), rest))


@pytest.mark.parametrize("text", ["- a\n", "hello\n"])
def test_a_file_that_is_no_section_is_said_to_be_none_at_its_place(tmp_path, text):
    assert refused(tmp_path, text) == "bluegreen.yml:1:1 a section is wanted: names, and a value for each"


def test_a_value_that_is_left_open_hides_no_other_fault_and_is_told_once(tmp_path):
    _, faults = said(
        tmp_path,
        ("app: 4f6c71e2-1e9e-4762-9fee-6cc4a0a9f2cf", "app: …"),
        ("url: https://holi-blue-k2x9d.ondigitalocean.app", "url: …"),
        ("repository: holi-labs/holi", "repository: …"),
        ("        retries: 3", "        retries: many"),
        ("      auto_switch: true", "      auto-switch: true"),
        ("  bucket: holi-bluegreen-state\n", ""),
    )
    left_open = [fault for fault in faults if config.OPEN in fault]
    others = [fault for fault in faults if fault not in left_open]
    assert len(left_open) == 3
    assert len(others) == 4
    for words in ("state.bucket: is wanted", "retries: a number is wanted", "was auto_switch meant?", config.SHOWN):
        assert any(words in fault for fault in others), faults
