"""The gate: what is unsafe is refused by the rule that it breaks, what is safe passes, what cannot be read is named."""

import pytest

from benchmarks.migrations.command import wrong
from benchmarks.migrations.corpus import cases
from bluegreen.core.migrations import gate, kept, rules
from bluegreen.core.migrations.contracts import contract_of
from bluegreen.core.migrations.gate import MigrationFile
from bluegreen.core.migrations.scene import Consequence


def judged(text, earlier="", path="migration.sql"):
    before = [MigrationFile("earlier.sql", earlier)] if earlier else []
    return gate.judge([MigrationFile(path, text)], before)


def refused(text, **where):
    return [(found.rule.code, found.line) for found in judged(text, **where).refused]


def test_no_labelled_case_is_judged_otherwise():
    found = cases()
    assert len(found) >= 300
    passed, blocked = wrong(found)
    assert [case.shown for case in passed] == []
    assert [case.shown for case in blocked] == []


@pytest.mark.parametrize("rule", rules.ALL.values(), ids=lambda rule: rule.code)
def test_a_rule_refuses_its_bad_example_and_lets_its_good_one_pass(rule):
    before, _, bad = rule.bad.rpartition(" -- in an earlier migration\n")
    if not rule.warns:
        assert rule.code in {found.rule.code for found in judged(bad, earlier=before).refused}
    assert judged(rule.good).refused == ()
    assert rule.steps


def test_codes_are_each_given_once():
    families = (rules.removed, rules.stricter, rules.busy, rules.rows)
    listed = [rule.code for family in families for rule in family.ALL]
    names = [rule.name for rule in rules.ALL.values()]
    assert len(listed) == len(set(listed)) == len(set(names)) == len(rules.ALL)


def test_an_objection_says_where_what_and_how_long_everybody_waits():
    text = "SET lock_timeout = '2s';\n\n-- a note\nCREATE INDEX i\n  ON users (email);\n"
    (found,) = judged(text, path="db/V3__x.sql").refused
    assert (found.path, found.line, found.rule.name) == ("db/V3__x.sql", 4, "index-not-concurrently")
    assert found.what == "index i of users"
    assert found.lock == "SHARE on users: writers wait until every row is read"
    assert found.statement == "CREATE INDEX i ON users (email);"


@pytest.mark.parametrize(
    "kind", ["interval", "interval(3)", "interval year", "interval day to second(3)", "numeric(10,2)", "varchar(5)[]"]
)
def test_a_type_is_named_as_it_was_written(kind):
    (found,) = judged("ALTER TABLE t ALTER COLUMN c TYPE uuid;", earlier=f"CREATE TABLE t (c {kind});").refused
    assert found.what == f"t.c is changed from {kind} to uuid"


def test_a_review_counts_for_one_statement_and_is_kept():
    found = judged("-- bluegreen: reviewed empty since v1.1.0\nDROP TABLE a;\nDROP TABLE b;").objections
    assert [(one.consequence, one.reviewed, one.line) for one in found] == [
        (Consequence.REVIEWED, "empty since v1.1.0", 2),
        (Consequence.REFUSED, "", 3),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "-- bluegreen: reviewed\nDROP TABLE a;",
        "-- bluegreen: reviewed   \nDROP TABLE a;",
        "/* -- bluegreen: reviewed yes */ DROP TABLE a;",
        "SELECT '\n-- bluegreen: reviewed yes\n'; DROP TABLE a;",
        "DROP TABLE a;\n-- bluegreen: reviewed yes",
        "-- bluegreen: reviewed yes\nSELECT 1; DROP TABLE a;",
    ],
)
def test_what_is_no_review_of_this_statement_lets_nothing_pass(text):
    assert [code for code, _ in refused(text)] == ["M102"]


def test_what_cannot_be_read_is_named_with_its_line_and_the_rest_is_judged():
    text = "ALTER TABLE a ADD COLUMN b int;\n\nALTER TABLE a\n  FROB b;\nDROP TABLE c;\n"
    assert refused(text) == [("M901", 4), ("M102", 5)]
    assert "syntax error" in judged(text).refused[0].what


