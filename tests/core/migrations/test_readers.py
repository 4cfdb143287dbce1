"""What names a thing of the database in code, and what does not."""

import pytest

from bluegreen.core.config.database.migrations import MigrationSettings
from bluegreen.core.migrations import gate
from bluegreen.core.migrations.gate import MigrationFile
from bluegreen.core.migrations.readers.code_files import is_code, is_manifest
from bluegreen.core.migrations.readers.gone import ReleaseCode, applied, lost_names
from bluegreen.core.migrations.readers.names import LostName, spellings
from bluegreen.core.migrations.readers.search import How, mentions
from bluegreen.core.migrations.scene import Consequence

UNSEEN = "names put together at run time may go unseen"
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
        "echo $middle_name",
        "${middle_name}",
        '$q = "SET $middle_name = 1";',
        "$p['x']->$middleName",
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
        ("a.py", 'x = "#"  # middle_name\n', []),  # the tokenizer knows
        ("a.py", '"""\n# middle_name\n"""\n', [2]),  # a text, and maybe SQL
        ("a.py", 'x = """\n-- $$ middle_name\n"""  # middle_name\n', [2]),
        ("a.py", "x = f'''\n# {p.middle_name}\n'''\n", [2]),
        ("a.py", "x = (  # middle_name\n", [1]),  # no Python that can be read: nothing is certain
        ("a.rb", "#{middle_name}\n", [1]),
        ("a.js", "--middleName\n", [1]),
        ("a.html", "<b>{{ middle_name }}</b>\n", [1]),
        ("a.c", "#define MIDDLE_NAME 1\n", [1]),
        ("noending", "middle_name # x\n", [1]),
        ("a.java", "int middleName;\n", [1]),
    ],
)
def test_only_what_is_certainly_a_comment_is_left_out(path, text, lines):
    assert [found.line for found in mentions(path, text, [MIDDLE])] == lines


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.rb", "sql = <<~SQL\n  # middle_name\nSQL\n"),
        ("a.ts", "const q = `\n// ${p.middleName}\n`\n"),
        ("a.tsx", "<p>\n// {p.middleName}\n</p>\n"),
        ("a.php", "<?php ?>\n// <?= $p->middleName ?>\n"),
        ("a.go", "q := `\n// middle_name\n`\n"),
        ("a.rs", 'let q = r#"\n// middle_name\n"#;\n'),
        ("a.sql", "DO $x$ EXECUTE $$\n-- $$ || 'middle_name' $x$\n"),
        ("a.html", "<!-- {{ p.middle_name }} -->\n"),
        ("a.jsp", "<!-- <%= p.getMiddleName() %> -->\n"),
        ("a.vue", "<!--\n{{ middleName }}\n-->\n"),
        ("a.sh", "echo ${#middle_name}\n"),
        ("a.sh", "cat <<E\n# $middle_name\nE\n"),
        ("a.yml", "sql: |\n  # middle_name\n"),
        ("a.java", '"""\n/* middleName */\n"""'),
        ("a.ts", "/* never closed\nmiddleName\n"),
        ("a.ex", '"""\n# #{p.middle_name}\n"""\n'),
        ("a.lua", "x = [[\n-- middle_name\n]]\n"),
        ("a.mdx", "// {p.middleName}\n"),
    ],
)
def test_what_only_looks_like_a_comment_is_a_reader(path, text):
    found = mentions(path, text, [MIDDLE])
    assert [each.how for each in found] in ([How.PERHAPS], [How.NAMES])


def test_a_plain_comment_counts_too_says_so_and_gives_way_to_a_real_use():
    lost = [LostName("column", "nick", "patient")]
    (found,) = judged(DROP, release("v1.2.0", "// nick\n", path="a.ts"))
    assert found.consequence is Consequence.REFUSED
    assert "names it in what may be a comment (remove it, or say `-- bluegreen: reviewed why`): a.ts:1" in found.readers
    text = "// nick\n// nick\n// nick\n// nick\np.nick\n"
    both = ReleaseCode("v1.2.0", "served before", tuple(mentions("a.ts", text, lost)))
    assert (both.names(lost[0]).line, both.names(lost[0]).how) == (5, How.NAMES)
    (passed,) = judged(f"-- bluegreen: reviewed why\n{DROP}", release("v1.2.0", "// nick\n", path="a.ts"))
    assert passed.consequence is Consequence.REVIEWED


@pytest.mark.parametrize(
    "line",
    [
        'x = "middle" + "_name"',
        "x = 'mid' 'dle_name'",
        "$x = 'middle_' . 'name';",
        "EXECUTE 'SELECT middle' || '_name'",
        'x = "middle" .. "_name"',
        'x = "middle" <> "_name"',
        r'x = "\u006diddle_name"',
        r'x = "\x6diddle\u{5f}name"',
        r'x = "\U0000006diddleName"',
        "<b>&#109;iddle_name</b>",
        "{{ p.get_middle_name_display }}",
        "p.get_middle_name_display()",
    ],
)
def test_a_name_that_literals_put_together_is_read(line):
    assert [found.how for found in mentions("a.txt.erb", line, [MIDDLE])] == [How.NAMES]


