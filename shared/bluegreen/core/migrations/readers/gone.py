"""What the code of the releases that can come back means for a verdict.

| the statement                 | a release names it               | a release could not be read | none does    |
|---|---|---|---|
| stands there bare             | refused                          | refused                     | passes       |
| `contract since v1.4.0 …`     | refused, from v1.4.0 on          | passes, and it is told      | passes       |
| `contract …`                  | passes; told of what serves now  | passes                      | passes       |
| `reviewed …`                  | passes: a person has looked      | passes                      | passes       |

A release whose code may put the name together as it runs (`built`) counts like one that could not be read.

Where it passes because none does, the floor rises to the oldest release that was read: of older ones nothing is known.
"""

from collections.abc import Sequence
from typing import NamedTuple

from bluegreen.core.config import tags
from bluegreen.core.migrations.contracts import Contract, contract_of
from bluegreen.core.migrations.readers.names import LostName
from bluegreen.core.migrations.readers.reflecting import ACTIVE_RECORD
from bluegreen.core.migrations.readers.search import NO_USE, How, Mention
from bluegreen.core.migrations.scene import Consequence, Objection

_NAMED = 3  # releases
_UNSEEN = "names put together at run time may go unseen"
_LOOK = "if it does not, say `-- bluegreen: reviewed why`"
_PLAIN = tuple(How)  # the plainest use first
_DECIDED = (Consequence.REFUSED, Consequence.REVIEWED)


class ReleaseCode(NamedTuple):
    """What the code of one release says of the names that go."""

    tag: str
    why: str  # it can come back
    mentions: tuple[Mention, ...] = ()
    unread: tuple[str, ...] = ()  # what of it is not known, in words
    serves: bool = False  # production, now

    def names(self, lost: LostName) -> Mention | None:
        """The first mention that is a use."""
        of_it = [mention for mention in self.mentions if mention.lost == lost]
        ignored = _is_left_out(of_it)
        uses = [m for m in of_it if m.how not in NO_USE]
        uses = [m for m in uses if not (ignored and m.how is How.REFLECTS and m.of == ACTIVE_RECORD)]
        return min(uses, key=lambda mention: _PLAIN.index(mention.how), default=None)

    def builds(self, lost: LostName) -> str:
        """Where its name may be put together; "" where nothing looks like that."""
        found = (m for m in self.mentions if m.lost == lost and m.how is How.BUILT)
        return next((f"{self.shown} {m.how.value}: {m.path}:{m.line}" for m in found), "")

    @property
    def shown(self) -> str:
        return f"{self.tag or 'a release without a tag'} ({self.why})"


def _is_left_out(of_it: Sequence[Mention]) -> bool:
    """Whether each class of the column's table leaves it out, by itself or by its base class."""
    classes = [mention for mention in of_it if mention.how is How.DERIVES]
    ignoring = [mention for mention in of_it if mention.how is How.IGNORES]
    itself, bases = {(m.path, m.of) for m in ignoring}, {m.of for m in ignoring}
    return bool(classes) and all((each.path, each.of) in itself or each.base in bases for each in classes)


def lost_names(objections: Sequence[Objection]) -> list[LostName]:
    """What code is to be asked for: nothing where a person has looked."""
    asked = [found for found in objections if found.lost and found.consequence in _DECIDED and not _was_seen(found)]
    return list(dict.fromkeys(found.lost for found in asked if found.lost))


def applied(objections: Sequence[Objection], releases: Sequence[ReleaseCode]) -> tuple[Objection, ...]:
    """Without any release that was read nothing is known, and nothing changes."""
    return tuple(_applied(found, releases) if releases else found for found in objections)


def oldest(releases: Sequence[ReleaseCode]) -> str:
    read = [release.tag for release in releases if release.tag]
    return min(read, key=lambda tag: tags.precedence(tag) or (), default="")


def _applied(found: Objection, releases: Sequence[ReleaseCode]) -> Objection:
    if found.lost is None or found.consequence not in _DECIDED or _was_seen(found):
        return found
    contract = contract_of(found.reviewed)
    asked = releases if contract is None else _bound(contract, releases)
    naming = [(release, mention) for release in asked if (mention := release.names(found.lost))]
    if naming:
        still = contract is not None and not contract.since
        told = _told(found.lost, naming)
        return found._replace(readers=told, consequence=Consequence.REVIEWED if still else Consequence.REFUSED)
    unread = [f"{release.shown}: {', '.join(release.unread)}" for release in asked if release.unread]
    if unread:
        return found._replace(readers=f"not all code could be read for {found.lost.name}: {'; '.join(unread[:_NAMED])}")
    built = [where for release in asked if (where := release.builds(found.lost))]
    if built:
        return found._replace(readers=f"{found.lost.name}: {'; '.join(built[:_NAMED])} ({_LOOK})")
    if contract is not None:
        return found
    nobody = f"nothing names {found.lost.name} in {', '.join(release.tag for release in asked)}"
    nobody = f"{nobody} ({_UNSEEN})"
    return found._replace(readers=nobody, consequence=Consequence.UNREAD)


def _was_seen(found: Objection) -> bool:
    return found.consequence is Consequence.REVIEWED and contract_of(found.reviewed) is None


def _bound(contract: Contract, releases: Sequence[ReleaseCode]) -> list[ReleaseCode]:
    """The releases of which a contract says that they do without: those from its floor on; else what serves is told."""
    if not contract.since:
        return [release for release in releases if release.serves]
    return [release for release in releases if not (release.tag and tags.older(release.tag, contract.since))]


def _how(found: Mention) -> str:
    return f"still {found.how.value}" if found.how is How.NAMES else found.how.value


def _told(lost: LostName, naming: Sequence[tuple[ReleaseCode, Mention]]) -> str:
    shown = [f"{release.shown} {_how(found)}: {found.path}:{found.line}" for release, found in naming[:_NAMED]]
    more = f"; and {len(naming) - _NAMED} more releases" if len(naming) > _NAMED else ""
    return f"{lost.name}: {'; '.join(shown)}{more}"
