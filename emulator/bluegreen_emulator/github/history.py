"""What lies between two commits, and what the files said at one of them."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from bluegreen_emulator.code import Repository
from bluegreen_emulator.github.errors import GitHubError, not_found
from bluegreen_emulator.github.refs import resolve
from bluegreen_emulator.github.shapes import API, WEB, commit

# Commit sha → {path: text}: the files that this commit added or changed. Paths nobody wrote down do not exist.
Files = Mapping[str, Mapping[str, str]]


def single(held: Repository, files: Files, ref: str) -> dict[str, Any]:
    sha = resolve(held, ref)
    if sha is None:
        raise GitHubError(422, f"No commit found for SHA: {ref}")
    changed = _changes(held, files, held.order.index(sha) - 1, held.order.index(sha))
    added = sum(file["additions"] for file in changed)
    return {
        **commit(held, held.commits[sha]),
        "stats": {"total": added, "additions": added, "deletions": 0},
        "files": changed,
    }


def compare(held: Repository, files: Files, base: str, head: str) -> dict[str, Any]:
    """Both directions of one line of history; `commits` is whole, for the caller to page."""
    ends = resolve(held, base), resolve(held, head)
    if ends[0] is None or ends[1] is None:
        raise not_found()
    start, end = (held.order.index(sha) for sha in ends if sha)
    url, page = (f"{root}/{held.full_name}/compare/{base}...{head}" for root in (f"{API}/repos", WEB))
    return {
        "url": url,
        "html_url": page,
        "permalink_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "base_commit": commit(held, held.commits[held.order[start]]),
        "merge_base_commit": commit(held, held.commits[held.order[min(start, end)]]),
        "status": "identical" if start == end else "ahead" if end > start else "behind",
        "ahead_by": max(0, end - start),
        "behind_by": max(0, start - end),
        "total_commits": max(0, end - start),
        "commits": [commit(held, held.commits[sha]) for sha in held.order[start + 1 : end + 1]],
        "files": _changes(held, files, start, end),
    }


def contents(held: Repository, files: Files, path: str, ref: str) -> dict[str, Any] | list[dict[str, Any]]:
    """A file with its text, or the entries of a folder."""
    sha = resolve(held, ref)
    if sha is None:
        raise GitHubError(404, f"No commit found for the ref {ref}")
    texts = _at(held, files, held.order.index(sha))
    path = path.strip("/")
    if path in texts:
        return _file(held, path, texts[path], ref) | {
            "encoding": "base64",
            "content": base64.encodebytes(texts[path].encode()).decode(),
        }
    inside = [name for name in sorted(texts) if name.startswith(f"{path}/") and "/" not in name[len(path) + 1 :]]
    if not inside:
        raise not_found()
    return [_file(held, name, texts[name], ref) for name in inside]


def _at(held: Repository, files: Files, place: int) -> dict[str, str]:
    texts: dict[str, str] = {}
    for sha in held.order[: place + 1]:
        texts |= files.get(sha, {})
    return texts


def _changes(held: Repository, files: Files, start: int, end: int) -> list[dict[str, Any]]:
    before, after = _at(held, files, start), _at(held, files, end)
    return [
        _change(held, path, after[path], "modified" if path in before else "added", held.order[end])
        for path in sorted(after)
        if before.get(path) != after[path]
    ]


def _change(held: Repository, path: str, text: str, status: str, sha: str) -> dict[str, Any]:
    lines = text.splitlines()
    return {
        "sha": _blob(text),
        "filename": path,
        "status": status,
        "additions": len(lines),
        "deletions": 0,
        "changes": len(lines),
        "blob_url": f"{WEB}/{held.full_name}/blob/{sha}/{path}",
        "raw_url": f"{WEB}/{held.full_name}/raw/{sha}/{path}",
        "contents_url": f"{API}/repos/{held.full_name}/contents/{path}?ref={sha}",
        "patch": f"@@ -0,0 +1,{len(lines)} @@\n" + "\n".join(f"+{line}" for line in lines),
    }


def _file(held: Repository, path: str, text: str, ref: str) -> dict[str, Any]:
    url = f"{API}/repos/{held.full_name}"
    return {
        "type": "file",
        "size": len(text.encode()),
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": _blob(text),
        "url": f"{url}/contents/{path}?ref={ref}",
        "git_url": f"{url}/git/blobs/{_blob(text)}",
        "html_url": f"{WEB}/{held.full_name}/blob/{ref}/{path}",
        "download_url": f"https://raw.githubusercontent.com/{held.full_name}/{ref}/{path}",
    }


def _blob(text: str) -> str:
    body = text.encode()
    return hashlib.sha1(b"blob %d\0%s" % (len(body), body), usedforsecurity=False).hexdigest()
