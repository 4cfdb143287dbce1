"""What App Platform takes where a spec says nothing: written out or left out, it is the same.

Terraform and the control panel write some of it out, and people leave it out. The source is DigitalOcean's description
of its API (`default`, and what the text of a field says).
"""

from fnmatch import fnmatchcase
from typing import Any

from bluegreen.core.twins.pairing import ABSENT

_DEFAULTS: tuple[tuple[str, Any], ...] = (
    ("*.envs.*.scope", "RUN_AND_BUILD_TIME"),
    ("*.envs.*.type", "GENERAL"),
    ("*.instance_count", 1),
    ("*.instance_size_slug", "apps-s-1vcpu-0.5gb"),
    ("*.http_port", 8080),
    ("*.protocol", "HTTP"),
    ("*.image.tag", "latest"),
    ("*.index_document", "index.html"),
    ("*.error_document", "404.html"),
    ("*.termination.grace_period_seconds", 120),
    ("*.log_destinations.*.open_search.index_name", "logs"),
    ("*.redirect.scheme", "https"),
    ("*.redirect.redirect_code", 302),
    ("*.egress.type", "AUTOASSIGN"),
)


def says_nothing(path: str, value: Any) -> bool:
    """Left out, empty or off, or what would be taken without it; so is an object that holds nothing else."""
    if value is ABSENT or (not value and not isinstance(value, dict)):
        return True
    if isinstance(value, dict):
        return bool(value) and all(says_nothing(f"{path}.{key}", each) for key, each in value.items())
    return any(value == known and fnmatchcase(f".{path}", pattern) for pattern, known in _DEFAULTS)
