"""docs/migrations: each command is run as it is written, each example does what is said of it."""

import os
import re
import shlex
import subprocess

import pytest
import yaml
from typer.testing import CliRunner

from bluegreen.core.config.database.migrations import MigrationSettings
from bluegreen.core.migrations import gate
from bluegreen.core.migrations.gate import MigrationFile
from bluegreen_cli.main import app
from bluegreen_cli.stage import ROOT

PAGE = (ROOT / "docs" / "migrations" / "README.md").read_text()
COMMANDS = re.findall(r"(?m)^    (bluegreen migrations .*?)(?:   #.*)?$", PAGE)
PATIENT = 'CREATE TABLE "Patient" (id int, "nickname" text);\nCREATE TABLE visits (id int);\n'
ADDS = 'ALTER TABLE "Patient" ADD COLUMN "middleName" VARCHAR(255);\n'
DROPS = 'ALTER TABLE "Patient" DROP COLUMN "nickname";\n'


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """What the page's commands name: migrations, code of earlier releases, and what they ask the database."""
    here = tmp_path / "repository"
    texts = {
        "repository/db/V1__patient.sql": PATIENT,
        "repository/db/V7__middle_name.sql": ADDS,
        "repository/db/V8__no_nickname.sql": DROPS,
        "repository/prisma/migrations/20260101120000_middle_name/migration.sql": ADDS,
        "repository/old.sql": 'SELECT id FROM "Patient";\n',
        "repository/production.sql": PATIENT,
        "v1.4.0/src/patient.ts": "export const name = (p) => p.middleName\n",
        "v1.3.0/src/patient.ts": "export const name = (p) => p.firstName\n",
        "bin/npm": '#!/bin/sh\nexec psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -c \'SELECT id FROM "Patient"\'\n',
    }
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "bin" / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(here)
    return here


def run(command):
    return CliRunner().invoke(app, shlex.split(command)[1:])


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_what_it_says(repository, command):
    if " prove " in command and subprocess.run(["which", "psql"], capture_output=True).returncode:
        pytest.skip("psql, which stands for the old tests, is not installed")
    done = run(command)
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() or "github" in command
    if "--code" not in command:
        for path in (*repository.glob("db/V[78]*.sql"), *repository.rglob("migration.sql")):
            path.write_text('ALTER TABLE "Patient" DROP COLUMN "id";\n')
        assert run(command.replace("--out proof.json", "")).exit_code == 1


def test_the_commands_are_all_there():
    assert {command.split()[2] for command in COMMANDS} == {"check", "prove"}
    assert len(COMMANDS) >= 6


def test_old_code_that_names_what_goes_is_told(repository):
    (repository.parent / "v1.3.0" / "src" / "patient.ts").write_text("export const name = (p) => p.nickname\n")
    (command,) = [each for each in COMMANDS if "--code" in each]
    done = run(command)
    assert done.exit_code == 1
    assert "../v1.3.0 (its code) still names it: src/patient.ts:1" in " ".join(done.stdout.split())


def refused(text):
    earlier = [MigrationFile("earlier.sql", PATIENT)]
    return [found.rule.code for found in gate.judge([MigrationFile("a.sql", text)], earlier).refused]


def test_the_bad_example_is_refused_and_the_good_one_passes():
    bad, good = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    assert (refused(bad), refused(good)) == (["M201"], [])


def test_what_a_person_declares_on_the_page_passes():
    blocks = [block for block in re.findall(r"(?m)(?:^    .*\n)+", PAGE) if "-- bluegreen:" in block]
    declared = [re.sub(r"(?m)^    ", "", block) for block in blocks]
    assert len(declared) == 3
    for text in declared:
        assert refused(text) == []
        without = re.sub(r"(?m)^-- bluegreen:.*\n", "", text)
        assert refused(without) or not without.strip()


def test_the_settings_of_the_page_are_settings():
    found = []
    for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL):
        read = yaml.safe_load(block)
        written = read["services"]["web"]["migrations"] if "services" in read else read["migrations"]
        found.append(MigrationSettings.model_validate(written))
    assert [bool(each.files or each.after) for each in found] == [True] * 3
