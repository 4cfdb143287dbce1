"""What names a thing of the database in code, and what does not."""

import pytest

from bluegreen.core.config.database.migrations import MigrationSettings
from bluegreen.core.migrations import gate
from bluegreen.core.migrations.gate import MigrationFile
from bluegreen.core.migrations.readers.code_files import is_code
from bluegreen.core.migrations.readers.gone import ReleaseCode, applied, lost_names
from bluegreen.core.migrations.readers.names import LostName, spellings
from bluegreen.core.migrations.readers.search import How, mentions
from bluegreen.core.migrations.scene import Consequence

MIDDLE = LostName("column", "middle_name", "patient")


@pytest.mark.parametrize(
    "line",
    [
        "SELECT middle_name FROM patient",
        "p.middleName",
        'MiddleName string `db:"x"`',
        "MIDDLE_NAME = 1",
        '{"middleName": 1}',
        'row["middle_name"]',
        "validates :middle_name, presence: true",
        '@Column(name = "MIDDLE_NAME")',
        "patient.getMiddleName()",
        "p.setMiddleName(x)",
        "List<P> findByMiddleName(String x);",
        "findFirstByTownAndMiddleNameOrderByIdDesc(x)",
        "P.objects.filter(visit__middle_name__icontains=x)",
        "Patient.find_by_middle_name(x)",
        "if middle_name_changed?",
        "saved_change_to_middle_name",
        "<input name='middle-name'>",
        "const x = a-middle_name;",
        "SELECT middlename FROM patient",
        '  middleName String? @map("mn")',
    ],
)
def test_every_spelling_of_a_column_is_a_mention(line):
    assert spellings(MIDDLE).named_in(line)


@pytest.mark.parametrize(
    "line", ["middle_name_history", "middle_names_of", "the_middle_name_x", "middle name", "amiddle_name", "name", ""]
)
def test_another_name_is_none(line):
    assert not spellings(MIDDLE).named_in(line)


@pytest.mark.parametrize(
    ("kind", "name", "line", "named"),
    [
        ("table", "visits", "class Visit(Base):", True),
        ("table", "visits", "visit = 1", True),
        ("table", "visit", "SELECT * FROM visits", True),
        ("table", "patient_visits", "model PatientVisit {", True),
        ("table", "patient_visits", "PatientVisits.query", True),
        ("table", "clinic_visit", "class Visit(models.Model):", True),
        ("table", "clinic_visit", "visit = 1", False),
        ("table", "clinic_visit", "VISIT = 1", False),
        ("table", "categories", "class Category", True),
        ("table", "people", "class Person < ApplicationRecord", True),
        ("table", "addresses", "new Address()", True),
        ("table", "visits", "revisits", False),
        ("table", "visits", "Visitor", False),
        ("column", "owner_id", "owner = models.ForeignKey(Owner)", True),
        ("column", "ownerId", "belongs_to :owner", True),
        ("column", "owner_id", "ownership = 1", False),
        ("column", "valid", "val = 1", False),
        ("column", "first name", 'SELECT "First Name" FROM t', True),
        ("column", "name", "full_name", False),
        ("value", "in-progress", "State.IN_PROGRESS", True),
        ("value", "ok", "'ok'", True),
        ("value", "ok", "token", False),
        ("routine", "price", "SELECT price(1)", True),
        ("column", "größe", "p.größe", True),
    ],
)
def test_tables_keys_values_and_routines(kind, name, line, named):
    assert spellings(LostName(kind, name)).named_in(line) is named


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        ("a.py", "# middle_name is gone\nx = 1  # middle_name\n", []),
        ("a.py", 'x = "#"  # middle_name\n', [1]),  # not certainly a comment
        ("a.py", '"""\nmiddle_name\n"""\n', [2]),  # a text, and maybe SQL
        ("a.rb", "#{middle_name}\n", [1]),
        ("a.php", '#[Column("middle_name")]\n', [1]),
        ("a.ts", "// middleName\n/* middleName\n middleName\n */ const a = p.middleName\n", [4]),
        ("a.ts", "const u = 'http://x/' + middleName\n", [1]),
        ("a.ts", "/* never closed\nmiddleName\n", [2]),
        ("a.sql", "-- middle_name\nSELECT middle_name;\n", [2]),
        ("a.js", "--middleName\n", [1]),
        ("a.html", "<!-- middle_name -->\n<b>{{ middle_name }}</b>\n", [2]),
        ("a.java", "/**\n * middleName\n */\nint middleName;\n", [4]),
        ("a.c", "#define MIDDLE_NAME 1\n", [1]),
        ("noending", "middle_name # x\n", [1]),
    ],
)
def test_only_what_is_certainly_a_comment_is_left_out(path, text, lines):
    assert [found.line for found in mentions(path, text, [MIDDLE])] == lines


