"""What `init` has to know, and what is allowed."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from bluegreen.core.config.address import checked_url
from bluegreen.core.config.tags import is_git_name
from bluegreen_cli.yaml_reading import NAME_WANTED

_SPACES = {
    "ams": "ams3",
    "atl": "atl1",
    "blr": "blr1",
    "fra": "fra1",
    "lon": "lon1",
    "nyc": "nyc3",
    "sfo": "sfo3",
    "sgp": "sgp1",
    "syd": "syd1",
    "tor": "tor1",
}
# Where Functions has no region of that name, the nearest that it has.
FUNCTIONS_REGIONS = {"nyc3": "nyc1", "atl1": "nyc1"}
REGIONS = tuple(_SPACES)  # of App Platform; the values are the nearest that Spaces has
UNKNOWN = "…"  # stands in what is written where a value is not known yet; the doctor names each
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")
_NOT_NAMES = {"null", "true", "false", "on", "off", "yes", "no", "y", "n"}  # YAML reads something else
_NAME = re.compile(r"[a-z][a-z0-9-]{0,25}")


class Answers(NamedTuple):
    """Of one service. `name`: what it is called in bluegreen.yml, and what names of apps and buckets begin with."""

    name: str
    repository: str
    url: str  # production, as users ask for it
    region: str = "fra"
    tag: str = UNKNOWN  # what production runs today
    port: int = 8080
    health: str = "/api/health"
    build: str = ""
    run: str = ""
    database: bool = False
    one_app: bool = False  # both environments as components of one app

    @property
    def spaces_region(self) -> str:
        return _SPACES[self.region]

    @property
    def domain(self) -> str:
        return urlsplit(self.url).hostname or ""


def faults(answers: Answers) -> Iterator[str]:
    """What is wrong with them, and what was allowed."""
    if not _NAME.fullmatch(answers.name) or answers.name.endswith("-") or answers.name in _NOT_NAMES:
        yield f"--name {answers.name[:40]!r}: {NAME_WANTED.format(most=26)}"
    if not _REPOSITORY.fullmatch(answers.repository):
        yield f"--repository {answers.repository[:80]!r}: owner/name as on GitHub"
    try:
        checked_url(answers.url)
    except ValueError:
        yield f"--url {answers.url[:80]!r}: production's address without a query, such as https://shop.example.com"
    if answers.region not in REGIONS:
        yield f"--region {answers.region[:20]!r}: one of {', '.join(REGIONS)}"
    if not is_git_name(answers.tag):
        yield f"--tag {answers.tag[:80]!r}: a tag as git allows it, such as v1.3.0"
    if not answers.health.startswith("/"):
        yield f"--health {answers.health[:80]!r}: a path, such as /api/health"
    if not 1 <= answers.port <= 65535:
        yield f"--port {answers.port}: 1 to 65535"
