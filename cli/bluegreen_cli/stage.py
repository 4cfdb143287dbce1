"""`.build/`: everything that `doctl serverless deploy` sends, ready made, so that it has nothing to build."""

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import bluegreen
from bluegreen_cli import archive, config, deployment, layout, project
from bluegreen_cli.faults import Faulty
from bluegreen_cli.libraries import compile_for, libraries

ROOT = deployment.root()
LIMIT = 20_000_000  # bytes of one function's zip; the platform takes 48 MB

_MARK = ".bluegreen-staged"
_BEFORE_THE_MARK = {"project.yml", "packages", ".deployed"}

# The platform puts a function's folder last in `sys.path`, behind its image's own, older botocore and pydantic.
_ACTIVATE = """\
\"\"\"Puts this function's libraries first. The platform runs this file before it loads the function.\"\"\"

import os
import sys

_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(_HERE, "lib", "python{python}", "site-packages"))
"""


def stage(
    written: Any, out: Path, python: str = "3.11", root: Path = ROOT, limit: int = LIMIT, kind: str = "default"
) -> dict[str, int]:
    """Stages the functions of `root` with `written`, what bluegreen.yml says; answers the size of each one's zip.

    `limit`: of a zip, in bytes; `kind`: of layout. `Faulty`, with all that is wrong, before anything is touched.
    """
    config.check(written)
    _check_place(out)
    parts = layout.parts(config.project_text(root, written), kind)
    functions = {part: _functions(root, part.text) for part in parts}
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Faulty([f"{out.parent} cannot be made: {error.strerror}; name another folder"]) from None
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f"{out.name}.") as scratch:
        made = Path(scratch, "tree")
        virtualenv = _virtualenv(Path(scratch, "virtualenv"), python, root)
        sizes: dict[str, int] = {}
        for part, sources in functions.items():
            sizes |= _part(part, sources, made / part.folder, virtualenv, written, root)
        _check_sizes(sizes, limit)
        (made / _MARK).write_text("What is here was written by `bluegreen stage`, and goes when it is called again.\n")
        if out.exists():
            shutil.rmtree(out)
        made.rename(out)
    return sizes


def folder_of(staged: Path, name: str) -> Path:
    """Where a function lies in a staged tree, by its full name: `rollback`, `hooks/github`."""
    package, _, function = name.rpartition("/")
    return staged / "packages" / (package or "default") / function


def _part(
    part: layout.Part, sources: dict[str, Path], target: Path, virtualenv: Path, written: Any, root: Path
) -> dict[str, int]:
    """What one namespace gets."""
    target.mkdir(parents=True)
    (target / "project.yml").write_text(part.text)
    for source in sources.values():
        _function(source, target / source.relative_to(root), virtualenv, written)
    return {name: len(archive.packed(target / source.relative_to(root))) for name, source in sources.items()}


def _functions(root: Path, text: str) -> dict[str, Path]:
    """Each function of a project.yml, and its folder."""
    read = project.read(text)
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


def _virtualenv(folder: Path, python: str, root: Path) -> Path:
    site = folder / "lib" / f"python{python}" / "site-packages"
    _copy(libraries(root, python), site)
    own = site / "bluegreen"
    shutil.copytree(Path(bluegreen.__file__).parent, own, ignore=shutil.ignore_patterns("__pycache__"))
    compile_for(python, own, f"virtualenv/lib/python{python}/site-packages/bluegreen")
    (folder / "bin").mkdir()
    (folder / "bin" / "activate_this.py").write_text(_ACTIVATE.format(python=python))
    return folder


def _function(source: Path, target: Path, virtualenv: Path, written: Any) -> None:
    target.mkdir(parents=True)
    shutil.copyfile(source / "__main__.py", target / "__main__.py")
    (target / "bluegreen.json").write_text(json.dumps(written, indent=1) + "\n")
    _copy(virtualenv, target / "virtualenv")


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, copy_function=_link)


def _link(source: str, target: str) -> None:
    """A hard link: ten functions share the same libraries, and zips follow no symbolic links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
