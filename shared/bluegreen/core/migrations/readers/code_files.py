"""Which files of a repository are code that a release runs.

Without globs all are but those that no release runs by: prose, lock files, what was made or belongs to others, pictures
and the like, and the migrations themselves. With `migrations.code` it is those files; `!` in front takes away.
"""

import re
from collections.abc import Sequence

from bluegreen.core.config.database.migrations import MigrationSettings, fits

_FOLDERS = """
node_modules vendor third_party bower_components .venv site-packages .git .hg .svn .next .nuxt __pycache__ .tox
.mypy_cache .gradle .github .idea .vscode
"""
_AT_THE_TOP = "venv dist build target coverage docs doc"  # deeper such a word may be of the business
_LOCKS = """
package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock poetry.lock Pipfile.lock uv.lock pdm.lock
Gemfile.lock composer.lock Cargo.lock go.sum go.work.sum mix.lock Podfile.lock packages.lock.json flake.lock
.terraform.lock.hcl requirements.lock
"""
_PROSE = "md rst adoc txt"
_TEMPLATES = "templates views mailers emails mail layouts partials"  # folders in which prose is filled in
_NO_TEXT = """
png jpg jpeg gif webp avif ico bmp tif tiff svg pdf ps eps psd ai mp3 mp4 m4a wav ogg webm mov avi woff woff2 ttf otf
eot zip gz tgz bz2 xz 7z rar jar war class pyc so dylib dll exe bin wasm o a db sqlite sqlite3 parquet csv tsv xlsx xls
docx pptx pem crt key der p12 map lockb geojson snap
"""
_PROSE_NAMES = re.compile(r"(LICEN[CS]E|COPYING|NOTICE|AUTHORS|CHANGELOG|CHANGES|HISTORY|README|CODEOWNERS)(\..*)?")
_MADE = re.compile(r"\.min\.(js|css)$|\.pb\.go$|_pb2\.pyi?$")
_MIGRATIONS = re.compile(
    r"(^|/)(db/migrate|db/post_migrate|migrations|migrate|alembic/versions|db/migration|changelog)/", re.IGNORECASE
)
_DUMPS = re.compile(r"(^|/)(db/)?(structure|schema)\.sql$")
_LEFT_OUT_FOLDERS = frozenset(_FOLDERS.split())
_LEFT_OUT_NAMES = frozenset(_LOCKS.split())
_LEFT_OUT_ENDINGS = frozenset((*_PROSE.split(), *_NO_TEXT.split()))


_MANIFESTS = re.compile(r"(^|/)(Gemfile(\.lock)?|gems\.(rb|locked)|[^/]+\.gemspec|composer\.json|cpanfile)$")


def is_manifest(path: str) -> bool:
    """Which ORM a release works with stands there, whatever the globs say; it is no code by itself."""
    return bool(_MANIFESTS.search(path)) and not _in_left_out_folder(path)


def is_code(path: str, settings: MigrationSettings) -> bool:
    if settings.named(path) or _MIGRATIONS.search(path) or _DUMPS.search(path):
        return False
    if is_manifest(path):
        return True
    return _fits(path, settings.code) if settings.code else not _is_left_out(path)


def may_hold_code(folder: str, settings: MigrationSettings) -> bool:
    """Of a folder, with `/` behind it; asked where a repository is too large to be listed at once."""
    return bool(settings.code) or not _is_left_out(f"{folder}file")


def _fits(path: str, globs: Sequence[str]) -> bool:
    """The last glob that fits decides."""
    verdicts = [not glob.startswith("!") for glob in globs if fits(glob.removeprefix("!"), path)]
    only_without = all(glob.startswith("!") for glob in globs)
    return verdicts[-1] if verdicts else only_without and not _is_left_out(path)


def _is_left_out(path: str) -> bool:
    *folders, name = path.split("/")
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    filled_in = bool(set(_TEMPLATES.split()).intersection(folders)) and ending in _PROSE.split()
    return bool(
        _in_left_out_folder(path)
        or name in _LEFT_OUT_NAMES
        or (ending in _LEFT_OUT_ENDINGS and not filled_in)
        or _PROSE_NAMES.fullmatch(name)
        or _MADE.search(name)
    )


def _in_left_out_folder(path: str) -> bool:
    folders = path.split("/")[:-1]
    return bool(_LEFT_OUT_FOLDERS.intersection(folders) or (folders and folders[0] in _AT_THE_TOP.split()))