def test_an_insert_without_columns_is_a_use_of_each_of_them():
    (found,) = mentions("a.py", 'x = "INSERT INTO public.patient VALUES (1)"', [MIDDLE])
    assert found.how is How.INSERTS
    assert mentions("a.py", 'x = "INSERT INTO patient (id) VALUES (1)"', [MIDDLE]) == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("app/models.py", True),
        ("prisma/schema.prisma", True),
        ("app/views/show.html.erb", True),
        ("src/coverage/model.py", True),
        ("bin/run", True),
        ("README.md", False),
        ("docs/x.py", False),
        ("CHANGELOG", False),
        ("yarn.lock", False),
        ("package-lock.json", False),
        ("web/node_modules/x/index.js", False),
        ("vendor/x.rb", False),
        ("static/app.min.js", False),
        ("logo.png", False),
        ("db/V2__x.sql", False),
        ("clinic/migrations/0002_x.py", False),
        ("db/migrate/2026_x.rb", False),
        ("db/structure.sql", False),
    ],
)
def test_what_counts_as_code(path, code):
    assert is_code(path, MigrationSettings(files=("db/*.sql",))) is code


def test_globs_say_what_counts():
    settings = MigrationSettings(files=("db/*.sql",), code=("src/**", "!src/old/**"))
    assert [path for path in ("src/a.md", "src/old/a.py", "lib/a.py") if is_code(path, settings)] == ["src/a.md"]
    without = MigrationSettings(code=("!legacy/**",))
    assert [path for path in ("legacy/a.py", "a.py", "a.md") if is_code(path, without)] == ["a.py"]


def judged(text, *releases):
    verdict = gate.judge([MigrationFile("db/V2.sql", text)])
    return applied(verdict.objections, releases)


def release(tag, text="", path="app.py", **more):
    lost = [LostName("column", "nick", "patient")]
    return ReleaseCode(tag, "served before", tuple(mentions(path, text, lost)), **more)


DROP = "ALTER TABLE patient DROP COLUMN nick;"


def test_a_drop_passes_once_no_release_names_it():
    (found,) = judged(DROP, release("v1.2.0", "x = 1"), release("v1.1.0"))
    assert found.consequence is Consequence.UNREAD
    assert found.readers == "nothing names nick in v1.2.0, v1.1.0"


def test_a_drop_is_refused_while_one_does_and_says_where():
    (found,) = judged(DROP, release("v1.2.0"), release("v1.1.0", "\nx = p.nick"))
    assert found.consequence is Consequence.REFUSED
    assert found.says.startswith("nick: v1.1.0 (served before) still names it: app.py:2; patient.nick is dropped")


def test_what_could_not_be_read_is_never_taken_for_clean():
    (found,) = judged(DROP, release("v1.2.0", unread=("lib (a submodule)",)))
    assert found.consequence is Consequence.REFUSED
    assert found.readers == "not all code could be read for nick: v1.2.0 (served before): lib (a submodule)"


def test_without_any_release_nothing_changes():
    (found,) = judged(DROP)
    assert (found.consequence, found.readers) == (Consequence.REFUSED, "")


