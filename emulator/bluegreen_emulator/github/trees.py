"""Git's trees, blobs and archives over REST. https://docs.github.com/rest/git/trees, …/repos/contents"""

import base64
import io
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bluegreen_emulator.code import Repository
from bluegreen_emulator.github.errors import GitHubError, not_found
from bluegreen_emulator.github.history import Files, blob_sha, texts_at
from bluegreen_emulator.github.refs import resolve
from bluegreen_emulator.github.shapes import tree_sha

LINK, SUBMODULE, EXECUTABLE, PLAIN = "120000", "160000", "100755", "100644"


@dataclass
class Trees:
    """`modes`: path → git's mode, where it is no plain file; the text of a link is where it leads."""

    modes: dict[str, str] = field(default_factory=dict)
    most_listed: int = 100_000  # entries; beyond them an answer is `truncated`
    largest_blob: int = 100_000_000  # bytes
    export_ignore: tuple[str, ...] = ()  # paths that .gitattributes keeps out of archives
    archives: int = 0  # that were asked for
    _folders: dict[str, tuple[str, str]] = field(default_factory=dict)  # sha of a tree → commit, folder

    def tree(self, held: Repository, files: Files, ref: str, recursive: bool) -> dict[str, Any]:
        commit, folder = self._folders.get(ref) or (resolve(held, ref), "")
        if commit is None:
            raise not_found()
        texts = texts_at(held, files, commit)
        entries = sorted(self._entries(commit, folder, texts), key=lambda entry: entry["path"])
        if not recursive:
            entries = [entry for entry in entries if "/" not in entry["path"]]
        cut = len(entries) > self.most_listed
        return {"sha": ref, "tree": entries[: self.most_listed], "truncated": cut}

    def blob(self, files: Files, sha: str) -> dict[str, Any]:
        text = next((text for texts in files.values() for text in texts.values() if blob_sha(text) == sha), None)
        if text is None:
            raise not_found()
        size = len(text.encode())
        if size > self.largest_blob:
            message = (
                "This API returns blobs up to 100 MB in size. The requested blob is too large to fetch via the API."
            )
            raise GitHubError(403, message)
        content = base64.encodebytes(text.encode()).decode()
        return {"sha": sha, "size": size, "encoding": "base64", "content": content}

    def archive(self, held: Repository, files: Files, ref: str) -> bytes:
        """A tar.gz with one folder around all, as codeload serves it: a submodule is an empty folder."""
        commit = resolve(held, ref)
        if commit is None:
            raise not_found()
        self.archives += 1
        packed, top = io.BytesIO(), f"{held.full_name.replace('/', '-')}-{commit[:7]}"
        with tarfile.open(fileobj=packed, mode="w:gz", pax_headers={"comment": commit}) as archive:
            for path, text in texts_at(held, files, commit).items():
                if path not in self.export_ignore:
                    self._pack(archive, f"{top}/{path}", self.modes.get(path, PLAIN), text)
        return packed.getvalue()

    def _pack(self, archive: tarfile.TarFile, name: str, mode: str, text: str) -> None:
        member = tarfile.TarInfo(name)
        if mode == LINK:
            member.type, member.linkname = tarfile.SYMTYPE, text
        elif mode == SUBMODULE:
            member.type = tarfile.DIRTYPE
        else:
            member.size = len(text.encode())
        archive.addfile(member, io.BytesIO(text.encode()))

    def _entries(self, commit: str, folder: str, texts: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        inside = {path.removeprefix(folder): text for path, text in texts.items() if path.startswith(folder)}
        for name in {"/".join(path.split("/")[:end]) for path in inside for end in range(1, path.count("/") + 1)}:
            sha = tree_sha(f"{commit}/{folder}{name}")
            self._folders[sha] = (commit, f"{folder}{name}/")
            yield {"path": name, "mode": "040000", "type": "tree", "sha": sha}
        for path, text in inside.items():
            mode = self.modes.get(folder + path, PLAIN)
            if mode == SUBMODULE:
                yield {"path": path, "mode": mode, "type": "commit", "sha": text}
            else:
                size = len(text.encode())
                yield {"path": path, "mode": mode, "type": "blob", "sha": blob_sha(text), "size": size}
