"""`.build/`: everything that `doctl serverless deploy` sends, ready made, so that it has nothing to build."""

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import bluegreen
from bluegreen_cli import archive, config, deployment, layout, packing, project, project_rules, reach, zones
from bluegreen_cli.faults import Faulty
from bluegreen_cli.libraries import compile_for, libraries

ROOT = deployment.root()
LIMIT = 20_000_000  # bytes of one function's zip; the platform takes 48 MB

_MARK = ".bluegreen-staged"
_BEFORE_THE_MARK = {"project.yml", "packages", ".deployed"}

# The platform puts a function's folder last in `sys.path`, behind its image's own, older botocore and pydantic. And
# pydantic would look for plug-ins in all that is installed there; none is used.
_ACTIVATE = """\
\"\"\"Puts this function's libraries first. The platform runs this file before it loads the function.\"\"\"

import gc
import os
import sys
from importlib.machinery import ModuleSpec
from zipimport import ZipImportError, zipimporter


class _Once(zipimporter):
    \"\"\"zipimporter reads each module twice: for its place, and for its code. Here the place is told without.\"\"\"

    def find_spec(self, fullname, target=None):
        try:
            is_package = self.is_package(fullname)
        except ZipImportError:
            return None
        folder = os.path.join(self.archive, self.prefix + fullname.rpartition(".")[2])
        place = os.path.join(folder, "__init__.pyc") if is_package else folder + ".pyc"
        spec = ModuleSpec(fullname, self, origin=place, is_package=is_package)
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations = [folder]
        return spec


gc.disable()  # until the first call: what is imported stays, and looking through it finds nothing to throw away
_LIB = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib", "python{python}")
sys.path_hooks.insert(0, _Once)
sys.path[:0] = [os.path.join(_LIB, name) for name in ("bluegreen.zip", "libraries.zip", "site-packages")]
os.environ["AWS_DATA_PATH"] = os.path.join(_LIB, "site-packages", "botocore", "data")  # botocore lies in an archive
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
_ZONES = os.path.join(_LIB, "zoneinfo")
if os.path.isdir(_ZONES):  # the platform's image has no time zones of its own
    import zoneinfo

    zoneinfo.reset_tzpath(to=[_ZONES, *zoneinfo.TZPATH])
"""


def stage(
    written: Any,
    out: Path,
    python: str = "",
    root: Path = ROOT,
    limit: int = LIMIT,
    kind: str = "default",
    local: bool = False,
) -> dict[str, int]:
    """Stages the functions of `root` with `written`, what bluegreen.yml says; answers the size of each one's zip.

    `python`: as in "3.11", which has to be the one of project.yml's runtime, unless `local`: for a cloud on this
    machine, which runs functions under any. `limit`: of a zip, in bytes; `kind`: of layout. `Faulty`, with all that is
    wrong, before anything is touched.
    """
    config.check(written)
    _check_place(out)
    parts = layout.parts(config.project_text(root, written), kind)
    named = {part: project.read(part.text) for part in parts}
    for read in named.values():
        project_rules.check(read)
    functions = {part: _functions(root, read) for part, read in named.items()}
    python = _pinned(python, project_rules.python_of(next(iter(named.values()))), local)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Faulty([f"{out.parent} cannot be made: {error.strerror}; name another folder"]) from None
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f"{out.name}.") as scratch:
        made = Path(scratch, "tree")
        shared = _shared(Path(scratch, "shared"), python, root, zones.files(written))
        sizes: dict[str, int] = {}
        for part, sources in functions.items():
            sizes |= _part(part, sources, made / part.folder, shared, written, root)
        _check_sizes(sizes, limit)
        (made / _MARK).write_text("What is here was written by `bluegreen stage`, and goes when it is called again.\n")
        if out.exists():
            shutil.rmtree(out)
        made.rename(out)
    return sizes


def _pinned(asked: str, runtime: str, local: bool) -> str:
    """A function starts with the libraries and the bytecode of its own Python and of no other."""
    if asked and asked != runtime and not local:
        raise Faulty(
            [
                f"--python {asked}: project.yml says runtime python:{runtime}, under which functions staged for "
                f"{asked} cannot start; leave --python out, or change the runtime of every function in project.yml"
            ]
        )
    return asked or runtime


