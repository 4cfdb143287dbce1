"""Rules about what a release that still runs would be refused."""

from bluegreen.core.migrations.rules.rule import Rule

NOT_NULL = Rule(
    "M201",
    "add-not-null-column",
    "{what} is added NOT NULL without a default: every INSERT of the release in production leaves it out and is "
    "refused (and the statement itself fails if the table has a row)",
    (
        "Add it nullable, or with a constant default (PostgreSQL 11 and newer write no row for that)",
        "Release code that writes it",
        "Fill the old rows after the switch, in batches",
        "Make it NOT NULL in the next release: a CHECK (… IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT, SET NOT NULL",
    ),
    'ALTER TABLE "Patient" ADD COLUMN "middleName" VARCHAR(255) NOT NULL;',
    'ALTER TABLE "Patient" ADD COLUMN "middleName" VARCHAR(255);',
)
SET_NOT_NULL = Rule(
    "M202",
    "set-not-null",
    "{what} is made NOT NULL: rows of the release in production without it are refused, and every row is read while "
    "nobody may use the table",
    (
        "Release code that always writes it",
        "ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID",
        "Fill the old rows, then VALIDATE CONSTRAINT, which lets others read and write",
        "SET NOT NULL, which then reads no row, and DROP CONSTRAINT",
    ),
    "ALTER TABLE users ALTER COLUMN email SET NOT NULL;",
    "ALTER TABLE users ADD CONSTRAINT email_there CHECK (email IS NOT NULL) NOT VALID;\n"
    "ALTER TABLE users VALIDATE CONSTRAINT email_there;\nALTER TABLE users ALTER COLUMN email SET NOT NULL;",
)
RETYPE = Rule(
    "M203",
    "change-column-type",
    "{what}: the release in production reads and writes values of the old type, and unless the new one only widens it "
    "every row and index is written anew while nobody may use the table",
    (
        "Add a column of the new type",
        "Release code that writes both",
        "Copy the old rows after the switch, in batches",
        "Release code that reads the new one",
        "Drop the old one in the release after that",
        "varchar(n) to a larger n or text, numeric to a higher precision of the same scale, and times to more digits "
        "of a second, are safe where the old type is known: pass the earlier migrations with --earlier",
    ),
    "ALTER TABLE users ALTER COLUMN age TYPE text;",
    "ALTER TABLE users ADD COLUMN age_text text;",
)
CHECK_AGAINST_OLD_CODE = Rule(
    "M204",
    "constraint-on-unwritten-column",
    "{what} demands a value of a column that is added in the same release: no row that the release in production "
    "inserts has one, so all are refused, NOT VALID or not",
    ("Give the column a default, or leave it nullable", "Demand it in the next release"),
    "ALTER TABLE users ADD COLUMN email text;\nALTER TABLE users ADD CONSTRAINT c CHECK (email IS NOT NULL) NOT VALID;",
    "ALTER TABLE users ADD COLUMN email text;",
)
REVOKE = Rule(
    "M205",
    "revoke",
    "{what}: statements of the release in production may be refused",
    ("Give the new role its rights first", "Release code that uses it", "Revoke the old ones in the next release"),
    "REVOKE UPDATE ON users FROM app;",
    "GRANT SELECT ON users TO reporting;",
)
ROLE = Rule(
    "M206",
    "change-role",
    "{what}: the release in production may not be let in any more, or lose rights",
    (
        "Make a new role and grant it what it needs",
        "Release code that logs in with it",
        "Change or drop the old one in the next release",
    ),
    "ALTER ROLE app NOLOGIN;",
    "CREATE ROLE app_2 LOGIN;",
)
OWNER = Rule(
    "M207",
    "change-owner",
    "{what}: a role that worked with it as its owner loses all that it was not granted",
    (
        "Grant the old owner what the release in production needs",
        "Change the owner by hand, with `-- bluegreen: reviewed …`",
    ),
    "ALTER TABLE users OWNER TO admin;",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON users TO admin;",
)
ROW_SECURITY = Rule(
    "M208",
    "row-level-security",
    "{what}: the release in production sees and writes fewer rows, or none, or more than it should",
    ("Release code that sets what the policies ask for", "Turn them on in the next release"),
    "ALTER TABLE users ENABLE ROW LEVEL SECURITY;",
    "ALTER TABLE users ADD COLUMN tenant bigint;",
)
RULE = Rule(
    "M209",
    "change-rule",
    "{what}: statements of the release in production are rewritten from this moment on",
    ("Let the new code do it instead",),
    "CREATE RULE no_delete AS ON DELETE TO users DO INSTEAD NOTHING;",
    "ALTER TABLE users ADD COLUMN deleted_at timestamptz;",
)
DOMAIN = Rule(
    "M210",
    "restrict-domain",
    "{what}: values of the release in production are refused, and every table that uses the domain is read while "
    "nobody may write to it",
    ("ALTER DOMAIN … ADD CONSTRAINT … NOT VALID once the code writes such values only", "VALIDATE CONSTRAINT later"),
    "ALTER DOMAIN email ADD CONSTRAINT c CHECK (VALUE LIKE '%@%');",
    "ALTER DOMAIN email ADD CONSTRAINT c CHECK (VALUE LIKE '%@%') NOT VALID;",
)
PUBLICATION = Rule(
    "M211",
    "change-replication",
    "{what}: replicas may lose rows, and tables without a primary key take no UPDATE any more once they are published",
    ("Do it by hand, apart from a release, with `-- bluegreen: reviewed …`",),
    "CREATE PUBLICATION everything FOR ALL TABLES;",
    "ALTER TABLE users REPLICA IDENTITY FULL;",
)
CONSTRAINT_NOT_VALID = Rule(
    "M212",
    "constraint-binds-old-code",
    "{what} holds for new rows at once: the release in production must not write any that break it",
    ("See that the release in production writes such rows only",),
    "ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0);",
    "ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0) NOT VALID;",
    warns=True,
)
LOOSER = Rule(
    "M213",
    "looser-for-old-code",
    "{what}: the release in production, and whatever production goes back to, may meet what it did not know so far",
    ("Write such rows only once no release can come back that cannot read them",),
    "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';",
    "ALTER TYPE mood ADD VALUE 'fine';",
    warns=True,
)

ALL = (
    NOT_NULL,
    SET_NOT_NULL,
    RETYPE,
    CHECK_AGAINST_OLD_CODE,
    REVOKE,
    ROLE,
    OWNER,
    ROW_SECURITY,
    RULE,
    DOMAIN,
    PUBLICATION,
    CONSTRAINT_NOT_VALID,
    LOOSER,
)
