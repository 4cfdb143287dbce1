"""Rules about rows that are changed, and about what cannot be judged."""

from bluegreen.core.migrations.rules.rule import Rule

_REVIEW = "Look at it with somebody, and say `-- bluegreen: reviewed <why it is safe>` on the line before it"

TRUNCATE = Rule(
    "M401",
    "truncate",
    "{what} is emptied: the release in production loses its rows, no rollback brings them back, and nobody may use the "
    "table meanwhile",
    ("Write to a new table instead", "Empty the old one once no release uses it"),
    "TRUNCATE sessions;",
    "DELETE FROM sessions WHERE expires_at < '2026-01-01';",
)
DELETE_ALL = Rule(
    "M402",
    "delete-without-where",
    "every row of {what} is deleted: the release in production loses them, and no rollback brings them back",
    ("Say which rows, in batches, after the switch",),
    "DELETE FROM sessions;",
    "DELETE FROM sessions WHERE expires_at < '2026-01-01';",
)
UPDATE_ALL = Rule(
    "M403",
    "update-without-where",
    "every row of {what} is changed in one statement: their locks make writers wait until it ends, and the release in "
    "production reads the new values at once",
    ("Let the new code read old and new values", "Change the rows after the switch, in batches of some thousands"),
    "UPDATE users SET active = true;",
    "UPDATE users SET active = true WHERE id BETWEEN 1 AND 1000;",
)
MIXED = Rule(
    "M404",
    "schema-and-rows-together",
    "{what} changes rows in a migration that also changes the schema of a table in use: the schema's lock is held "
    "until the rows are done, and one cannot be repeated without the other",
    ("Keep the change of the schema in this migration", "Move the rows to a migration of its own, after the switch"),
    "ALTER TABLE users ADD COLUMN active boolean;\nUPDATE users SET active = true WHERE active IS NULL;",
    "ALTER TABLE users ADD COLUMN active boolean DEFAULT true;",
)
CATALOG = Rule(
    "M405",
    "system-catalog",
    "{what}: PostgreSQL's own tables are changed by hand",
    ("Use the statement that PostgreSQL has for it",),
    "UPDATE pg_attribute SET attnotnull = true WHERE attname = 'email';",
    "ALTER TABLE users ALTER COLUMN email SET DEFAULT '';",
)
SERVER = Rule(
    "M406",
    "server-setting",
    "{what}: it holds for all that use the database, or for more than this migration",
    (
        "Change settings of the database by hand, apart from a release",
        "SET LOCAL or SET, for lock_timeout and such, is fine",
    ),
    "ALTER SYSTEM SET max_connections = 500;",
    "SET lock_timeout = '5s';",
)
UNREADABLE = Rule(
    "M901",
    "not-readable",
    "{what}: PostgreSQL 17 would not read it, so nobody can say what it does",
    ("Mend it, or write it as plain SQL", _REVIEW),
    "ALTER TABLE users FROB COLUMN email;",
    "ALTER TABLE users ADD COLUMN email text;",
)
DYNAMIC = Rule(
    "M902",
    "not-constant",
    "{what} is put together when it runs, so it cannot be judged",
    ("Write the statements out", _REVIEW),
    "DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables LOOP EXECUTE 'DROP TABLE ' || t; END LOOP; "
    "END $$;",
    "DO $$ BEGIN EXECUTE 'ALTER TABLE users ADD COLUMN email text'; END $$;",
)
UNKNOWN_CALL = Rule(
    "M903",
    "unknown-routine",
    "{what} is called, whose body is in none of the migrations that were read: it may do anything",
    ("Pass the earlier migrations with --earlier, if one of them makes it", _REVIEW),
    "SELECT reset_everything();",
    "SELECT count(*) FROM users;",
)
UNKNOWN = Rule(
    "M904",
    "no-rule",
    "{what}: there is no rule that says what it does to a release that runs",
    (_REVIEW,),
    "LOAD 'auto_explain';",
    "SET lock_timeout = '5s';",
)

ALL = (TRUNCATE, DELETE_ALL, UPDATE_ALL, MIXED, CATALOG, SERVER, UNREADABLE, DYNAMIC, UNKNOWN_CALL, UNKNOWN)
