"""What `bluegreen evidence` does: verify, or write the report and the statement."""

import json
from pathlib import Path

from bluegreen.core.release_file.replay import replayed
from bluegreen_cli import screen
from bluegreen_cli.evidence import report, statement, verifying
from bluegreen_cli.evidence.kept import KeptRelease
from bluegreen_cli.evidence.verifying import Comparison, Result
from bluegreen_cli.faults import Faulty
from bluegreen_cli.terminal.exits import Exit
from bluegreen_cli.terminal.place import Place

_SIGNS = {Result.FINE: "✓", Result.FAULT: "✕", Result.DOUBT: "?"}
_MOODS = {Result.FINE: "good", Result.FAULT: "bad", Result.DOUBT: "warning"}


def verify(place: Place, found: KeptRelease, out: Path, key: Path | None, as_json: bool) -> Exit:
    made = replayed(found.versions, found.id)
    comparisons = [*verifying.comparisons(place, found, made)]
    if key is not None:
        comparisons.append(verifying.signature(found, made, _envelope(out, found), statement.public_key(key)))
    code = verifying.exit_of(comparisons)
    if as_json:
        facts = [{"what": each.what, "result": each.result.value, "says": each.says} for each in comparisons]
        screen.document({"ok": code is Exit.DONE, "release": found.id, "tag": found.release.tag, "proofs": facts})
    else:
        _say(found, comparisons, code)
    return code


def _say(found: KeptRelease, comparisons: list[Comparison], code: Exit) -> None:
    words = {Exit.DONE: "as it was written", Exit.DOUBT: "as it was written, as far as can be known"}
    told = words.get(code, "not as it was written")
    screen.headline(f"{found.id} {screen.line(found.release.tag, 40)}: {told}", "good" if code is Exit.DONE else "bad")
    for each in comparisons:
        screen.headline(f"  {_SIGNS[each.result]} {each.what}: {each.says}", _MOODS[each.result])


def write(place: Place, found: KeptRelease, out: Path, sign: Path | None, as_json: bool) -> Exit:
    signer = statement.private_key(sign) if sign is not None else None
    made = replayed(found.versions, found.id)
    body = json.dumps(statement.statement(found, made), indent=2).encode()
    page = report.html(found, made, place.clock.now())
    written = {out / f"{found.id}.html": page.encode()}
    if signer is None:
        written[out / f"{found.id}.intoto.json"] = body
    else:
        written[_envelope(out, found)] = json.dumps(statement.signed(body, signer)).encode()
    _put(out, written)
    whole = made.whole and not found.faults
    if as_json:
        screen.document({"ok": whole, "release": found.id, "files": [str(path) for path in written]})
    else:
        for path in written:
            screen.say_line(f"wrote {path}")
        if not whole:
            screen.tell("what is kept is not what was written: `--verify` says where")
    return Exit.DONE if whole else Exit.REFUSED


def _put(out: Path, written: dict[Path, bytes]) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path, content in written.items():
            path.write_bytes(content)
    except OSError as error:
        raise Faulty([f"{out} cannot be written to: {error.strerror}"]) from None


def _envelope(out: Path, found: KeptRelease) -> Path:
    return out / f"{found.id}.dsse.json"
