"""A repository's files at its commits, as GitHub has them."""

from collections.abc import Callable, Sequence

from bluegreen.clients.fan_out import AtOnce
from bluegreen.clients.http import Api
from bluegreen.clients.repository import contents
from bluegreen.clients.repository.listing import FileKind, Listing, listing
from bluegreen.core.errors import Refused

_NAMED = 3  # folders


class GitHubFiles:
    def __init__(self, api: Api) -> None:
        self._api = api

    def listing(self, repository: str, commit: str, wants: Callable[[str], bool] = lambda folder: True) -> Listing:
        found = listing(self._api, repository, commit, wants)
        entries = tuple(entry._replace(path=self._api.redacted(entry.path)) for entry in found.entries)
        return Listing(entries, tuple(map(self._api.redacted, found.missing)))

    def tree(self, repository: str, commit: str, wants: Callable[[str], bool] = lambda folder: True) -> dict[str, str]:
        """Path → blob of every file at a commit. `Refused` where GitHub does not list all."""
        found = self.listing(repository, commit, wants)
        if found.missing:
            missing = ", ".join(found.missing[:_NAMED])
            raise Refused(f"{repository} has more files than GitHub lists in {missing}: what is there is not known")
        return {entry.path: entry.sha for entry in found.entries if entry.kind is not FileKind.SUBMODULE}

    def blob(self, repository: str, sha: str) -> str:
        """The text of a file."""
        return self._api.redacted(contents.blob(self._api, repository, sha).decode("utf-8", errors="replace"))

    def read(
        self,
        repository: str,
        wanted: Sequence[tuple[str, set[str]]],
        at_once: AtOnce,
        see: Callable[[str, bytes], None],
    ) -> set[str]:
        return contents.read(self._api, repository, wanted, at_once, see)
