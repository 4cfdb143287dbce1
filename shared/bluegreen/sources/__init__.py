"""How a tag is deployed to an environment. To add a source: copy one, add it to the match below."""

from collections.abc import Callable
from typing import assert_never

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.github import GitHub
from bluegreen.clients.registry import Registry
from bluegreen.core.config.service import Service
from bluegreen.core.config.source import Image, PointerBranch
from bluegreen.sources.image import ImageSource
from bluegreen.sources.pointer_branch import PointerBranchSource
from bluegreen.sources.source import Source

__all__ = ["Source", "source_for"]


def source_for(
    service: Service,
    digitalocean: DigitalOcean,
    github: GitHub,
    registry: Callable[[Image], Registry | None] = lambda settings: None,
    credentials: str = "",
) -> Source:
    """`credentials` are only for images that are said to be private."""
    match service.source:
        case PointerBranch():
            return PointerBranchSource(service, service.source, digitalocean, github)
        case Image():
            given = credentials if service.source.private else ""
            return ImageSource(service, service.source, digitalocean, registry(service.source), given)
        case _:
            assert_never(service.source)
