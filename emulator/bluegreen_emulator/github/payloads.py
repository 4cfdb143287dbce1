"""The bodies of webhooks, key for key as GitHub sends them.

https://docs.github.com/webhooks/webhook-events-and-payloads
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bluegreen_emulator.code import Repository, Tag
from bluegreen_emulator.github.shapes import (
    API,
    PERSON,
    WEB,
    committed_at,
    iso,
    number,
    organization,
    repository,
    tree_sha,
    user,
)

ZEROS = "0" * 40
EMAIL = "mira@holi-labs.example"


@dataclass(frozen=True)
class Release:
    """A release as it stands on a tag's page."""

    tag: str
    prerelease: bool = False
    draft: bool = False
    body: str = ""


@dataclass(frozen=True)
class Payloads:
    """Writes what happens to one repository, as of `now`."""

    held: Repository
    now: datetime

    def push(self, ref: str, before: str, after: str, commit: str | None, forced: bool = False) -> dict[str, Any]:
        """`ref` in full; `before` and `after` are the ids that it held; `commit` is what `after` stands for."""
        tagged = ref.startswith("refs/tags/")
        return {
            "ref": ref,
            "before": before,
            "after": after,
            "repository": self._pushed_repository(),
            "pusher": {"name": PERSON, "email": EMAIL},
            **self._people(),
            "created": before == ZEROS,
            "deleted": after == ZEROS,
            "forced": forced,
            "base_ref": "refs/heads/main" if tagged and commit and commit == self.held.branches["main"] else None,
            "compare": self._compare(ref, before, after),
            "commits": [] if tagged or commit is None else self._between(before, commit),
            "head_commit": self._commit(commit) if commit else None,
        }

    def created(self, name: str, ref_type: str) -> dict[str, Any]:
        """The `create` event: a bare name and no commit."""
        return {
            "ref": name,
            "ref_type": ref_type,
            "master_branch": "main",
            "description": None,
            "pusher_type": "user",
            "repository": repository(self.held, self.now),
            **self._people(),
        }

    def deleted(self, name: str, ref_type: str) -> dict[str, Any]:
        return {
            "ref": name,
            "ref_type": ref_type,
            "pusher_type": "user",
            "repository": repository(self.held, self.now),
            **self._people(),
        }

    def release(self, action: str, release: Release) -> dict[str, Any]:
        return {
            "action": action,
            "release": self.release_shape(release),
            "repository": repository(self.held, self.now),
            **self._people(),
        }

    def release_shape(self, release: Release) -> dict[str, Any]:
        url, page = f"{API}/repos/{self.held.full_name}", f"{WEB}/{self.held.full_name}"
        release_id = number(f"{self.held.full_name}@{release.tag}")
        return {
            "url": f"{url}/releases/{release_id}",
            "assets_url": f"{url}/releases/{release_id}/assets",
            "upload_url": f"https://uploads.github.com/repos/{self.held.full_name}/releases/{release_id}/assets{{?name,label}}",
            "html_url": f"{page}/releases/tag/{release.tag}",
            "id": release_id,
            "node_id": f"RE_{release_id}",
            "tag_name": release.tag,
            "target_commitish": "main",
            "name": release.tag,
            "draft": release.draft,
            "author": user(),
            "prerelease": release.prerelease,
            "created_at": iso(committed_at(self.held, self.held.tags[release.tag].commit)),
            "published_at": None if release.draft else iso(self.now),
            "assets": [],
            "tarball_url": f"{url}/tarball/{release.tag}",
            "zipball_url": f"{url}/zipball/{release.tag}",
            "body": release.body,
        }

    def ping(self, hook: dict[str, Any]) -> dict[str, Any]:
        return {
            "zen": "Anything added dilutes everything else.",
            "hook_id": hook["id"],
            "hook": hook,
            "repository": repository(self.held, self.now),
            "sender": user(),
        }

    def about(self, action: str, **subjects: Any) -> dict[str, Any]:
        """Events that carry what the API answered: deployment, deployment_status."""
        return {"action": action, **subjects, "repository": repository(self.held, self.now), **self._people()}

    def _people(self) -> dict[str, Any]:
        return {"organization": organization(self.held.full_name.split("/")[0]), "sender": user()}

    def _pushed_repository(self) -> dict[str, Any]:
        """A push words the repository in its own older way: times as numbers, an owner with name and email."""
        shown = repository(self.held, self.now)
        login = shown["owner"]["login"]
        return {
            **shown,
            "owner": {"name": login, "email": None, **shown["owner"]},
            "url": f"{WEB}/{self.held.full_name}",
            "created_at": int(datetime.fromisoformat(shown["created_at"]).timestamp()),
            "pushed_at": int(self.now.timestamp()),
            "stargazers": 0,
            "master_branch": "main",
            "organization": login,
        }

    def _compare(self, ref: str, before: str, after: str) -> str:
        page = f"{WEB}/{self.held.full_name}/compare"
        if before == ZEROS:
            return f"{page}/{ref.split('/', 2)[2]}"
        return f"{page}/{before[:12]}{'^' if after == ZEROS else ''}...{after[:12]}"

    def _between(self, before: str, commit: str) -> list[dict[str, Any]]:
        line = self.held.line(commit)
        start = line.index(before) if before in line else len(line) - 2
        return [self._commit(sha) for sha in line[start + 1 :]]

    def _commit(self, sha: str) -> dict[str, Any]:
        person = {"name": "Mira Okafor", "email": EMAIL, "username": PERSON}
        return {
            "id": sha,
            "tree_id": tree_sha(sha),
            "distinct": True,
            "message": self.held.commits[sha].message,
            "timestamp": iso(committed_at(self.held, sha)),
            "url": f"{WEB}/{self.held.full_name}/commit/{sha}",
            "author": person,
            "committer": person,
            "added": [],
            "removed": [],
            "modified": [],
        }


def tag_push(payloads: Payloads, tag: Tag) -> dict[str, Any]:
    """The push of a new tag: `after` is the id of the tag object, or of the commit for a light tag."""
    return payloads.push(f"refs/tags/{tag.name}", ZEROS, tag.object_sha, tag.commit)
