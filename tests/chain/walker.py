"""A walk: orders, pushes, faults and waiting at random, where each printed command is run in the state it stands in.

Whatever is printed (in an answer, a notice, by `status`) is tried in a copy of the process, so that the walk goes on as
if nobody had looked. The same seed is the same walk: `python -m tests.chain.walker 17` shows one, `… 0 500` many.
"""

import json
import os
import random
import re
import sys
import traceback
from collections.abc import Iterator
from typing import Any, NamedTuple

from bluegreen.core.environment import Environment
from bluegreen_emulator.faults import Fault
from tests.build import BLUE, GREEN
from tests.chain.driven import BalancedLaptop, NamedLaptop
from tests.chain.laptop import Laptop

QUICK = {"checks": 2, "over": "20s", "bake": "1m", "extend": "30s", "every": "10s"}
ILL, BAD = {"share": 1.0}, {"share": 0.5, "when": "production"}
PEOPLE = ("deploy", "switch", "rollback", "abort", "status")
_GIVEN = r"(?: -p (?:'[^']+'|\w+:[\w.+@/-]+))*"
_COMMAND = re.compile(rf"doctl serverless functions invoke (\w+)({_GIVEN})|`({'|'.join(PEOPLE)})({_GIVEN})`")
_PAIR = re.compile(r"-p (?:'(\w+):([^']*)'|(\w+):(\S+))")
# What nobody knows before the providers and the environments are asked, which printing does not do.
_ONLY_KNOWN_WHEN_ASKED = ("App Platform cannot take", "was deployed again")
CONFIGURATIONS: tuple[dict[str, Any], ...] = (
    {},
    {"options": {"auto_switch": False}},
    {"approval": {"by": ["anna"], "within": "20m"}},
    {"restore_idle": True},
    {"while_watching": "replace"},
    {"after_bake": "rollback"},
    {"freeze": [{"name": "lunch", "from_day": "mon", "from_time": "12:15", "to_day": "mon", "to_time": "12:40"}]},
    {
        "freeze": [
            {
                "name": "noon",
                "from_day": "mon",
                "from_time": "12:10",
                "to_day": "mon",
                "to_time": "12:50",
                "override": ["anna"],
            }
        ]
    },
    {"deadlines": {"deploying": "90s", "ready": "3m"}, "options": {"auto_switch": False}},
)


class Refused(NamedTuple):
    """A command that was printed and is refused. `where`: what was run last."""

    where: str
    text: str
    command: str
    says: str

    @property
    def told(self) -> str:
        return f"  walked  {self.where}\n  printed {self.text}\n  command {self.command}\n  refused {self.says[:1500]}"


Command = tuple[str, dict[str, str]]


def commands(text: str) -> Iterator[list[Command]]:
    """What stands in a text, each by itself; what is joined by "then" one after the other."""
    for part in re.split(r"; |\. |, or ", text):
        found = [_command(match) for match in _COMMAND.finditer(part)]
        if ", then " in part:
            yield found
        else:
            yield from ([each] for each in found)


def _read(escaped: str) -> str:
    return escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _command(match: re.Match[str]) -> Command:
    name, given = match[1] or match[3], match[2] or match[4] or ""
    return name, {pair[1] or pair[3]: pair[2] or pair[4] or "" for pair in _PAIR.finditer(given)}


