"""Rules about what makes everybody wait for a table."""

from bluegreen.core.migrations.rules.rule import Rule

INDEX = Rule(
    "M301",
    "index-not-concurrently",
    "{what} is built while nobody may write to the table: minutes for millions of rows",
    (
        "CREATE INDEX CONCURRENTLY, outside a transaction and in a file of its own",
        "Where it fails it leaves an invalid index: DROP INDEX CONCURRENTLY, and again",
    ),
    "CREATE INDEX users_email ON users (email);",
    "CREATE INDEX CONCURRENTLY users_email ON users (email);",
)
DROP_INDEX = Rule(
    "M302",
    "drop-index-not-concurrently",
    "{what} is dropped under a lock that waits for all queries of its table and lets none begin meanwhile",
    ("DROP INDEX CONCURRENTLY, outside a transaction", "See first that no query needs it (pg_stat_user_indexes)"),
    "DROP INDEX users_email;",
    "DROP INDEX CONCURRENTLY users_email;",
)
UNIQUE = Rule(
    "M303",
    "add-unique",
    "{what} builds its index while nobody may use the table, and duplicates that the release in production writes are "
    "refused",
    ("CREATE UNIQUE INDEX CONCURRENTLY", "ALTER TABLE … ADD CONSTRAINT … UNIQUE USING INDEX …"),
    "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);",
    "CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);\n"
    "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;",
)
PRIMARY_KEY = Rule(
    "M304",
    "add-primary-key",
    "{what} builds its index, and reads every row for NOT NULL, while nobody may use the table",
    (
        "Make the columns NOT NULL first, by way of a validated CHECK",
        "CREATE UNIQUE INDEX CONCURRENTLY",
        "ALTER TABLE … ADD CONSTRAINT … PRIMARY KEY USING INDEX …",
    ),
    "ALTER TABLE users ADD PRIMARY KEY (id);",
    "CREATE UNIQUE INDEX CONCURRENTLY users_pkey ON users (id);\n"
    "ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey;",
)
FOREIGN_KEY = Rule(
    "M305",
    "add-foreign-key",
    "{what} reads every row while nobody may write to either table, and rows of the release in production that break "
    "it are refused",
    (
        "ADD CONSTRAINT … FOREIGN KEY … NOT VALID (of a new column: after ADD COLUMN without REFERENCES)",
        "In a transaction of its own: VALIDATE CONSTRAINT, which lets others read and write",
    ),
    "ALTER TABLE visits ADD CONSTRAINT visits_user FOREIGN KEY (user_id) REFERENCES users (id);",
    "ALTER TABLE visits ADD CONSTRAINT visits_user FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;\n"
    "ALTER TABLE visits VALIDATE CONSTRAINT visits_user;",
)
CHECK = Rule(
    "M306",
    "add-check",
    "{what} reads every row while nobody may use the table, and rows of the release in production that break it are "
    "refused",
    ("ADD CONSTRAINT … CHECK … NOT VALID", "In a transaction of its own: VALIDATE CONSTRAINT"),
    "ALTER TABLE users ADD CONSTRAINT users_age CHECK (age > 0);",
    "ALTER TABLE users ADD CONSTRAINT users_age CHECK (age > 0) NOT VALID;\n"
    "ALTER TABLE users VALIDATE CONSTRAINT users_age;",
)
EXCLUSION = Rule(
    "M307",
    "add-exclusion",
    "{what} builds its index while nobody may use the table, and there is no way to add one otherwise",
    (
        "Make a new table with the constraint and move to it",
        "Or do it by hand in a quiet hour, with `-- bluegreen: reviewed …`",
    ),
    "ALTER TABLE rooms ADD CONSTRAINT once EXCLUDE USING gist (during WITH &&);",
    "CREATE TABLE rooms_2 (during tsrange, EXCLUDE USING gist (during WITH &&));",
)
REWRITE = Rule(
    "M308",
    "rewrite",
    "{what}: every row and index is written anew while nobody may use the table",
    (
        "Add the column nullable and without a default",
        "SET DEFAULT in a statement of its own, for rows to come",
        "Fill the old rows after the switch, in batches",
    ),
    "ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();",
    "ALTER TABLE users ADD COLUMN token uuid;\nALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();",
)
LOGGED = Rule(
    "M309",
    "logged-or-unlogged",
    "{what}: every row is written anew while nobody may use the table, and an unlogged one is empty after a crash",
    ("Make the table as it is wanted from the beginning, and move to it",),
    "ALTER TABLE sessions SET UNLOGGED;",
    "CREATE UNLOGGED TABLE sessions_2 (id text);",
)
MAINTENANCE = Rule(
    "M310",
    "rewriting-maintenance",
    "{what}: nobody may use the table until all of it is written anew",
    (
        "VACUUM without FULL, REINDEX … CONCURRENTLY, REFRESH MATERIALIZED VIEW CONCURRENTLY (it wants a unique index)",
        "pg_repack instead of VACUUM FULL and CLUSTER",
    ),
    "VACUUM FULL users;",
    "VACUUM users;",
)
LOCK = Rule(
    "M311",
    "lock-table",
    "{what}: whoever wants the table waits until the transaction is over",
    ("Leave it out: statements take the locks that they need",),
    "LOCK TABLE users IN ACCESS EXCLUSIVE MODE;",
    "SET lock_timeout = '5s';",
)
ATTACH = Rule(
    "M312",
    "attach-partition",
    "{what}: every row of it is read under a lock, unless a valid CHECK already says what the partition holds",
    (
        "ADD CONSTRAINT … CHECK (the partition's bound) NOT VALID, and VALIDATE CONSTRAINT",
        "Then ATTACH PARTITION",
        "Of a default partition: a valid CHECK there that rules the new bound out, and `-- bluegreen: reviewed …`",
    ),
    "ALTER TABLE visits ATTACH PARTITION visits_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');",
    "CREATE TABLE visits_2027 PARTITION OF visits FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');",
)
DETACH = Rule(
    "M313",
    "detach-partition",
    "{what}: its rows are gone for the release in production",
    (
        "Release code that does not need these rows",
        "DETACH PARTITION … CONCURRENTLY in the next release, with `-- bluegreen: reviewed …`",
    ),
    "ALTER TABLE visits DETACH PARTITION visits_2019;",
    "CREATE TABLE visits_archive (LIKE visits INCLUDING ALL);",
)
INHERIT = Rule(
    "M314",
    "change-inheritance",
    "{what}: queries of the release in production on the parent find other rows",
    ("Make a new parent and let the new code use it",),
    "ALTER TABLE visits_old INHERIT visits;",
    "CREATE TABLE visits_new () INHERITS (visits);",
)
IN_TRANSACTION = Rule(
    "M315",
    "concurrently-in-transaction",
    "{what} runs in a transaction here (a DO block or a routine always does), where PostgreSQL refuses it: the "
    "migration fails half way",
    (
        "Put it in a migration of its own",
        "Tell the tool to run that one without a transaction (golang-migrate and Prisma: "
        "one statement a file; Flyway: a file of such statements only; Liquibase: runInTransaction:false; goose: NO "
        "TRANSACTION; dbmate: transaction:false; Rails: disable_ddl_transaction!; Django: atomic = False)",
    ),
    "BEGIN;\nCREATE INDEX CONCURRENTLY i ON users (email);\nCOMMIT;",
    "CREATE INDEX CONCURRENTLY i ON users (email);",
)
VALIDATE_AT_ONCE = Rule(
    "M316",
    "validate-in-same-transaction",
    "{what} is validated in the transaction that adds it: the lock of the addition is held while every row is read",
    ("Put VALIDATE CONSTRAINT in a migration, and so a transaction, of its own",),
    "BEGIN;\nALTER TABLE users ADD CONSTRAINT c CHECK (age > 0) NOT VALID;\nALTER TABLE users VALIDATE CONSTRAINT c;\n"
    "COMMIT;",
    "ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0) NOT VALID;\nALTER TABLE users VALIDATE CONSTRAINT c;",
)

ALL = (
    INDEX,
    DROP_INDEX,
    UNIQUE,
    PRIMARY_KEY,
    FOREIGN_KEY,
    CHECK,
    EXCLUSION,
    REWRITE,
    LOGGED,
    MAINTENANCE,
    LOCK,
    ATTACH,
    DETACH,
    INHERIT,
    IN_TRANSACTION,
    VALIDATE_AT_ONCE,
)
