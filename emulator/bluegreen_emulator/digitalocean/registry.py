"""The container registry: what each digest holds, and which digest each tag names at present."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bluegreen_emulator.code import Commit
from bluegreen_emulator.digitalocean.errors import not_found
from bluegreen_emulator.digitalocean.times import stamp


@dataclass
class Image:
    digest: str
    commit: Commit | None
    pushed_at: datetime


@dataclass
class Registry:
    """One registry of the account; `tags` is repository → tag → digest, `images` is digest → image."""

    name: str
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    images: dict[str, Image] = field(default_factory=dict)

    def push(self, repository: str, tag: str, commit: Commit | None, now: datetime) -> str:
        """Builds and pushes, as CI does. Returns the digest: the same for the same commit."""
        content = f"{repository}@{commit.sha}" if commit else f"{repository}:{tag}"
        digest = "sha256:" + hashlib.sha256(content.encode()).hexdigest()
        self.images.setdefault(digest, Image(digest, commit, now))
        self.tags.setdefault(repository, {})[tag] = digest
        return digest

    def list_tags(self, registry: str, repository: str) -> list[dict[str, Any]]:
        """GET /v2/registries/{registry}/repositories/{repository}/tags."""
        return [self._shown(repository, tag, digest) for tag, digest in self._repository(registry, repository).items()]

    def list_digests(self, registry: str, repository: str) -> list[dict[str, Any]]:
        """GET /v2/registries/{registry}/repositories/{repository}/digests."""
        by_digest: dict[str, list[str]] = {}
        for tag, digest in self._repository(registry, repository).items():
            by_digest.setdefault(digest, []).append(tag)
        return [self._manifest(repository, digest, tags) for digest, tags in by_digest.items()]

    def _repository(self, registry: str, repository: str) -> dict[str, str]:
        if registry != self.name:
            raise not_found("registry not found")
        if repository not in self.tags:
            raise not_found("repository not found")
        return self.tags[repository]

    def _shown(self, repository: str, tag: str, digest: str) -> dict[str, Any]:
        return {"tag": tag, "manifest_digest": digest} | self._common(repository, digest)

    def _manifest(self, repository: str, digest: str, tags: list[str]) -> dict[str, Any]:
        return {"digest": digest, "tags": tags, "blobs": []} | self._common(repository, digest)

    def _common(self, repository: str, digest: str) -> dict[str, Any]:
        return {
            "registry_name": self.name,
            "repository": repository,
            "compressed_size_bytes": 48_803_255,
            "size_bytes": 125_861_888,
            "updated_at": stamp(self.images[digest].pushed_at),
        }
