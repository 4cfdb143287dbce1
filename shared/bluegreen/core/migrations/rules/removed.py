"""Rules about what a release that still runs would miss."""

from bluegreen.core.migrations.rules.rule import Rule

_NEXT = (
    "In a later release, once no release that can come back names it, drop it; where older ones do, say from which on "
    "the code does without: `-- bluegreen: contract since v1.4.0 …`"
)

DROP_COLUMN = Rule(
    "M101",
    "drop-column",
    "{what} is dropped: every SELECT, INSERT or UPDATE of the release in production that names it fails at once, and "
    "so does every release that production may go back to. ORMs name all columns that they knew when they started",
    (
        "Release code that neither reads nor writes it (and tell the ORM to ignore it)",
        "If it is NOT NULL without a default, drop the NOT NULL first, so that the new code may leave it out",
        _NEXT,
    ),
    'ALTER TABLE "Patient" DROP COLUMN "nickname";',
    'ALTER TABLE "Patient" ALTER COLUMN "nickname" DROP NOT NULL; -- the drop follows in the next release',
)
DROP_TABLE = Rule(
    "M102",
    "drop-table",
    "{what} is dropped: the release in production still queries it, and its rows do not come back with a rollback",
    (
        "Release code that does not use the table",
        _NEXT,
        "Rename nothing meanwhile: a renamed table is gone for the old code too",
    ),
    "DROP TABLE visits;",
    "COMMENT ON TABLE visits IS 'unused since v1.4.0; to be dropped in v1.5.0';",
)
RENAME_COLUMN = Rule(
    "M103",
    "rename-column",
    "{what} is renamed: for the release in production the old name is gone, for a release before it too",
    (
        "Add a column of the new name, nullable",
        "Release code that writes both and reads the old one",
        "Copy the old rows after the switch, in batches",
        "Release code that uses the new one only",
        "Drop the old one in the release after that",
    ),
    "ALTER TABLE users RENAME COLUMN name TO full_name;",
    "ALTER TABLE users ADD COLUMN full_name text;",
)
RENAME_TABLE = Rule(
    "M104",
    "rename-table",
    "{what} is renamed or moved: every statement of the release in production that names it fails",
    (
        "Make the new table and write to both",
        "Copy the rows after the switch",
        "Read from the new one only",
        "Drop the old one in the next release",
        "Or keep the old name alive: rename and, in the same transaction, make a "
        "simple view of the old name (then say `-- bluegreen: reviewed …`)",
    ),
    "ALTER TABLE visits RENAME TO encounters;",
    "CREATE TABLE encounters (id bigint PRIMARY KEY, visit_id bigint);",
)
DROP_DEFAULT = Rule(
    "M105",
    "drop-default",
    "the default of {what} goes: the release in production may leave the column out when it inserts; then NOT NULL "
    "refuses its rows, or they hold nothing where they held something",
    (
        "Keep the default while a release that leaves the column out can come back",
        "Drop it in the next release, with `-- bluegreen: reviewed …`",
    ),
    "ALTER TABLE users ALTER COLUMN active DROP DEFAULT;",
    "ALTER TABLE users ALTER COLUMN active SET DEFAULT true;",
)
DROP_VIEW = Rule(
    "M106",
    "drop-view",
    "{what} is dropped: whatever the release in production reads from it fails",
    ("Make the new view under a new name", "Release code that reads it", _NEXT),
    "DROP VIEW active_users;",
    "CREATE VIEW active_users_2 AS SELECT id, name FROM users WHERE active;",
)
REPLACE_VIEW = Rule(
    "M107",
    "replace-view",
    "{what} is replaced: the release in production reads other rows or values from it from this moment on",
    ("Make the new view under a new name", "Release code that reads it", "Drop the old one in the next release"),
    "CREATE OR REPLACE VIEW active_users AS SELECT id FROM users WHERE seen_at > now() - interval '1 day';",
    "CREATE VIEW recent_users AS SELECT id FROM users WHERE seen_at > now() - interval '1 day';",
)
DROP_ROUTINE = Rule(
    "M108",
    "drop-routine",
    "{what} is dropped: the release in production, triggers and defaults may call it",
    ("Make the new one under a new name (or with other arguments)", "Release code that calls it", _NEXT),
    "DROP FUNCTION price(bigint);",
    "CREATE FUNCTION price_2(item bigint) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';",
)
REPLACE_ROUTINE = Rule(
    "M109",
    "replace-routine",
    "{what} is replaced or altered: the release in production gets the new behaviour at once, before its own code is "
    "replaced, and keeps it after a rollback",
    ("Make the new one under a new name", "Release code that calls it", "Drop the old one in the next release"),
    "CREATE OR REPLACE FUNCTION price(item bigint) RETURNS numeric LANGUAGE sql AS 'SELECT 2.0';",
    "CREATE FUNCTION price_2(item bigint) RETURNS numeric LANGUAGE sql AS 'SELECT 2.0';",
)
TRIGGER = Rule(
    "M110",
    "change-trigger",
    "{what}: what the release in production writes is treated otherwise from this moment on",
    (
        "Let the new code do it instead, so that it comes and goes with the release",
        "A trigger that only copies a column to its new name is fine: make its function in the same migration, where "
        "it can be read (no RAISE EXCEPTION, no RETURN NULL)",
    ),
    "DROP TRIGGER keep_history ON users;",
    "CREATE FUNCTION copy_name() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.full_name := NEW.name; "
    "RETURN NEW; END $$;\nCREATE TRIGGER copy_name BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION "
    "copy_name();",
)
DROP_TYPE = Rule(
    "M111",
    "drop-type",
    "{what} is dropped: columns of it go with CASCADE, and casts in the release in production fail",
    ("Release code that does not name it", _NEXT),
    "DROP TYPE mood;",
    "CREATE TYPE mood_2 AS ENUM ('sad', 'fine');",
)
CHANGE_TYPE = Rule(
    "M112",
    "change-type",
    "{what}: the release in production reads and writes the old names and values",
    (
        "Add the new value (`ALTER TYPE … ADD VALUE`) and leave the old one",
        "Release code that copes with both",
        "Change the rows after the switch",
        "Make a type without the old value only once nothing uses it",
    ),
    "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';",
    "ALTER TYPE mood ADD VALUE 'fine';",
)
SEQUENCE = Rule(
    "M113",
    "change-sequence",
    "{what}: ids that the release in production draws may repeat, run out or be refused",
    (
        "Make a new sequence and let the new code draw from it",
        "To move a counter forward do it by hand, with the value read in the same transaction, and `-- bluegreen: "
        "reviewed …`",
    ),
    "ALTER SEQUENCE users_id_seq RESTART WITH 1;",
    "CREATE SEQUENCE invoice_numbers;",
)
DROP_CONSTRAINT = Rule(
    "M114",
    "drop-constraint",
    "{what} is dropped: `ON CONFLICT` of the release in production needs it, foreign keys may hang on it, and the rows "
    "that come in meanwhile make it impossible to put back",
    ("Release code that does not rely on it", _NEXT),
    "ALTER TABLE users DROP CONSTRAINT users_email_key;",
    "ALTER TABLE users DROP CONSTRAINT users_age_check;",
)
DROP_UNIQUE_INDEX = Rule(
    "M115",
    "drop-unique-index",
    "the unique index {what} is dropped: `ON CONFLICT` of the release in production fails without it, and duplicates "
    "come in",
    ("Release code that does not rely on it", _NEXT),
    "CREATE UNIQUE INDEX u ON t (a); -- in an earlier migration\nDROP INDEX CONCURRENTLY u;",
    "CREATE UNIQUE INDEX CONCURRENTLY u_2 ON t (a, b);",
)
DROP_SCHEMA = Rule(
    "M116",
    "drop-schema",
    "{what} goes, or is renamed, with all that it holds: the release in production finds nothing of it",
    ("Make the new one beside it", "Release code that uses it", _NEXT),
    "DROP SCHEMA billing CASCADE;",
    "CREATE SCHEMA billing_2;",
)
EXTENSION = Rule(
    "M117",
    "change-extension",
    "{what}: its functions, operators and types may change or go under the release in production",
    (
        "Try it on a copy of the database with the release that is in production",
        "Do it by hand in a quiet hour, apart from a release, with `-- bluegreen: reviewed …`",
    ),
    "DROP EXTENSION pg_trgm;",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm;",
)
DROP_OTHER = Rule(
    "M118",
    "change-other-object",
    "{what}: what the release in production relies on may be gone or behave otherwise",
    ("Make the new one under a new name", "Release code that uses it", _NEXT),
    "DROP OPERATOR === (text, text);",
    "CREATE COLLATION german (provider = icu, locale = 'de-DE');",
)
GENERATED = Rule(
    "M119",
    "change-generated-column",
    "{what}: rows that the release in production inserts are refused, or lack the value",
    ("Keep it generated BY DEFAULT while old code inserts", "Change it in the next release"),
    "ALTER TABLE users ALTER COLUMN id DROP IDENTITY;",
    "ALTER TABLE users ALTER COLUMN id SET GENERATED BY DEFAULT;",
)

ALL = (
    DROP_COLUMN,
    DROP_TABLE,
    RENAME_COLUMN,
    RENAME_TABLE,
    DROP_DEFAULT,
    DROP_VIEW,
    REPLACE_VIEW,
    DROP_ROUTINE,
    REPLACE_ROUTINE,
    TRIGGER,
    DROP_TYPE,
    CHANGE_TYPE,
    SEQUENCE,
    DROP_CONSTRAINT,
    DROP_UNIQUE_INDEX,
    DROP_SCHEMA,
    EXTENSION,
    DROP_OTHER,
    GENERATED,
)
