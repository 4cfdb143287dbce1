"""Releases of the bench, judged by other thresholds: quick, and the same to the letter as look by look."""

import pytest

from benchmarks.replay.releases import Kind, made
from bluegreen.core.config.thresholds import Level
from bluegreen.core.release_file.what_if import looks_in, supposed
from tests.release_file.drawn_looks import look_by_look

pytestmark = pytest.mark.slow

STRICT = {
    "error_rate": Level(normal=0.02, warning=0.1, critical=0.5),
    "response_time_p95": Level(normal=100, warning=250, critical=500),
}
LENIENT = {"error_rate": Level(normal=5, warning=10, critical=30)}


@pytest.mark.parametrize(
    "kind", ["clean", "clustered", "shared 30% 60s", "one client", "source outage", "fault 5%", "fault 20% late"]
)
def test_they_end_as_they_do_look_by_look(kind):
    (release,) = made((Kind(kind, 10.0, 1),))
    looks = looks_in([release.file], "web", release.release)
    for changes in ({}, STRICT, LENIENT):
        thresholds = looks[0].thresholds.model_copy(update=changes)
        assert supposed(looks, thresholds) == look_by_look(looks, thresholds)
    assert supposed(looks, looks[0].thresholds).verdict is release.verdict
