"""`bluegreen recover`: a bucket restored from an older copy, over HTTP, with the Spaces key alone."""

from datetime import UTC, datetime

import pytest
import yaml
from typer.testing import CliRunner

from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.spaces import Spaces
from bluegreen.core.environment import Environment, Status
from bluegreen.core.judge.telemetry import Telemetry
from bluegreen.core.lost_journal import Served
from bluegreen.core.phases import Phase
from bluegreen_cli.main import app
from bluegreen_emulator.spaces import Spaces as SpacesServer
from bluegreen_emulator.wire import Server
from tests.build import first, in_phase

BLUE, GREEN = Environment.BLUE, Environment.GREEN


class Team:
    """A journal and routers' reports in buckets of their own; `run` is the command."""

    def __init__(self, written, folder):
        self.state, self.telemetry = written["state"]["bucket"], written["state"]["telemetry_bucket"]
        keys = {"KEY": ("store-secret", {"": "fullaccess"})}
        self.server = Server(SpacesServer(keys, [self.state, self.telemetry]).app)
        written["state"]["endpoint"] = self.server.url
        (folder / "bluegreen.yml").write_text(yaml.safe_dump(written))
        (folder / ".env").write_text("BLUEGREEN_SPACES_KEY=KEY\nBLUEGREEN_SPACES_SECRET=store-secret\n")
        self._where = ["--config", str(folder / "bluegreen.yml"), "--env", str(folder / ".env")]
        self.journal = Journal(self.bucket(self.state), "web", lambda: "nonce")

    def bucket(self, name):
        return Spaces(self.server.url, "fra1", name, "KEY", "store-secret")

    def writes(self, record):
        return self.journal.append(self.journal.newest(), record, "a test", "why", datetime.now(UTC))

    def reports(self, **instances):
        for name, (seq, epoch, active) in instances.items():
            told = Telemetry(
                service="web", instance=name, at=datetime.now(UTC), seq=seq, epoch=epoch, active=active
            ).model_dump_json()
            self.bucket(self.telemetry).put(f"services/web/telemetry/{name}.json", told.encode())

    def run(self, *more):
        return CliRunner().invoke(app, ["recover", "--service", "web", *self._where, *more])


@pytest.fixture
def team(written, tmp_path, monkeypatch):
    for name in ("BLUEGREEN_SPACES_KEY", "BLUEGREEN_SPACES_SECRET"):
        monkeypatch.delenv(name, raising=False)
    made = Team(written, tmp_path)
    yield made
    made.server.close()


def test_the_routers_word_is_taken_and_what_the_record_knows_beyond_is_kept(team):
    old = in_phase(Phase.DEPLOYING).model_copy(
        update={"lost": "r0 is ahead", "quarantine": {"v1.1.5": "was bad"}, "newest_tag": "v1.3.0"}
    )
    lost = team.writes(old)
    team.reports(r0=(41, 7, GREEN), r1=(44, 7, GREEN), r2=(30, 6, BLUE))
    done = team.run()
    newest = team.journal.newest()
    record = newest.record
    assert done.exit_code == 0, done.output
    assert "version 2 of epoch 8 says that production is on green (3 router instances report" in done.output
    assert (newest.seq, newest.previous, record.active, record.epoch, record.lost) == (2, lost.digest, GREEN, 8, "")
    assert not Served(7, 44, "r1").ahead_of(newest)
    assert record.on(GREEN).status is Status.ACTIVE
    assert (record.on(GREEN).tag, record.on(BLUE).status, record.on(BLUE).proven) == ("", Status.UNFIT, False)
    assert record.release is None
    assert (record.past[0].tag, record.past[0].outcome) == ("v1.3.0", Phase.ABORTED)
    assert record.quarantine == {"v1.1.5": "was bad"}
    assert record.newest_tag == ""
    assert record.last_number == old.last_number + 44 - 1
    assert "the journal goes on: production is on green" in record.outbox[-1].headline


def test_where_only_numbers_were_lost_both_environments_are_known_as_before(team):
    team.writes(first())
    team.reports(r0=(9, 0, BLUE))
    assert team.run().exit_code == 0
    record = team.journal.newest().record
    assert (record.active, record.epoch, record.on(BLUE).tag, record.on(GREEN).proven) == (BLUE, 1, "v1.2.0", True)


def test_a_bucket_that_was_emptied_is_recovered_too(team):
    team.reports(r0=(44, 7, GREEN))
    assert team.run().exit_code == 0
    assert (team.journal.newest().record.active, team.journal.newest().record.epoch) == (GREEN, 8)


def test_nothing_is_written_where_nothing_was_lost(team):
    newest = team.writes(first())
    team.reports(r0=(1, 0, BLUE))
    done = team.run()
    assert "nothing to recover" in done.output
    assert team.journal.newest() == newest


@pytest.mark.parametrize(
    ("reports", "says"),
    [
        ({}, "no router instance of web reports: say where production goes with --active"),
        ({"r0": (9, 7, GREEN), "r1": (9, 7, BLUE)}, "of epoch 7 serve blue and green: say which with --active"),
    ],
)
def test_where_the_routers_do_not_tell_a_person_has_to(team, reports, says):
    newest = team.writes(first())
    team.reports(**reports)
    refused = team.run()
    assert refused.exit_code == 2
    assert says in refused.output
    assert team.journal.newest() == newest
    assert team.run("--active", "green").exit_code == 0
    assert team.journal.newest().record.active is GREEN
    assert team.journal.newest().record.epoch > max((epoch for _, epoch, _ in reports.values()), default=0)


def test_what_cannot_be_done_is_said(team, tmp_path):
    (tmp_path / ".env").write_text("")
    assert "BLUEGREEN_SPACES_KEY and BLUEGREEN_SPACES_SECRET are wanted" in team.run().output


def test_a_release_that_was_switched_before_leaves_the_way_back_as_it_was(team):
    before = in_phase(Phase.WATCHING)
    team.writes(before)
    team.reports(r0=(9, before.epoch, before.active))
    assert team.run().exit_code == 0
    record = team.journal.newest().record
    assert (record.release, record.active) == (None, before.active)
    assert record.on(record.idle) == before.on(before.idle)
    assert record.on(record.idle).proven


def test_a_person_s_word_that_says_nothing_new_changes_nothing(team):
    newest = team.writes(in_phase(Phase.WATCHING))
    team.reports(r0=(1, newest.record.epoch, newest.record.active))
    assert "nothing to recover" in team.run("--active", newest.record.active.value).output
    assert team.journal.newest() == newest


def test_nothing_is_written_before_it_is_refused(team):
    assert team.run().exit_code == 2
    assert team.journal.newest() is None


def test_without_a_report_nothing_is_promised_of_routers(team):
    done = team.run("--active", "green")
    assert "no router instance reports; one that is at a newer epoch will not follow" in " ".join(done.output.split())


def test_a_service_that_was_renamed_begins_its_journal_by_a_persons_word(team):
    """What functions print where they refuse to begin one by themselves."""
    assert team.journal.newest() is None
    done = team.run("--active", "blue")
    assert done.exit_code == 0, done.output
    newest = team.journal.newest().record
    assert (newest.active, newest.on(BLUE).app != "") == (BLUE, True)
