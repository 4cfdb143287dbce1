"""Refs, tags, commits, comparisons, files and releases."""

import base64
from typing import Any

from flask import Flask, Response, jsonify, request

from bluegreen_emulator.code import Tag
from bluegreen_emulator.github import history, refs
from bluegreen_emulator.github.errors import not_found, required
from bluegreen_emulator.github.model import GitHub
from bluegreen_emulator.github.routes.asked import body, page_of, paged
from bluegreen_emulator.github.shapes import API

REPO = "/repos/<owner>/<name>"
CODELOAD = "_codeload"  # codeload.github.com; an Enterprise Server has it below this path
GZIP = "application/x-gzip"


def add_to(app: Flask, github: GitHub) -> None:
    _refs(app, github)
    _history(app, github)
    _files(app, github)
    _releases(app, github)


def _refs(app: Flask, github: GitHub) -> None:
    @app.get(REPO)
    def get_repository(owner: str, name: str) -> Response:
        github.repository(f"{owner}/{name}")
        return jsonify(full_name=f"{owner}/{name}", name=name)

    @app.get(f"{REPO}/git/ref/<path:ref>")
    def get_ref(owner: str, name: str, ref: str) -> Response:
        return jsonify(refs.read(github.repository(f"{owner}/{name}"), ref))

    @app.get(f"{REPO}/git/matching-refs/<path:ref>")
    def matching_refs(owner: str, name: str, ref: str) -> Response:
        return jsonify(refs.matching(github.repository(f"{owner}/{name}"), ref))

    @app.get(f"{REPO}/git/tags/<sha>")
    def get_tag(owner: str, name: str, sha: str) -> Response:
        return jsonify(refs.tag_object(github.repository(f"{owner}/{name}"), sha))

    @app.post(f"{REPO}/git/refs")
    def create_ref(owner: str, name: str) -> tuple[Response, int]:
        full, sent = f"{owner}/{name}", body()
        required(sent, "ref", "sha")
        github.create_ref(full, sent["ref"], sent["sha"])
        return jsonify(refs.read(github.repository(full), sent["ref"].removeprefix("refs/"))), 201

    @app.patch(f"{REPO}/git/refs/<path:ref>")
    def update_ref(owner: str, name: str, ref: str) -> Response:
        full, sent = f"{owner}/{name}", body()
        required(sent, "sha")
        github.change_ref(full, ref, sent["sha"], force=sent.get("force") is True)
        return jsonify(refs.read(github.repository(full), ref))

    @app.delete(f"{REPO}/git/refs/<path:ref>")
    def delete_ref(owner: str, name: str, ref: str) -> tuple[str, int]:
        github.change_ref(f"{owner}/{name}", ref, None)
        return "", 204


def _history(app: Flask, github: GitHub) -> None:
    @app.get(f"{REPO}/tags")
    def list_tags(owner: str, name: str) -> Response:
        repository = f"{owner}/{name}"
        return paged([_tag_shape(repository, tag) for tag in refs.newest_tags(github.repository(repository))])

    @app.get(f"{REPO}/commits/<path:ref>")
    def get_commit(owner: str, name: str, ref: str) -> Response:
        full = f"{owner}/{name}"
        found = history.single(github.repository(full), github.files[full], ref)
        if request.headers.get("Accept", "").endswith(".sha"):
            return Response(found["sha"], content_type="application/vnd.github.sha; charset=utf-8")
        return jsonify(found)

    @app.get(f"{REPO}/compare/<path:ends>")
    def compare(owner: str, name: str, ends: str) -> Response:
        full = f"{owner}/{name}"
        base, dots, head = ends.partition("...")
        if not dots:
            raise not_found()
        found = history.compare(github.repository(full), github.files[full], base, head)
        commits, headers = page_of(found["commits"], default=250)
        first = request.args.get("page", 1, type=int) <= 1  # the files stand on the first page only
        answer = jsonify(found | {"commits": commits, "files": found["files"] if first else []})
        answer.headers.update(headers)
        return answer


def _files(app: Flask, github: GitHub) -> None:
    @app.get(f"{REPO}/contents/<path:path>")
    def get_contents(owner: str, name: str, path: str) -> Response:
        full = f"{owner}/{name}"
        found = history.contents(github.repository(full), github.files[full], path, request.args.get("ref", "main"))
        if isinstance(found, dict) and "raw" in request.headers.get("Accept", ""):
            return Response(base64.b64decode(found["content"]), content_type="application/vnd.github.raw")
        return jsonify(found)

    @app.get(f"{REPO}/git/trees/<path:ref>")
    def get_tree(owner: str, name: str, ref: str) -> Response:
        full, recursive = f"{owner}/{name}", bool(request.args.get("recursive"))
        return jsonify(github.trees[full].tree(github.repository(full), github.files[full], ref, recursive))

    @app.get(f"{REPO}/git/blobs/<sha>")
    def get_blob(owner: str, name: str, sha: str) -> Response:
        full = f"{owner}/{name}"
        return jsonify(github.trees[full].blob(github.files[full], sha))

    @app.get(f"{REPO}/tarball/<path:ref>")
    def get_archive(owner: str, name: str, ref: str) -> Response:
        """Led on to codeload, by an address that needs no token; it is good for five minutes."""
        host = request.host_url.replace("://api.github.com", "://codeload.github.com")
        answer = Response(status=302)
        answer.headers["Location"] = f"{host}{CODELOAD}/{owner}/{name}/legacy.tar.gz/{ref}?token=ARCHIVE"
        return answer

    @app.get(f"/{CODELOAD}/<owner>/<name>/legacy.tar.gz/<path:ref>")
    def codeload(owner: str, name: str, ref: str) -> Response:
        full = f"{owner}/{name}"
        if request.args.get("token") != "ARCHIVE" or "Authorization" in request.headers:
            raise not_found()
        return Response(github.trees[full].archive(github.repository(full), github.files[full], ref), mimetype=GZIP)


def _tag_shape(repository: str, tag: Tag) -> dict[str, Any]:
    url = f"{API}/repos/{repository}"
    return {
        "name": tag.name,
        "zipball_url": f"{url}/zipball/refs/tags/{tag.name}",
        "tarball_url": f"{url}/tarball/refs/tags/{tag.name}",
        "commit": {"sha": tag.commit, "url": f"{url}/commits/{tag.commit}"},
        "node_id": f"REF_{tag.name}",
    }


def _releases(app: Flask, github: GitHub) -> None:
    @app.get(f"{REPO}/releases/tags/<path:tag>")
    def release_by_tag(owner: str, name: str, tag: str) -> Response:
        release = github.releases.get((f"{owner}/{name}", tag))
        if release is None or release.draft:
            raise not_found()
        return jsonify(github.payloads(f"{owner}/{name}").release_shape(release))
