"""Which releases have a data job noted, as they come to rest."""

import pytest

from bluegreen.core.data_jobs import entries
from bluegreen.core.data_jobs.stored import DataJob, DataJobState
from bluegreen.core.phases import Phase
from tests.build import COMMIT, NOW, in_phase, service

SERVICE = service(migrations={"after": {"workflow": "backfill.yml"}})


@pytest.mark.parametrize(
    ("commit", "state", "jobs"),
    [
        (COMMIT, DataJobState.DONE, 1),
        (COMMIT, DataJobState.FAILED, 1),
        (COMMIT, DataJobState.RUNNING, 1),
        ("", DataJobState.DONE, 1),  # noted before commits were
        (COMMIT, DataJobState.LEFT_OUT, 2),
        ("f" * 40, DataJobState.DONE, 2),  # the tag was moved since
    ],
)
def test_a_tags_commit_has_one_unless_it_was_left_out(commit, state, jobs):
    record = in_phase(Phase.LIVE, commit=COMMIT)
    known = DataJob(release="web-0", tag="v1.3.0", commit=commit, name="backfill.yml", state=state, since=NOW)
    record = record.model_copy(update={"data_jobs": (known,)})
    assert len(entries.queued(record, SERVICE, record.release, NOW).data_jobs) == jobs
