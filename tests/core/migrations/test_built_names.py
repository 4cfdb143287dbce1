"""Names that code puts together as it runs: where that may be, and what it means for a drop."""

import pytest

from bluegreen.core.migrations.readers.gone import ReleaseCode
from bluegreen.core.migrations.readers.names import LostName
from bluegreen.core.migrations.readers.search import How, mentions
from bluegreen.core.migrations.scene import Consequence
from tests.core.migrations.test_readers import judged

MIDDLE = LostName("column", "middle_name", "patient")
BUILT = [
    ("a.py", 'getattr(p, f"{kind}_name")'),
    ("a.py", '"%s_name" % kind'),
    ("a.py", '"{}_name".format(kind)'),
    ("a.py", '"_".join(("middle", "name"))'),
    ("a.py", 'f"middle_{part}"'),
    ("a.rb", 'p.public_send(:"#{kind}_name=")'),
    ("a.rb", '%w[middle name].join("_")'),
    ("a.rb", "[:middle, :name].join('_')"),
    ("a.js", "row[`${kind}_name`]"),
    ("a.ts", "row[`${kind}Name`]"),
    ("a.js", 'row[kind + "_name"]'),
    ("a.php", "$row[$kind . '_name']"),
    ("a.php", '$row["{$kind}_name"]'),
    ("a.php", "implode('_', ['middle', 'name'])"),
    ("a.go", 'fmt.Sprintf("%s_name", kind)'),
    ("a.java", 'String.format("middle_%s", part)'),
    ("a.lua", 'row[kind .. "_name"]'),
    ("a.ex", 'kind <> "_name"'),
    ("a.swift", '"\\(kind)_name"'),
    ("a.sql", "EXECUTE 'SELECT ' || kind || '_name'"),
    ("a.sh", 'echo "${kind}_name"'),
]


@pytest.mark.parametrize(("path", "line"), BUILT)
def test_code_that_may_put_a_name_together_is_found(path, line):
    assert [(each.how, each.line) for each in mentions(path, f"\n{line}\n", [MIDDLE])] == [(How.BUILT, 2)]


@pytest.mark.parametrize(
    "line",
    [
        'f"{user} name"',
        'f"Name: {name}"',
        'f"{kind}name"',
        'f"{table}_id"',
        'f"{kind}_names"',
        'f"{kind}_first_name"',
        'log("middle " + part)',
        "`Hello ${name}`",
        "function name() { return middle }",
        '"last" + "_name"',
    ],
)
def test_what_cannot_become_the_name_is_none(line):
    assert not mentions("a.ts", line, [MIDDLE])


def test_a_name_of_one_word_is_not_looked_for_in_parts():
    assert not mentions("a.py", 'f"{kind}name"', [LostName("column", "nickname", "patient")])


DROP_MIDDLE = "ALTER TABLE patient DROP COLUMN middle_name;"


@pytest.mark.parametrize(
    ("before", "consequence"),
    [
        ("", Consequence.REFUSED),
        ("-- bluegreen: contract since v1.0.0 nothing reads it\n", Consequence.REVIEWED),
        ("-- bluegreen: reviewed the kinds are first and last\n", Consequence.REVIEWED),
    ],
)
def test_a_name_that_may_be_built_is_refused_until_a_person_has_looked(before, consequence):
    found_there = tuple(mentions("a.py", '\ngetattr(p, f"{kind}_name")', [MIDDLE]))
    (found,) = judged(f"{before}{DROP_MIDDLE}", ReleaseCode("v1.2.0", "served before", found_there))
    assert found.consequence is consequence
    if "reviewed" not in before:
        assert "v1.2.0 (served before) may put its name together as it runs: a.py:2" in found.readers