def test_what_cannot_be_read_passes_once_it_is_reviewed():
    verdict = judged("-- bluegreen: reviewed by hand\n\\i other.sql\n")
    assert verdict.refused == ()
    assert verdict.of(Consequence.REVIEWED)[0].what == "“\\i other.sql” (a command of psql, not SQL)"


def test_a_file_that_takes_a_migration_back_is_left_out_and_named():
    verdict = judged("DROP TABLE a;", path="m/000001_a.down.sql")
    assert (verdict.refused, verdict.left_out, verdict.files) == ((), ("m/000001_a.down.sql",), 0)


def test_what_one_file_makes_is_known_in_the_next():
    files = [
        MigrationFile("V1__a.sql", "CREATE TABLE a (id int);"),
        MigrationFile("V2__b.sql", "CREATE INDEX ON a (id);"),
    ]
    assert gate.judge(files).refused == ()
    assert [found.rule.code for found in gate.judge(files[1:], files[:1]).refused] == ["M301"]


@pytest.mark.parametrize(
    "text", ["", "\n", ";;", "-- nothing", "/* /* nested */ */", "\ufeffSELECT 1;", "SELECT 1;\r\n"]
)
def test_what_does_nothing_passes(text):
    assert refused(text) == []


@pytest.mark.parametrize(
    "text", ["'", "$$", '"', "/*", "(", "SELECT 1; '", "\x00", "DO $$ BEGIN", "BEGIN ATOMIC;" * 50]
)
def test_half_a_text_is_refused_or_empty_and_never_a_fault(text):
    assert {code for code, _ in refused(text)} <= {"M901"}


def test_every_cut_of_a_file_is_read_to_its_end():
    text = "CREATE TABLE a (t text DEFAULT ';'); DO $x$ BEGIN PERFORM 1; END $x$; DROP TABLE b;"
    for end in range(len(text)):
        judged(text[:end])
    assert refused(text) == [("M102", 1)]


@pytest.mark.parametrize("mark", ["-- +goose Up", "-- migrate:up", "-- +migrate Up", "--liquibase formatted sql"])
def test_a_tools_mark_is_seen_behind_that_of_an_editor(mark):
    """Else what the tool runs in one transaction would be judged as if it ran by itself."""
    text = f"{mark}\nCREATE INDEX CONCURRENTLY i ON patient (email);"
    assert refused(f"\ufeff{text}") == refused(text) != []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.sql", "-- nothing to see\rALTER TABLE patient DROP COLUMN nick;"),
        ("a.sql", "\ufeff-- nothing to see\r\r\nALTER TABLE patient DROP COLUMN nick;"),
        ("a.sql", "-- migrate:up\r-- nothing to see\rALTER TABLE patient DROP COLUMN nick;\r"),
        (
            "a.js",
            "exports.up = async (knex) => {\n// x\u2028await knex.raw('ALTER TABLE patient DROP COLUMN nick');\n}",
        ),
    ],
)
def test_a_comment_ends_where_the_database_ends_it(path, text):
    """A carriage return alone ends a comment for PostgreSQL: what stands behind it is carried out."""
    assert "M101" in {code for code, _ in refused(text, path=path)}


def test_files_are_run_in_the_order_of_their_numbers_whatever_digits_they_have():
    in_order = ["V0001__a", "V1²__a", "V2__a", "V10__a", "V9" + "9" * 5_000, "V9" + "9" * 5_001]
    mixed = [*in_order[1::2], *in_order[::2]]
    assert sorted(mixed, key=kept.numbers) == in_order


def test_a_contract_since_thousands_of_digits_names_no_version():
    contract = contract_of(f"contract since v1.{'4' * 5_000}.0 nothing reads it")
    assert contract.floor == ""
    assert "names no version" in contract.told