@pytest.mark.parametrize("line", ['x = ["middle", "name"]', 'f("middle", "_name")', r'x = "middle\u000aname"'])
def test_literals_that_stand_apart_are_not_put_together(line):
    assert mentions("a.js", line, [MIDDLE]) == []


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
        ("content/page.mdx", True),
        ("clinic/templates/mail.txt", True),
        ("resources/views/mail.md", True),
        ("README.md", False),
        ("notes.txt", False),
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
    assert found.readers == f"nothing names nick in v1.2.0, v1.1.0 ({UNSEEN})"
    assert found.says.startswith(
        f"it passes, for nothing names nick in v1.2.0, v1.1.0 ({UNSEEN}). Where code does name it: patient.nick is"
    )


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


RAILS = "gem 'rails'"
LEAVES_OUT = 'class Patient < ApplicationRecord\n  self.ignored_columns += ["nick"]\nend\n'
KEEPS = "class Patient < ApplicationRecord\nend\n"
OF_ALL = 'class ApplicationRecord < ActiveRecord::Base\n  self.ignored_columns += ["nick"]\nend\n'
OF_VISITS = LEAVES_OUT.replace("Patient", "Visit")


@pytest.mark.parametrize(
    ("texts", "passes"),
    [
        ({"Gemfile": 'gem "rails"'}, False),
        ({"Gemfile.lock": "    rails (8.0.1)"}, False),
        ({"Gemfile": "gem 'sinatra-activerecord'"}, False),
        ({"db/schema.rb": 't.string "nick"'}, False),
        ({"p.rb": KEEPS}, False),
        ({"p.rb": "class Patient < ActiveRecord::Base; end"}, False),
        ({"p.rb": "class Patient < Sequel::Model; end"}, False),
        ({"bin/run": "ActiveRecord::Base.establish_connection"}, False),
        ({"m.py": "Base = automap_base()"}, False),
        ({"m.py": "metadata.reflect(engine)"}, False),
        ({"m.py": "t = Table('patient', m, autoload_with=e)"}, False),
        ({"m.py": "# automap_base"}, True),
        ({"Gemfile": "gem 'sinatra'"}, True),
        ({"Gemfile": RAILS, "p.rb": LEAVES_OUT}, True),
        ({"Gemfile": RAILS, "p.rb": KEEPS, "v.rb": OF_VISITS}, False),
        ({"Gemfile": RAILS, "p.rb": 'self.ignored_columns += ["nick"]'}, False),
        ({"p.rb": f"{OF_VISITS}{KEEPS}"}, False),
        ({"p.rb": f"{KEEPS}{OF_VISITS}"}, False),
        ({"p.rb": KEEPS, "a.rb": OF_ALL}, True),
        ({"p.rb": KEEPS.replace("Application", "Old"), "a.rb": OF_ALL}, False),
        ({"p.rb": LEAVES_OUT, "admin/p.rb": KEEPS.replace("Patient", "Admin::Patient")}, False),
        ({"p.rb": OF_VISITS.replace("\n", '\n  self.table_name = "patient"\n', 1)}, True),
        ({"p.rb": LEAVES_OUT.replace("\n", '\n  self.table_name = "guests"\n', 1)}, False),
        ({"p.rb": LEAVES_OUT.replace("+= ", "-= ")}, False),
        ({"p.rb": LEAVES_OUT.replace("self.ig", "# self.ig")}, False),
        ({"p.rb": LEAVES_OUT.replace('"]', '"] if old?')}, False),
        ({"p.rb": f"=begin\n{LEAVES_OUT}=end\n{KEEPS}"}, False),
        ({"p.rb": LEAVES_OUT.replace('["nick"]', "[\n    :town,\n    :nick,\n  ]")}, True),
        ({"p.rb": LEAVES_OUT.replace('["nick"]', "[\n    :town,\n    # :nick,\n  ]")}, False),
        ({"p.rb": f"{LEAVES_OUT}puts nick\n"}, False),
        ({"p.rb": LEAVES_OUT, "s.rb": "class Patient < Sequel::Model; end"}, False),
        ({"p.rb": LEAVES_OUT, "m.py": "automap_base()"}, False),
        ({"Gemfile": RAILS, "s.prisma": "  nick String @ignore"}, False),
        ({"s.prisma": "  nick String @ignore"}, True),
        ({"s.prisma": "  nick String // @ignore"}, False),
        ({"a.java": "@ignore String nick;"}, False),
    ],
)
def test_an_orm_that_reads_the_columns_by_itself_has_to_be_told(texts, passes):
    lost = [LostName("column", "nick", "patient")]
    found = [each for path, text in texts.items() for each in mentions(path, text, lost)]
    (objection,) = judged(DROP, ReleaseCode("v1.2.0", "in production", tuple(found)))
    assert objection.consequence is (Consequence.UNREAD if passes else Consequence.REFUSED)


def test_manifests_are_read_whatever_the_globs_say():
    settings = MigrationSettings(code=("app/**", "!**/Gemfile"))
    for path in ("Gemfile", "api/Gemfile", "Gemfile.lock", "gems.rb", "x.gemspec", "composer.json", "cpanfile"):
        assert is_code(path, settings)
        assert is_manifest(path)
    assert not is_code("vendor/Gemfile", settings)
    assert not is_code("lib/a.rb", settings)


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
