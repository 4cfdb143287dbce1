"""Several services in one repository: each has its tags, its order and its missed ones."""

import pytest

from bluegreen.settings import Settings
from tests.chain.laptop import Laptop


class Monorepo(Laptop):
    """Beside `web`, whose tags are `v…`, the repository holds `api`."""

    def _settings(self, environment, changes):
        found = super()._settings(environment, changes)
        web = found.file.services["web"]
        api = web.model_copy(
            update={"name": "api", "tags": web.tags.model_copy(update={"pattern": "api-v*"}), "adopt": ADOPT}
        )
        file = found.file.model_copy(update={"services": {"web": web, "api": api}})
        return Settings(file, found.secrets)

    def flight(self, service):
        release = self.record(service).release
        return release.tag if release else None


ADOPT = Laptop().settings.service("web").adopt.model_copy(update={"blue": "api-v1.2.0", "green": "api-v1.1.0"})


@pytest.fixture
def monorepo():
    laptop = Monorepo()
    for tag in ("api-v1.1.0", "api-v1.2.0", "v9.9.9"):
        laptop.repository.release(tag)
    for _ in range(6):
        laptop.clock.sleep(60)
        laptop.invoke("ops/watch", {"source": "schedule"})
    laptop.queue.clear()
    return laptop


def test_a_tag_releases_the_service_whose_pattern_it_fits_and_no_other(monorepo):
    [delivery] = monorepo.push("api-v1.3.0")
    assert (monorepo.flight("api"), monorepo.flight("web")) == ("api-v1.3.0", None)
    assert "web: ignored: tag api-v1.3.0 does not match the pattern v*" in str(delivery)


def test_versions_are_ordered_within_the_prefix(monorepo):
    monorepo.push("api-v1.10.0")
    monorepo.push("api-v1.9.0")
    assert monorepo.flight("api") == "api-v1.10.0"
    assert monorepo.record("api").queued is None


def test_each_service_notes_and_takes_up_its_own_missed_tags(monorepo):
    assert monorepo.record("api").newest_tag == "api-v1.2.0"
    monorepo.repository.release("api-v1.3.0")
    for number in range(150):
        monorepo.repository.release(f"zeta-v1.0.{number}")
    for _ in range(5):
        monorepo.clock.sleep(60)
        monorepo.invoke("ops/watch", {"source": "schedule"})
    assert monorepo.record("api").newest_tag == "api-v1.3.0"
    assert monorepo.record("web").newest_tag == "v9.9.9"
