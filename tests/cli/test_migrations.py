"""`bluegreen migrations`: for any team's continuous integration."""

import json

import pytest
from typer.testing import CliRunner

from bluegreen_cli.main import app

BAD = 'ALTER TABLE "Patient" ADD COLUMN "middleName" VARCHAR(255) NOT NULL;\n'
GOOD = 'ALTER TABLE "Patient" ADD COLUMN "middleName" VARCHAR(255);\n'


def run(*arguments):
    return CliRunner().invoke(app, ["migrations", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_refusal_names_place_rule_reason_and_the_safe_way(folder):
    (folder / "V2__x.sql").write_text(f"-- a name\n{BAD}")
    done = run("check", "V2__x.sql")
    assert done.exit_code == 1
    assert done.stdout.startswith("V2__x.sql:2: M201 add-not-null-column: refused\n")
    assert "every INSERT of the release in production" in " ".join(done.stdout.split())
    assert "1. Add it nullable, or with a constant default" in done.stdout
    assert done.stdout.endswith("1 statement in 1 file: 1 refused\n")


def test_the_safe_form_passes(folder):
    (folder / "V2__x.sql").write_text(GOOD)
    done = run("check", "V2__x.sql")
    assert (done.exit_code, done.stdout) == (0, "1 statement in 1 file: nothing objected to\n")


def test_json_has_what_a_program_needs(folder):
    (folder / "a.sql").write_text(BAD)
    told = json.loads(run("check", "a.sql", "--json").stdout)
    assert (told["ok"], told["files"], told["statements"]) == (False, 1, 1)
    (found,) = told["objections"]
    assert (found["code"], found["file"], found["line"], found["consequence"]) == ("M201", "a.sql", 1, "refused")
    assert found["steps"]
    assert found["safe"]
    assert found["lock"]
    assert run("check", "a.sql", "--format", "json").stdout == run("check", "a.sql", "--json").stdout


def test_github_shows_it_beside_the_line(folder):
    (folder / "a,b.sql").write_text(BAD + "ALTER TABLE a ALTER COLUMN b DROP NOT NULL;")
    done = run("check", "a,b.sql", "--format", "github")
    error, warning = done.stdout.splitlines()
    assert error.startswith("::error file=a%2Cb.sql,line=1,title=M201 add-not-null-column::Patient.middleName is added")
    assert "%0A1. Add it nullable" in error
    assert warning.startswith("::warning file=a%2Cb.sql,line=2,title=M213 looser-for-old-code::")
    assert done.exit_code == 1


def test_a_folder_is_read_in_the_order_of_its_numbers(folder):
    (folder / "m").mkdir()
    (folder / "m" / "V10__b.sql").write_text("CREATE INDEX ON a (id);")
    (folder / "m" / "V2__a.sql").write_text("CREATE TABLE a (id int);")
    assert run("check", "m").exit_code == 0


def test_what_was_migrated_before_is_known(folder):
    (folder / "m").mkdir()
    (folder / "m" / "V1__a.sql").write_text("CREATE TABLE a (name varchar(10));")
    (folder / "m" / "V2__b.sql").write_text("ALTER TABLE a ALTER COLUMN name TYPE text;")
    assert run("check", "m/V2__b.sql").exit_code == 1
    assert run("check", "m/V2__b.sql", "--earlier", "m").exit_code == 0


@pytest.mark.parametrize("name", ["missing.sql", "empty", "latin.sql"])
def test_what_cannot_be_read_is_neither_good_nor_refused(folder, name):
    (folder / "empty").mkdir()
    (folder / "latin.sql").write_bytes(b"SELECT '\xe9';")
    done = run("check", name)
    assert done.exit_code == 2
    assert name in done.stderr


def test_every_code_that_is_told_can_be_explained(folder):
    (folder / "a.sql").write_text(BAD)
    code = json.loads(run("check", "a.sql", "--json").stdout)["objections"][0]["code"]
    done = run("explain", code)
    assert done.exit_code == 0
    assert BAD.strip() in done.stdout
    assert GOOD.strip() in done.stdout
    assert run("explain", "M000").exit_code == 2


def test_help_names_what_lets_a_statement_pass():
    text = run("check", "--help").stdout
    assert "reviewed WHY" in text
    assert "--earlier" in text


DROP = "ALTER TABLE patient DROP COLUMN nick;\n"


def code_of(folder, name, **files):
    for path, text in files.items():
        there = folder / name / path.replace("__", "/").replace("_dot_", ".")
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text(text)


def test_with_the_code_of_the_releases_a_drop_passes_once_none_names_it(folder):
    (folder / "db").mkdir()
    (folder / "db" / "V2__x.sql").write_text(DROP)
    code_of(folder, "new", app_dot_py="x = 1\n", db__V1_dot_sql="CREATE TABLE patient (nick text);\n")
    code_of(folder, "old", app_dot_py="# nick\nx = row['nick']\n", README_dot_md="nick")
    assert run("check", "db/V2__x.sql").exit_code == 1
    clean = run("check", "db/V2__x.sql", "--code", "new")
    assert clean.exit_code == 0
    assert "M101 drop-column: readers gone" in clean.stdout
    named = run("check", "db/V2__x.sql", "--code", "new", "--code", "old", "--json")
    assert named.exit_code == 1
    (found,) = json.loads(named.stdout)["objections"]
    assert found["readers"] == "nick: old (its code) still names it: app.py:2"
    assert "old (its code) still names it: app.py:2" in run("check", "db", "--code", "old", "--format", "github").stdout
    assert run("check", "db", "--code", "old", "--code-files", "lib/**").exit_code == 1  # nothing of it is code
    assert run("check", "db", "--code", "old", "--code-files", "!app.py", "--code-files", "x.py").exit_code == 1


@pytest.mark.parametrize("kind", ["submodule", "link", "large", "nothing"])
def test_code_that_could_not_be_read_is_named(folder, kind):
    (folder / "V2__x.sql").write_text(DROP)
    code_of(folder, "old", app_dot_py="x = 1\n")
    told = {"submodule": "lib/x (a submodule", "link": "y.py (a link", "large": "z.py (5000001", "nothing": "no file"}[
        kind
    ]
    if kind == "submodule":
        (folder / "old" / ".gitmodules").write_text('[submodule "x"]\n\tpath = lib/x\n')
    elif kind == "link":
        (folder / "old" / "y.py").symlink_to("/etc/hostname")
    elif kind == "large":
        (folder / "old" / "z.py").write_text("x" * 5_000_001)
    else:
        (folder / "old" / "app.py").unlink()
    done = run("check", "V2__x.sql", "--code", "old", "--json")
    assert done.exit_code == 1
    assert told in json.loads(done.stdout)["objections"][0]["readers"]
    assert run("check", "V2__x.sql", "--code", "nowhere").exit_code == 2


def test_a_dump_is_compared_with_an_earlier_one(folder):
    (folder / "old").mkdir()
    (folder / "old" / "structure.sql").write_text("CREATE TABLE t (id bigint, nick text);\n")
    (folder / "structure.sql").write_text("CREATE TABLE t (id bigint, town text);\n")
    done = run("check", "structure.sql", "--earlier", "old/structure.sql", "--json")
    assert [found["code"] for found in json.loads(done.stdout)["objections"]] == ["M101"]
    assert json.loads(done.stdout)["statements"] == 2


def test_manifests_outside_the_globs_are_read_and_are_no_code_by_themselves(folder):
    (folder / "V2__x.sql").write_text(DROP)
    code_of(folder, "new", app__p_dot_rb="x = 1\n", Gemfile="gem 'rails'\n")
    named = run("check", "V2__x.sql", "--code", "new", "--code-files", "app/**")
    assert named.exit_code == 1
    assert "works with an ORM" in " ".join(named.stdout.split())
    (folder / "new" / "Gemfile").write_text("gem 'sinatra'\n")
    assert run("check", "V2__x.sql", "--code", "new", "--code-files", "app/**").exit_code == 0
    nothing = run("check", "V2__x.sql", "--code", "new", "--code-files", "lib/**")
    assert nothing.exit_code == 1
    assert "no file of it counts as code" in " ".join(nothing.stdout.split())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("contract since v1.4.0 gone", "floor v1.4.0: production does not go back below it"),
        ("contract gone", "the floor is the release itself: production does not go back below it"),
        ("contract since the beginning", "warning: `since the` names no version, so the floor is the release itself"),
        ("reviewed gone", ""),
    ],
)
def test_a_contract_tells_which_floor_was_read(folder, said, told):
    (folder / "a.sql").write_text(f"-- bluegreen: {said}\n{DROP}")
    done = run("check", "a.sql")
    assert done.exit_code == 0
    assert told in " ".join(done.stdout.split())
    assert told in run("check", "a.sql", "--format", "github").stdout
    (found,) = json.loads(run("check", "a.sql", "--json").stdout)["objections"]
    assert found["floor"].startswith(told)
    assert bool(found["floor"]) is bool(told)


