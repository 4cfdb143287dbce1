"""The libraries that every function carries: fetched for DigitalOcean's machines, trimmed, compiled, and kept."""

import hashlib
import shutil
import struct
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from bluegreen_cli import botocore_docs, compiling, deployment, project_rules, s3_description, screen, sums
from bluegreen_cli.faults import Faulty

_PLATFORMS = ("manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_28_x86_64")

# S3 is the one service of AWS that is spoken; the other descriptions make up nine tenths of the weight.
_SERVICES_KEPT = {"s3", "endpoints.json", "partitions.json", "_retry.json", "sdk-default-configuration.json"}
_WITH_SYMBOLS = "pgparse*.so"  # three quarters of it are for debuggers
_NOT_NEEDED = (
    "bin",
    "*/tests",
    "**/*.pyi",
    "botocore/data/s3/*/examples-1.json",
    "botocore/cacert.pem",  # requests go over our own connections, which trust certifi's
    "botocore/crt/auth.py",
    "botocore/stub.py",
    "pydantic/v1",  # the pydantic of before
    "pydantic/mypy.py",
    "pydantic/experimental/pipeline.py",
    "anyio*",  # httpx asks for it where it is used without waiting: httpcore does without, as it does without trio
    "httpx/_main.py",  # a command, as are the next two
    "idna/cli.py",
    "annotated_types/test_cases.py",
    "urllib3/contrib",  # other TLS, proxies, browsers
    "dateutil/zoneinfo",  # times come with their offsets
    "dateutil/rrule.py",  # what comes again and again, as calendars have it
    "dateutil/tz/win.py",
    "pydantic/color.py",
    "httpcore/_*/http2.py",  # needs a library that is not carried; httpcore does without
)
_KEPT_OF_PACKAGING = {"__init__.py", "version.py", "_structures.py", "py.typed"}  # versions are compared, no more
_RULES = (s3_description, botocore_docs, compiling)  # with this module, what the kept libraries are made by
_LIBRARIES = "libraries"  # of a kept folder; beside it stand their sums
_METADATA_KEPT = ("METADATA", "LICEN", "NOTICE", "COPYING", "AUTHORS", "licenses")


def libraries(root: Path, python: str) -> Path:
    """A folder with what requirements-functions.lock names; made once for each lock, and anew where it was altered."""
    lock = root / "requirements-functions.lock"
    rules = Path(__file__).read_bytes() + b"".join(Path(str(each.__file__)).read_bytes() for each in _RULES)
    key = hashlib.sha256(b"\0".join((lock.read_bytes(), rules, python.encode(), b"compiled"))).hexdigest()
    kept = deployment.cache(root) / key[:16]
    altered = sums.differences(kept) if kept.exists() else []
    if altered:
        screen.tell(f"{kept} is not as it was made ({_few(altered)}): it is made anew", err=True)
    if altered or not kept.exists():
        _make(lock, python, kept)
    return kept / _LIBRARIES