class Shared(NamedTuple):
    """What all functions have in common: a virtualenv without anything of ours, and ours, compiled.

    `libraries` is what the virtualenv was made of.
    """

    libraries: Path
    virtualenv: Path
    ours: Path
    python: str


def folder_of(staged: Path, name: str) -> Path:
    """Where a function lies in a staged tree, by its full name: `rollback`, `hooks/github`."""
    package, _, function = name.rpartition("/")
    return staged / "packages" / (package or "default") / function


def _part(
    part: layout.Part, sources: dict[str, Path], target: Path, shared: Shared, written: Any, root: Path
) -> dict[str, int]:
    """What one namespace gets."""
    target.mkdir(parents=True)
    (target / "project.yml").write_text(part.text, encoding="utf-8")
    for source in sources.values():
        _function(source, target / source.relative_to(root), shared, written)
    return {name: len(archive.packed(target / source.relative_to(root))) for name, source in sources.items()}


def _functions(root: Path, read: project.Project) -> dict[str, Path]:
    """Each function of a project.yml, and its folder."""
    named = {p.full_name(f): root / "packages" / p.name / f.name for p in read.packages for f in p.functions}
    missing = [name for name, folder in named.items() if not (folder / "__main__.py").is_file()]
    if missing:
        raise Faulty([f"project.yml names {name}, but {named[name]}/__main__.py is not there" for name in missing])
    return named


def _check_place(out: Path) -> None:
    """What is there goes: so it must be something that was staged."""
    if out.is_symlink() or out.resolve() == Path.cwd():
        raise Faulty([f"{out} would be replaced whole; name a folder of its own, such as .build"])
    if out.exists() and not (out.is_dir() and _was_staged(out)):
        raise Faulty([f"{out} holds something that was not staged; name another folder, or remove it"])


def _was_staged(folder: Path) -> bool:
    """True where there is no file to lose, too. What was staged before there was a mark is known by its functions."""
    if (folder / _MARK).is_file() or not any(each.is_file() for each in folder.rglob("*")):
        return True
    functions = [*folder.glob("packages/*/*/")]
    ours = functions and all((each / "bluegreen.json").is_file() for each in functions)
    return bool(ours) and {each.name for each in folder.iterdir()} <= _BEFORE_THE_MARK


def _check_sizes(sizes: dict[str, int], limit: int) -> None:
    heavy = [
        f"{name}: {size / 1e6:.1f} MB zipped, over {limit / 1e6:.0f}" for name, size in sizes.items() if size > limit
    ]
    if heavy:
        raise Faulty(heavy)


def _shared(scratch: Path, python: str, root: Path, named_zones: dict[str, bytes]) -> Shared:
    found, lib = libraries(root, python), scratch / "virtualenv" / "lib" / f"python{python}"
    packing.site_packages(found, lib / "site-packages", python, _link)
    (lib / "libraries.zip").write_bytes(packing.archive_of_libraries(found, python))
    zones.place(named_zones, lib)
    (scratch / "virtualenv" / "bin").mkdir()
    (scratch / "virtualenv" / "bin" / "activate_this.py").write_text(_ACTIVATE.format(python=python))
    ours = scratch / "bluegreen"
    shutil.copytree(Path(bluegreen.__file__).parent, ours, ignore=shutil.ignore_patterns("__pycache__"))
    compile_for(python, ours, "bluegreen")
    return Shared(found, scratch / "virtualenv", ours, python)


def _function(source: Path, target: Path, shared: Shared, written: Any) -> None:
    target.mkdir(parents=True)
    shutil.copyfile(source / "__main__.py", target / "__main__.py")
    (target / "bluegreen.json").write_text(json.dumps(written, indent=1) + "\n")
    _copy(shared.virtualenv, target / "virtualenv")
    reached = reach.modules(source / "__main__.py", Path(bluegreen.__file__).parent)
    lib = target / "virtualenv" / "lib" / f"python{shared.python}"
    (lib / "bluegreen.zip").write_bytes(packing.archive_of_ours(shared.ours, reached, shared.python))
    for library in packing.shared_libraries(shared.libraries, reached):
        _link(str(library), str(lib / "site-packages" / library.name))


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, copy_function=_link)


def _link(source: str, target: str) -> None:
    """A hard link: ten functions share the same libraries, and zips follow no symbolic links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
