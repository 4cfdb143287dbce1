"""Dumps of the whole schema, compared; and programs beside them."""

import pytest

from bluegreen.core.migrations import gate
from bluegreen.core.migrations.gate import MigrationFile

BEFORE = """SET client_encoding = 'UTF8';
CREATE TYPE public.mood AS ENUM ('sad', 'ok');
CREATE TABLE public.users (
    id bigint NOT NULL,
    name character varying(50),
    price numeric(10,2) DEFAULT 0.0 NOT NULL,
    note text DEFAULT 'a, (b'::text,
    CONSTRAINT positive CHECK ((price > (0)::numeric))
);
CREATE VIEW public.names AS SELECT users.name FROM public.users;
CREATE FUNCTION public.f() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;
ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE INDEX by_name ON public.users USING btree (name);
CREATE TRIGGER t BEFORE INSERT ON public.users FOR EACH ROW EXECUTE FUNCTION public.g();
INSERT INTO "schema_migrations" (version) VALUES ('20260101');
"""


def refused(old, new, program=None):
    assert old in BEFORE
    files = [MigrationFile("db/structure.sql", BEFORE.replace(old, new), BEFORE)]
    files += [MigrationFile("db/migrate/2026_x.rb", program)] if program is not None else []
    return [(found.rule.code, found.what) for found in gate.judge(files).refused]


NAME = "    name character varying(50),\n"
INDEX = "CREATE INDEX by_name ON public.users USING btree (name);\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("('20260101')", "('20260102'),\n('20260101')"),
        (NAME, f"{NAME}    town text,\n"),
        (NAME, f"{NAME}    town text DEFAULT ''::text NOT NULL,\n"),
        (NAME, "    name character varying(90),\n"),
        (NAME, "    name text,\n"),
        ("CREATE VIEW", "CREATE TABLE public.pets (\n    id bigint NOT NULL\n);\nCREATE VIEW"),
        ("'ok');", "'ok');\nCREATE TYPE public.size AS ENUM ('s');"),
        ("    id bigint", "\n    id   bigint"),
        (",\n    CONSTRAINT positive CHECK ((price > (0)::numeric))", ""),  # looser: told, not refused
    ],
)
def test_what_only_adds_or_widens_passes(old, new):
    assert refused(old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "what"),
    [
        (NAME, "", "M101", "users.name"),
        (NAME, f"{NAME}    town text NOT NULL,\n", "M201", "users.town"),
        (NAME, "    name integer,\n", "M203", "users.name is changed from varchar(50) to int4"),
        (NAME, NAME.replace(",", " NOT NULL,"), "M202", "users.name"),
        ("DEFAULT 0.0 NOT NULL", "NOT NULL", "M105", "users.price"),
        ("> (0)", "> (1)", "M306", "positive"),
        (BEFORE[BEFORE.index("CREATE TABLE") : BEFORE.index("CREATE VIEW")], "", "M102", "table users"),
        ("CREATE VIEW public.names AS SELECT users.name FROM public.users;\n", "", "M106", "view names"),
        ("SELECT users.name", "SELECT users.note AS name", "M107", "view names"),
        ("SELECT 1", "SELECT 2", "M109", "f"),
        ("CREATE TYPE public.mood AS ENUM ('sad', 'ok');\n", "", "M111", "type mood"),
        (INDEX, "", "M302", "index by_name"),
        (INDEX, f"{INDEX}CREATE INDEX by_note ON public.users USING btree (note);\n", "M301", "index by_note of users"),
        ("ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);\n", "", "M114", "users_pkey"),
        (BEFORE[BEFORE.index("CREATE TRIGGER") : BEFORE.index("INSERT INTO")], "", "M110", "t"),
    ],
)
def test_what_goes_or_is_stricter_is_refused(old, new, code, what):
    found = refused(old, new)
    assert code in [each for each, _ in found]
    assert any(what in says for _, says in found)


def test_a_dump_that_cannot_be_read_is_refused_by_name():
    assert "M901" in [code for code, _ in refused("CREATE VIEW", "FROB;\nCREATE VIEW")]


def test_the_programs_say_how_it_is_done_and_what_a_person_has_looked_at():
    more = f"{INDEX}CREATE INDEX by_note ON public.users USING btree (note);\n"
    program = "class X < ActiveRecord::Migration[7.1]\n  disable_ddl_transaction!\n  def change\n"
    assert [code for code, _ in refused(INDEX, more, program + "add_index :users, :note")] == ["M301"]
    assert refused(INDEX, more, program + "add_index :users, :note, algorithm: :concurrently") == []
    assert refused(NAME, "", program) != []
    assert refused(NAME, "", f"# bluegreen: reviewed nothing reads it\n{program}") == []


def test_without_a_dump_a_program_is_refused_by_name():
    (found,) = gate.judge([MigrationFile("db/migrate/2026_x.rb", "class X; end")]).refused
    assert (found.rule.code, "Ruby, not SQL" in found.what) == ("M901", True)
