"""Entries of older schemas are read as ones of this schema; newer ones are never guessed at."""

import json
import uuid
from datetime import timedelta
from pathlib import Path

import pytest

from bluegreen.clients.store.journal import Journal, decode
from bluegreen.core.errors import WrittenByNewer
from bluegreen.core.written import program, schema
from bluegreen_emulator.memory_objects import MemoryObjects
from bluegreen_router import versions
from tests.build import NOW, first

KEY = "services/web/journal/00000001.json"


@pytest.fixture
def store():
    """A journal as a Bluegreen of schema 0 might have written it: `serves` in place of `active`."""
    made = MemoryObjects()
    Journal(made, "web", lambda: uuid.uuid4().hex).begin(first(), "a test", "begin", NOW)
    entry = json.loads(made.get(KEY))
    entry["schema_version"] = schema.SCHEMA - 1
    entry["record"]["serves"] = entry["record"].pop("active")
    body = json.dumps(entry).encode()
    made.put(KEY, body)
    made.put("services/web/head.json", body)
    return made


def renamed(entry):
    record = {**entry["record"]}
    record["active"] = record.pop("serves")
    return {**entry, "record": record}


def journal(store, steps):
    made = Journal(store, "web", lambda: "m", lambda: NOW + timedelta(minutes=1))
    made._decode = lambda body: decode(schema.migrated(body, steps))  # as it is once there is such a step
    return made


def test_an_older_entry_is_read_and_what_follows_is_of_this_schema(store):
    before, migrating = store.get(KEY), journal(store, {schema.SCHEMA - 1: renamed})
    newest = migrating.newest()
    assert newest.record.active is first().active
    migrating.append(newest, newest.record, "a test", "goes on", NOW)
    written = json.loads(store.get("services/web/journal/00000002.json"))
    assert (written["schema_version"], "serves" in written["record"]) == (schema.SCHEMA, False)
    assert written["previous"] == newest.digest
    assert store.get(KEY) == before


def test_without_a_step_an_older_entry_is_refused(store):
    with pytest.raises(WrittenByNewer, match="another schema"):
        journal(store, {}).newest()


def test_there_is_a_step_for_each_schema_below_this_one():
    assert sorted(schema.STEPS) == list(range(1, schema.SCHEMA))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"schema_version": "1"}', b'{"schema_version": true}'])
def test_what_is_no_entry_is_left_as_it_is(body):
    assert schema.migrated(body, {0: renamed}) == body


def test_routers_read_an_older_entry_too(store):
    migrated = schema.migrated(store.get(KEY), {schema.SCHEMA - 1: renamed})
    assert versions.decode(migrated).active is first().active


def test_the_version_that_is_written_is_that_of_the_package():
    written = (Path(__file__).parents[3] / "pyproject.toml").read_text()
    assert f'\nversion = "{program.VERSION}"\n' in written


@pytest.mark.parametrize(
    ("version", "newer"), [("0.2.1", True), ("1.0.0", True), ("0.10.0", True), (program.VERSION, False), ("", False)]
)
def test_versions_are_compared_by_numbers(version, newer):
    assert program.is_newer(version) is newer