@pytest.mark.parametrize(
    ("comment", "consequence"),
    [
        ("reviewed the word is common", Consequence.REVIEWED),
        ("contract since v1.2.0 gone", Consequence.REVIEWED),
        ("contract since v1.1.0 gone", Consequence.REFUSED),
        ("contract gone", Consequence.REVIEWED),
    ],
)
def test_what_a_person_declares_is_checked_from_the_floor_on(comment, consequence):
    text = f"-- bluegreen: {comment}\n{DROP}"
    (found,) = judged(text, release("v1.2.0", serves=True), release("v1.1.0", "p.nick"))
    assert found.consequence is consequence


def test_a_contract_tells_what_serves_and_still_names_it():
    (found,) = judged(f"-- bluegreen: contract gone\n{DROP}", release("v1.2.0", "p.nick", serves=True))
    assert found.consequence is Consequence.REVIEWED
    assert "v1.2.0 (served before) still names it: app.py:1" in found.readers


@pytest.mark.parametrize(
    ("texts", "consequence"),
    [
        ({"Gemfile": 'gem "rails"'}, Consequence.REFUSED),
        ({"db/schema.rb": 't.string "nick"'}, Consequence.REFUSED),
        ({"Gemfile": "gem 'rails'", "p.rb": 'self.ignored_columns += ["nick"]'}, Consequence.UNREAD),
        ({"Gemfile": "gem 'rails'", "p.rb": "self.ignored_columns = [\n  :town,\n  :nick,\n]"}, Consequence.UNREAD),
        ({"Gemfile": "gem 'rails'", "p.rb": "self.ignored_columns = [:nick]\nputs nick"}, Consequence.REFUSED),
        ({"m.py": "Base = automap_base()"}, Consequence.REFUSED),
        ({"Gemfile": "gem 'sinatra'"}, Consequence.UNREAD),
    ],
)
def test_an_orm_that_reads_the_columns_by_itself_has_to_be_told(texts, consequence):
    lost = [LostName("column", "nick", "patient")]
    found = [each for path, text in texts.items() for each in mentions(path, text, lost)]
    (objection,) = judged(DROP, ReleaseCode("v1.2.0", "in production", tuple(found)))
    assert objection.consequence is consequence


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        (DROP, [("column", "nick")]),
        ("ALTER TABLE a RENAME COLUMN b TO c;", [("column", "b")]),
        ("DROP TABLE app.visits, b;", [("table", "visits"), ("table", "b")]),
        ("ALTER TABLE a RENAME TO b;", [("table", "a")]),
        ("DROP VIEW v;", [("view", "v")]),
        ("DROP FUNCTION price(int);", [("routine", "price")]),
        ("ALTER FUNCTION price() RENAME TO cost;", [("routine", "price")]),
        ("ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';", [("value", "ok")]),
        ("DROP TYPE mood;", [("type", "mood")]),
        ("DROP SEQUENCE s;", [("sequence", "s")]),
        ("DROP TABLE a CASCADE;", []),
        ("ALTER TABLE a DROP COLUMN b CASCADE;", []),
        ("DROP SCHEMA app;", []),
        ("CREATE OR REPLACE VIEW v AS SELECT 1;", []),
        ("ALTER TABLE a DROP CONSTRAINT c;", []),
        (f"-- bluegreen: reviewed by hand\n{DROP}", []),
    ],
)
def test_what_code_is_asked_for(text, lost):
    found = gate.judge([MigrationFile("a.sql", text)]).objections
    assert [(name.kind, name.name) for name in lost_names(found)] == lost


def test_a_routine_of_the_database_that_names_it_keeps_it():
    made = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.nick := 1; RETURN NEW; END $$;"
    verdict = gate.judge([MigrationFile("b.sql", DROP)], [MigrationFile("a.sql", made)])
    (found,) = applied(verdict.objections, [release("v1.2.0")])
    assert found.consequence is Consequence.REFUSED
    assert found.readers == "routine f of the database names nick"