def _few(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def compile_for(python: str, folder: Path, shown_as: str) -> None:
    """Puts bytecode beside the sources, which saves half of a cold start.

    It is trusted unchecked: unpacking gives the sources new times. `Faulty` where that Python is not here: bytecode of
    another is of no use, and without any every cold start would compile.
    """
    command = [_interpreter(python), "-I", str(Path(compiling.__file__)), str(folder), shown_as]
    subprocess.run(command, check=True)


def _interpreter(python: str) -> str:
    """The one that runs this, where it is of that version, or one of that name: its word counts, not its name."""
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    if python == ours:
        return sys.executable
    for found in (shutil.which(f"python{python}"), shutil.which("python3")):
        if found and _version(found) == python:
            return found
    raise Faulty(
        [
            f"the functions run under Python {python}, as project.yml says, and their bytecode can be made by that "
            f"Python alone; this is {ours}, and no python{python} is in the PATH: install it, and stage again"
        ]
    )


def _version(interpreter: str) -> str:
    asked = [interpreter, "-I", "-S", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, timeout=20).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _make(lock: Path, python: str, kept: Path) -> None:
    _interpreter(python)
    kept.parent.mkdir(parents=True, exist_ok=True)
    (kept.parent / ".gitignore").write_text("*\n")
    with tempfile.TemporaryDirectory(dir=kept.parent) as scratch:
        made = Path(scratch, "made")
        _install(lock, python, made / _LIBRARIES)
        _trim(made / _LIBRARIES)
        compile_for(python, made / _LIBRARIES, f"virtualenv/lib/python{python}/site-packages")
        sums.write(made)
        _put(made, kept, Path(scratch))


def _put(made: Path, kept: Path, scratch: Path) -> None:
    """Whole or not at all. What is not as it was made goes; where another was faster, with the same, theirs stays."""
    for attempt in range(3):
        try:
            made.rename(kept)
            return
        except OSError:
            if not sums.differences(kept):
                return
            with suppress(FileNotFoundError):  # another has just put it aside
                kept.rename(scratch / f"altered-{attempt}")
    raise Faulty([f"{kept} cannot be replaced; remove it"])


def _install(lock: Path, python: str, target: Path) -> None:
    wheels = ["--only-binary=:all:", "--implementation", "cp", "--python-version", python]
    platforms = [part for platform in _PLATFORMS for part in ("--platform", platform)]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--no-compile"]
    quiet = ["--disable-pip-version-check", "--root-user-action=ignore"]
    done = subprocess.run(
        [*command, *quiet, *wheels, *platforms, "--target", str(target), "-r", str(lock)],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Faulty([f"pip could not fetch {lock.name}: {done.stderr.strip()}"])


def _trim(libraries: Path) -> None:
    for service in libraries.glob("botocore/data/*"):
        if service.name not in _SERVICES_KEPT:
            _remove(service)
    for module in libraries.glob("packaging/*"):
        if module.name not in _KEPT_OF_PACKAGING:
            _remove(module)
    for pattern in _NOT_NEEDED:
        for found in list(libraries.glob(pattern)):
            _remove(found)
    for found in libraries.glob(_WITH_SYMBOLS):
        found.write_bytes(loaded(found.read_bytes()))
    s3_description.cut(libraries / "botocore" / "data")
    botocore_docs.cut(libraries / "botocore")
    _trim_metadata(libraries)


def _trim_metadata(libraries: Path) -> None:
    for found in libraries.glob("*.dist-info/*"):
        if not found.name.startswith(_METADATA_KEPT):
            _remove(found)
        elif found.name == "METADATA":  # the rest is the project's page
            found.write_text(found.read_text(encoding="utf-8").partition("\n\n")[0] + "\n", encoding="utf-8")


def loaded(library: bytes) -> bytes:
    """What the loader of Linux maps of a 64-bit ELF file, without the sections behind it, as `strip` would leave it.

    ELF-64: the header names the table of segments at 32 and that of sections at 40, their sizes and numbers from 54 on.
    """
    if library[:5] != b"\x7fELF\x02":
        return library
    table, size, number = *struct.unpack_from("<Q", library, 32), *struct.unpack_from("<HH", library, 54)
    segments = [struct.unpack_from("<IIQQQQ", library, table + size * index) for index in range(number)]
    end = max(offset + length for kind, _, offset, _, _, length in segments if kind == 1)  # PT_LOAD
    kept = bytearray(library[:end])
    struct.pack_into("<Q", kept, 40, 0)
    struct.pack_into("<HHH", kept, 58, 0, 0, 0)
    return bytes(kept)


def _remove(found: Path) -> None:
    if found.is_dir():
        shutil.rmtree(found)
    else:
        found.unlink()


if __name__ == "__main__":  # while installing, so that nothing needs the network afterwards
    of_this = f"{sys.version_info.major}.{sys.version_info.minor}"  # the demo's functions run under it, too
    for each in dict.fromkeys((project_rules.python(deployment.root()), of_this)):
        with suppress(Faulty):  # said when it is staged
            libraries(deployment.root(), each)