class Walking:
    """Mixed into a laptop: after each call that nobody else has made, what was printed by it is tried."""

    late: dict[Environment, dict[str, Any]]

    def begin(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.walked: list[str] = []
        self.refused: list[Refused] = []
        self.tried = 0
        self._seen, self._depth, self._told = set[str](), 0, 0
        self._waiting = set[str]()  # texts of notices that were queued before
        self._tags, self._minor = ["v1.1.0", "v1.2.0"], 2

    def invoke(self, name: str, event: dict[str, Any] | None = None) -> Any:
        if not hasattr(self, "random"):
            return super().invoke(name, event)
        self._depth += 1
        try:
            answer = super().invoke(name, event)
        finally:
            self._depth -= 1
        if self._depth == 0:
            if name in PEOPLE and event is not None and "specversion" not in event:
                self.try_what_is_printed(f"{name} {event}", [str(answer.get("next", "")), str(answer.get("what", ""))])
            self.try_what_is_printed(f"after {name}", list(self._notices()))
        return answer

    def _notices(self) -> Iterator[str]:
        """What is told in the state that the record is in now: a notice that has waited is of another one."""
        for notice in self.record().outbox:
            texts = {notice.reason, notice.next_step}
            yield from texts - self._waiting
            self._waiting |= texts
        messages = self.slack.messages[self._told :]
        self._told += len(messages)
        version = self.cloud("a walk").journal.newest()
        for message in messages:
            if version.at.timestamp() - message["payload"]["attachments"][0]["ts"] >= 2:
                continue  # told by a function that has gone on since
            fields = [field for each in message["payload"].get("attachments", []) for field in each["fields"]]
            texts = [_read(field["value"]) for field in fields if field["title"] != "The app said last"]
            yield from (text for text in texts if text not in self._waiting)

    def try_what_is_printed(self, where: str, texts: list[str]) -> None:
        for text in texts:
            for sequence in commands(text):
                wanted = [each for each in sequence if each[0] != "status"]
                key = f"{self.record().model_dump_json()} {wanted}"
                if wanted and key not in self._seen:
                    self._seen.add(key)
                    self._try(where, text, wanted)

    def _try(self, where: str, text: str, sequence: list[Command]) -> None:
        """In a child process, where whatever stood in the way has been put right."""
        self.tried += 1
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            said = "it crashed"
            try:
                said = self._refusal(sequence)
            except BaseException:  # noqa: BLE001 - whatever it is, the walk is to hear of it
                said = traceback.format_exc()
            os.write(writer, said.encode()[:60_000])
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            said = pipe.read().decode()
        os.waitpid(child, 0)
        if said:
            self.refused.append(Refused(f"{'; '.join(self.walked[-8:])} | {where}", text, str(sequence), said))

    def _refusal(self, sequence: list[Command]) -> str:
        self._depth = 1
        self.late.clear()
        for faults in self.faults.values():
            faults.clear()
        for name, event in sequence:
            answer = self.invoke(name, event)
            if not answer.get("ok") and not any(word in answer["what"] for word in _ONLY_KNOWN_WHEN_ASKED):
                return json.dumps(answer)
        return ""

    # The walk

    def walk(self, steps: int) -> None:
        acts = {
            self.do_push: 10,
            self.do_some: 16,
            self.do_minute: 8,
            self.do_rest: 5,
            self.do_rollback: 9,
            self.do_abort: 5,
            self.do_switch: 6,
            self.do_deploy: 9,
            self.do_stand_still: 4,
            self.do_by_hand: 3,
            self.do_fault: 5,
            self.do_break: 3,
            self.do_routers: 2,
            self.do_sleep: 2,
        }
        for _ in range(steps):
            (act,) = self.random.choices([*acts], [*acts.values()])
            act()
            self.invoke("status", {})

    def did(self, what: str) -> None:
        self.walked.append(what)

    def do_push(self) -> None:
        self._minor += 1
        tag, kind = f"v1.{self._minor}.0", self.random.choice(["well"] * 5 + ["ill", "bad", "no build"])
        self._tags.append(tag)
        self.did(f"push {tag} {kind}")
        if kind == "no build":
            idle = self.record().idle.value
            self.digitalocean.fail_next_deployment(f"holi-{idle}", "no", phase="BUILDING")
        self.push(tag, **{"fault": {"ill": ILL, "bad": BAD}[kind]} if kind in ("ill", "bad") else {})

    def do_some(self) -> None:
        """Some wake-ups happen."""
        many = self.random.randint(1, 4)
        self.did(f"{many} wake-ups")
        for _ in range(many):
            if self.queue:
                self.invoke(*self.queue.popleft())
            else:
                self.clock.sleep(5)
                self.invoke("ops/watch", {"source": "schedule"})

    def do_minute(self) -> None:
        self.did("a minute")
        self._minute()

    def do_rest(self) -> None:
        self.did("five minutes")
        for _ in range(5):
            self._minute()

    def _minute(self) -> None:
        self.clock.sleep(60)
        self.invoke("ops/watch", {"source": "schedule"})
        for _ in range(100):
            if not self.queue:
                return
            self.invoke(*self.queue.popleft())

    def do_rollback(self) -> None:
        kind = self.random.choice(["", "", "", "undo", "undo", "to", "to", "native"])
        given = {"to": self.random.choice(self._tags)} if kind == "to" else {kind: "true"} if kind else {}
        self._order("rollback", given)

    def do_abort(self) -> None:
        self._order("abort", {})

    def do_switch(self) -> None:
        self._order("switch", self.random.choice([{}, {"by": "anna"}, {"by": "anna"}]))

    def do_deploy(self) -> None:
        extra = [{}, {}, {"lift": "true"}, {"lift": "true"}, {"now": "true"}, {"restore": "true"}]
        extra += [{"skip_smoke_tests": "true"}, {"override": "true", "by": "anna"}, {"fix": "true"}]
        extra += [{"target": "blue"}, {"target": "green"}]
        self._order("deploy", {"tag": self.random.choice(self._tags)} | self.random.choice(extra))

    def do_stand_still(self) -> None:
        paused = self.record().paused is not None
        self._order("deploy", {"resume": "true"} if paused else {"pause": "true", "by": "anna"})

    def _order(self, name: str, given: dict[str, str]) -> None:
        self.did(f"{name} {given}")
        self.invoke(name, given)

    def do_by_hand(self) -> None:
        """Somebody deploys, or DigitalOcean does."""
        what, where = self.random.choice(["deploy", "supersede", "maintenance"]), self.random.choice([BLUE, GREEN])
        if self.digitalocean.app(self.apps[where]).pinned is not None:
            return  # which DigitalOcean refuses
        if what == "deploy" and where is self.record().active:
            where = where.other
        self.did(f"{what} by hand on {where.value}")
        cloud = self.digitalocean
        if what == "maintenance":
            cloud.maintenance(f"holi-{where.value}")
        elif what == "supersede":
            cloud.supersede(f"holi-{where.value}")
        else:
            commit = self.repository.commit(version="v0.0.1-mine", message="tried by hand")
            self.repository.branches[f"deploy/{where.value}"] = commit.sha
            api = self.shared
            person = {"Authorization": "Bearer dop_v1_of-a-person"}
            url = f"https://api.digitalocean.com/v2/apps/{self.apps[where]}/deployments"
            api.http.request("POST", url, json={"force_build": False}, headers=person)

    def do_fault(self) -> None:
        name, path, method = self.random.choice(
            [
                ("digitalocean", "/cancel", "POST"),
                ("digitalocean", "/cancel", "POST"),
                ("digitalocean", "/deployments", ".*"),
                ("digitalocean", ".*", ".*"),
                ("digitalocean", ".*", "GET"),
                ("github", ".*", ".*"),
                ("slack", ".*", ".*"),
            ]
        )
        status, times = self.random.choice([503, 503, 409, 404, 401, 429]), self.random.choice([1, 2, 5, 30])
        effect = self.random.random() < 0.3
        self.did(f"fault {name} {method} {path} {status} x{times}{' after effect' if effect else ''}")
        fault = Fault(method=method, path=path, status=status, times=times, after_effect=effect)
        self.faults[name].add(fault)

    def do_break(self) -> None:
        """What runs somewhere begins to fail, or is well again."""
        where = self.random.choice([BLUE, GREEN])
        if self.late and self.random.random() < 0.6:
            self.did("all is well again")
            self.late.clear()
            self.faults["digitalocean"].clear()
        else:
            self.did(f"{where.value} fails")
            self.late[where] = self.random.choice([ILL, BAD])

    def do_routers(self) -> None:
        self.routers = 2 - self.routers
        self.did(f"{self.routers} routers")

    def do_sleep(self) -> None:
        seconds = self.random.choice([30, 120, 600])
        self.did(f"{seconds} s pass")
        self.clock.sleep(seconds)

    def _fault(self, environment: Environment) -> dict[str, Any]:
        found: dict[str, Any] = self.late.get(environment) or super()._fault(environment)
        return found


class RoutedWalk(Walking, Laptop):
    def __init__(self, **changes: Any) -> None:
        self.late = {}
        super().__init__(**{"watch": QUICK, "signals": ["router"], **changes})


class NamedWalk(Walking, NamedLaptop):
    def __init__(self, **changes: Any) -> None:
        self.late = {}
        super().__init__(**changes)


class BalancedWalk(Walking, BalancedLaptop):
    def __init__(self, **changes: Any) -> None:
        self.late = {}
        super().__init__(**changes)


def walk(seed: int, steps: int = 30) -> Any:
    """The walk of a seed, walked; `refused` says what was printed and refused, `tried` how many commands were run."""
    kind = (RoutedWalk, RoutedWalk, RoutedWalk, NamedWalk, BalancedWalk)[seed % 5]
    changes = CONFIGURATIONS[(seed // 5) % len(CONFIGURATIONS)]
    laptop = kind(**changes)
    laptop.begin(seed)
    laptop.invoke("status", {})
    laptop.walk(steps)
    return laptop


def main() -> None:
    first = int(sys.argv[1])
    seeds, tried = range(first, int(sys.argv[2]) if len(sys.argv) > 2 else first + 1), 0
    for seed in seeds:
        done = walk(seed)
        tried += done.tried
        sys.stdout.writelines(f"--- seed {seed}\n{each.told}\n" for each in done.refused)
        if len(seeds) == 1:
            sys.stdout.write("\n".join(done.walked) + "\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(seeds)} walks, {tried} printed commands were run\n")


if __name__ == "__main__":
    main()
