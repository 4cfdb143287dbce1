"""Next steps as this command has them: whoever asked with `bluegreen` need not change to doctl."""

import re
import shlex
from collections.abc import Mapping

_WORD = r"""(?:'[^']*'|"'"|[^\s'";,`])+(?<![:.)])"""  # as `shlex.quote` writes it, without the sentence's own signs
# In backticks answers leave out `doctl serverless functions invoke`; `…` stands for any tag.
_CALL = re.compile(rf"doctl serverless functions invoke (\w+)((?: -p {_WORD})*)|(?<=`)(\w+)((?: -p {_WORD})+)(?=`)")
_FLAGS = ("lift", "fix", "restore", "now", "override")  # of `deploy`


def with_own_commands(text: str) -> str:
    """What no command of ours does stays as it is."""
    return _CALL.sub(lambda found: _ours(found[1] or found[3], found[2] or found[4]) or found[0], text)


def _ours(function: str, given: str) -> str:
    words = shlex.split(given)[1::2]
    parameters = dict(word.split(":", 1) for word in words if ":" in word)
    service = parameters.pop("service", "")
    begin = _command(function, parameters)
    if not begin or "set" in parameters:
        return ""
    of = [service] if function == "status" else ["--service", service]
    return shlex.join(["bluegreen", *begin, *(of if service else [])]).replace("'…'", "TAG")


_ALONE = {  # function and its one parameter → the command
    ("rollback", "undo:true"): ["undo"],
    ("rollback", "native:true"): ["rollback", "--native"],
    ("deploy", "pause:true"): ["pause"],
    ("deploy", "resume:true"): ["resume"],
}


def _command(function: str, parameters: Mapping[str, str]) -> list[str]:
    """[] where there is none that does exactly this."""
    if not parameters:
        return [function] if function in ("status", "switch", "abort", "rollback") else []
    first, *others = parameters.items()
    if not others and (found := _ALONE.get((function, ":".join(first)))):
        return found
    if function == "rollback" and not others and first[0] == "to":
        return ["rollback", "--to", first[1]]
    if function == "deploy" and first[0] == "tag" and all(name in _FLAGS and value == "true" for name, value in others):
        return ["deploy", first[1], *(f"--{name}" for name, _ in others)]
    return []
