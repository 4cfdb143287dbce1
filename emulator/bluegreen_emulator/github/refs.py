"""Branches and tags by their full names, and what a person's shorthand for a commit means."""

from typing import Any

from bluegreen_emulator.code import Repository, Tag
from bluegreen_emulator.github.errors import GitHubError, not_found
from bluegreen_emulator.github.shapes import API, committed_at, signed_off


def resolve(held: Repository, name: str) -> str | None:
    """The commit that a branch, tag, full or short sha, or `heads/…`, `tags/…`, `refs/…` name stands for."""
    name = name.removeprefix("refs/")
    if name.removeprefix("heads/") in held.branches:
        return held.branches[name.removeprefix("heads/")]
    tag = held.tags.get(name.removeprefix("tags/"))
    if tag:
        return tag.commit
    short = [sha for sha in held.order if len(name) >= 4 and sha.startswith(name)]
    return short[0] if len(short) == 1 else None


def read(held: Repository, ref: str) -> dict[str, Any]:
    """`ref` without `refs/`; 404 if there is none of that name."""
    found = _target(held, ref)
    if found is None:
        raise not_found()
    sha, kind = found
    url = f"{API}/repos/{held.full_name}/git"
    return {
        "ref": f"refs/{ref}",
        "node_id": f"REF_{sha[:12]}",
        "url": f"{url}/refs/{ref}",
        "object": {"sha": sha, "type": kind, "url": f"{url}/{kind}s/{sha}"},
    }


def matching(held: Repository, prefix: str) -> list[dict[str, Any]]:
    names = sorted([f"heads/{name}" for name in held.branches] + [f"tags/{name}" for name in held.tags])
    return [read(held, name) for name in names if name.startswith(prefix)]


def held_by(held: Repository, ref: str) -> str | None:
    """The id of the object that `ref` holds: the tag's own for an annotated tag."""
    found = _target(held, ref)
    return found[0] if found else None


def check_name(full: str) -> None:
    if not full.startswith("refs/") or full.count("/") < 2:
        raise GitHubError(422, "Reference name must contain at least three slash-separated components.")


def create(held: Repository, ref: str, sha: str) -> None:
    if _target(held, ref):
        raise GitHubError(422, "Reference already exists")
    _place(held, ref, sha)


def update(held: Repository, ref: str, sha: str, force: bool) -> None:
    found = _target(held, ref)
    if found is None:
        raise GitHubError(422, "Reference does not exist")
    commit = _commit_of(held, sha)
    if _commit_of(held, found[0]) not in held.line(commit) and not force:
        raise GitHubError(422, "Update is not a fast forward")
    _place(held, ref, sha)


def delete(held: Repository, ref: str) -> None:
    if _target(held, ref) is None:
        raise GitHubError(422, "Reference does not exist")
    kind, _, name = ref.partition("/")
    (held.branches if kind == "heads" else held.tags).pop(name)


def tag_object(held: Repository, sha: str) -> dict[str, Any]:
    """The annotated tag with this id; a light tag has no object of its own."""
    for tag in held.tags.values():
        if tag.annotated and tag.object_sha == sha:
            url = f"{API}/repos/{held.full_name}/git"
            return {
                "node_id": f"TAG_{sha[:12]}",
                "sha": sha,
                "url": f"{url}/tags/{sha}",
                "tagger": signed_off(committed_at(held, tag.commit)),
                "object": {"sha": tag.commit, "type": "commit", "url": f"{url}/commits/{tag.commit}"},
                "tag": tag.name,
                "message": f"release {tag.name}",
                "verification": {"verified": False, "reason": "unsigned", "signature": None, "payload": None},
            }
    raise not_found()


def newest_tags(held: Repository) -> list[Tag]:
    """As the tag list shows them; the order is GitHub's habit, not its promise."""
    placed = list(enumerate(held.tags.values()))
    return [tag for _, tag in sorted(placed, key=lambda at: (held.order.index(at[1].commit), at[0]), reverse=True)]


def _target(held: Repository, ref: str) -> tuple[str, str] | None:
    """The id that a ref holds and the kind of that object."""
    kind, _, name = ref.partition("/")
    if kind == "heads" and name in held.branches:
        return held.branches[name], "commit"
    if kind == "tags" and name in held.tags:
        tag = held.tags[name]
        return tag.object_sha, "tag" if tag.annotated else "commit"
    return None


def _commit_of(held: Repository, sha: str) -> str:
    if sha in held.commits:
        return sha
    for tag in held.tags.values():
        if tag.object_sha == sha:
            return tag.commit
    raise GitHubError(422, "Object does not exist")


def _place(held: Repository, ref: str, sha: str) -> None:
    commit = _commit_of(held, sha)
    kind, _, name = ref.partition("/")
    if kind == "tags":
        held.tag(name, commit, annotated=sha != commit)
    elif kind == "heads" and sha == commit:
        held.branches[name] = sha
    else:
        raise GitHubError(422, "Reference update failed")
