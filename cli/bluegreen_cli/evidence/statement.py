"""An in-toto statement about a release (v1), and the DSSE envelope that it is signed in, with Ed25519.

Subject is the image's digest, or the commit where it was built from Git; the predicate is the verdict and what it rests
on. Signed is `DSSEv1 <length of the type> <type> <length of the statement> <statement>` (PAE), so nothing that was
signed for another purpose passes for a statement. https://github.com/in-toto/attestation/tree/main/spec/v1,
https://github.com/secure-systems-lab/dsse/blob/master/protocol.md.
"""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bluegreen.core.release_file.replay import Replay
from bluegreen_cli.evidence.kept import KeptRelease
from bluegreen_cli.faults import Faulty

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://github.com/bluegreen-deploy/bluegreen/blob/main/docs/evidence.md#the-statement"
PAYLOAD = "application/vnd.in-toto+json"
_HOW = "`openssl genpkey -algorithm ed25519 -out release-key.pem` makes one"


def statement(found: KeptRelease, made: Replay) -> dict[str, Any]:
    release, last = found.release, made.looks[-1] if made.looks else None
    return {
        "_type": STATEMENT,
        "subject": _subjects(found),
        "predicateType": PREDICATE,
        "predicate": {
            "service": found.service.name,
            "release": found.id,
            "tag": release.tag,
            "commit": release.commit,
            "askedForBy": release.by,
            "requestedAt": release.requested_at.isoformat(),
            "endedAt": found.ended.at.isoformat() if found.ended is not None else None,
            "outcome": found.outcome.value,
            "reason": found.reason,
            "verdict": {"verdict": last.verdict.value, "says": last.says, "at": last.at.isoformat()} if last else None,
            "thresholds": _thresholds(found),
            "journal": {"first": found.first, "last": found.last, "head": found.head},
            "replayed": {"verdicts": len(made.looks), "same": made.same, "chainWhole": not found.faults},
        },
    }


def _subjects(found: KeptRelease) -> list[dict[str, Any]]:
    release, repository = found.release, found.service.repository
    subjects = []
    if release.digest:
        kind, _, digest = release.digest.rpartition(":")
        subjects.append({"name": f"{found.service.name}:{release.tag}", "digest": {kind or "sha256": digest}})
    if release.commit and not subjects:
        name = f"git+https://github.com/{repository}@refs/tags/{release.tag}"
        subjects.append({"name": name, "digest": {"gitCommit": release.commit}})
    if not subjects:
        raise Faulty(
            [f"{found.id} has neither a commit nor an image's digest: there is nothing to make a statement of"]
        )
    return subjects


def _thresholds(found: KeptRelease) -> dict[str, Any] | None:
    look = found.versions[-1].record.judged
    return look.thresholds.model_dump(mode="json") if look is not None and look.release == found.id else None


def signed(payload: bytes, key: Ed25519PrivateKey) -> dict[str, Any]:
    signature = {"keyid": keyid(key.public_key()), "sig": _base64(key.sign(_pae(payload)))}
    return {"payloadType": PAYLOAD, "payload": _base64(payload), "signatures": [signature]}


def opened(envelope: bytes, key: Ed25519PublicKey) -> dict[str, Any]:
    """The statement of an envelope that this key has signed; `ValueError` says why it is not."""
    try:
        found = json.loads(envelope)
        payload = base64.b64decode(found["payload"], validate=True)
        kind, given = found["payloadType"], [base64.b64decode(e["sig"], validate=True) for e in found["signatures"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"it is no DSSE envelope ({type(error).__name__})") from None
    if kind != PAYLOAD:
        raise ValueError(f"it holds {str(kind)[:60]!r}, not {PAYLOAD}")
    if not any(_fits(key, signature, payload) for signature in given):
        raise ValueError("no signature of it is by this key")
    statement: dict[str, Any] = json.loads(payload)
    return statement


def private_key(path: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(_read(path), password=None)
    except (ValueError, TypeError):
        raise Faulty([f"{path} holds no private key in PEM, or one with a password; {_HOW}"]) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Faulty([f"{path} holds a key of another kind than Ed25519: {_HOW}"])
    return key


def public_key(path: Path) -> Ed25519PublicKey:
    """Of a public key's PEM, or a private one's."""
    body = _read(path)
    if b"PRIVATE KEY" in body:
        return private_key(path).public_key()
    try:
        key = serialization.load_pem_public_key(body)
    except ValueError:
        raise Faulty(
            [f"{path} holds no public key in PEM: `openssl pkey -in release-key.pem -pubout` prints it"]
        ) from None
    if not isinstance(key, Ed25519PublicKey):
        raise Faulty([f"{path} holds a key of another kind than Ed25519"])
    return key


def keyid(key: Ed25519PublicKey) -> str:
    encoding, shape = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return hashlib.sha256(key.public_bytes(encoding, shape)).hexdigest()


def _fits(key: Ed25519PublicKey, signature: bytes, payload: bytes) -> bool:
    try:
        key.verify(signature, _pae(payload))
    except InvalidSignature:
        return False
    return True


def _pae(payload: bytes) -> bytes:
    kind = PAYLOAD.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def _base64(body: bytes) -> str:
    return base64.b64encode(body).decode()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Faulty([f"{path} cannot be read: {error.strerror}"]) from None