@pytest.mark.parametrize(
    "secret",
    ["'hunter2 x'", "E'hun\\'ter2'", "$$hunter2$$", "$a$hunter2$a$", "U&'hunter2'", "'hun''ter2'", "/* x */ 'hunter2'"],
)
@pytest.mark.parametrize("behind", ["", " FROB"])
def test_a_password_is_never_shown(folder, secret, behind):
    (folder / "a.sql").write_text(f"ALTER ROLE app LOGIN PASSWORD {secret}{behind};")
    for shape in ("json", "text", "github"):
        done = run("check", "a.sql", "--format", shape)
        assert done.exit_code == 1
        assert "ter2" not in done.stdout
    (found,) = json.loads(run("check", "a.sql", "--json").stdout)["objections"]
    assert "PASSWORD [hidden]" in found["statement"]


def test_what_cannot_be_parsed_is_refused_with_1_and_help_says_so(folder):
    (folder / "a.sql").write_text("ALTER TABLE users FROB;")
    done = run("check", "a.sql")
    assert (done.exit_code, "M901" in done.stdout) == (1, True)
    assert "M901" in run("check", "--help").stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ALTER TABLE t ADD COLUMN u int REFERENCES z (id);", ["the foreign key of the added column t.u reads"]),
        ("ALTER TABLE t ADD COLUMN u int UNIQUE;", ["the unique constraint of the added column t.u"]),
        ("MERGE INTO t USING s ON t.i = s.i WHEN MATCHED THEN DELETE;", ["every row of t that MERGE finds is deleted"]),
        (
            "MERGE INTO t USING s ON t.i = s.i WHEN MATCHED AND s.x THEN DELETE WHEN MATCHED THEN UPDATE SET a = 1;",
            ["every row of t that MERGE finds is deleted", "every row of t that MERGE finds is changed"],
        ),
    ],
)
def test_a_refusal_names_what_is_done(folder, text, says):
    (folder / "a.sql").write_text(text)
    found = json.loads(run("check", "a.sql", "--json").stdout)["objections"]
    assert [each["breaks"].startswith(start) for each, start in zip(found, says, strict=True)] == [True] * len(says)


def test_a_file_in_which_nothing_is_run_passes_and_is_named(folder):
    (folder / "a.sql").write_text("")
    (folder / "b.sql").write_text("-- This is an empty migration.\n")
    (folder / "c.sql").write_text("-- migrate:up\n-- migrate:down\nDROP TABLE users;\n")
    done = run("check", "a.sql", "b.sql", "c.sql")
    said = "0 statements in 3 files: nothing objected to; nothing to run in a.sql, b.sql, c.sql\n"
    assert (done.exit_code, done.stdout) == (0, said)
    assert json.loads(run("check", "a.sql", "--json").stdout)["empty"] == ["a.sql"]
    assert run("check", "a.sql", "--format", "github").stdout == "::notice file=a.sql,line=1::nothing to run in a.sql\n"


def test_of_a_folder_files_are_read_whose_ending_is_in_capitals_too(folder):
    (folder / "db" / "old.sql").mkdir(parents=True)
    (folder / "db" / "V2__X.SQL").write_text(BAD)
    done = run("check", "db")
    assert done.exit_code == 1
    assert done.stdout.startswith("db/V2__X.SQL:1: M201 ")
