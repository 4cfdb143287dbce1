"""What a name of the database may be called in code.

Names are compared *squashed*: without case, `_` and `-`. So `middle_name`, `middleName`, `MiddleName` and
`MIDDLE_NAME` are one: middlename. An identifier of the code names what is sought where, squashed, it equals

    a spelling of it          middle_name, "middleName", `t.middle_name`, :middle_name, middle-name
    … behind one accessor     getMiddleName, setMiddleName, find_by_middle_name, saved_change_to_middle_name
    … before one              middle_name_changed, middle_name_was, middle_name_before_type_cast
    … as a part of a query    author__middle_name__icontains (Django), findByTownAndMiddleName (Spring Data)

Spellings: a column that ends in `_id` also goes by its association's name (owner_id: `owner`); a table goes by its
singular and its plural (visits: `Visit`, `visits`), and, where its first word may be an app's prefix, by the rest in
the letters of a class (clinic_visit: `Visit`, but not the variable `visit`). `nickname_history` does not name nickname.
"""

import re
from typing import NamedTuple

_IRREGULAR = {"person": "people", "child": "children", "man": "men", "woman": "women", "mouse": "mice", "foot": "feet"}
_IRREGULAR |= {"index": "indices", "matrix": "matrices", "vertex": "vertices", "datum": "data", "medium": "media"}
_SHORTEST = 3  # letters that are left of a name
_BEFORE = """
get set is has with find findby find_by by where where_not order_by sort_by group_by count_by saved_change_to
will_save_change_to restore clear reset update increment decrement
"""
_BEHIND = """
changed was change will_change before_type_cast in_database before_last_save previously_changed previously_was
for_database came_from_user asc desc display
"""
_IDENTIFIER = re.compile(r"[\w$]+")
_WORDS = re.compile(r"\w+")  # `$name` of PHP, Perl and the shell is one with its mark and without
_WITH_DASHES = re.compile(r"[\w$]+(?:-[\w$]+)+")
_WORD = re.compile(r"[^\W_a-z0-9]+(?![a-z])|[^\W_a-z0-9]?[a-z]+|[^\W_A-Za-z]+|\d+")


class LostName(NamedTuple):
    """What a statement takes away from whoever names it. Without schema and quotes."""

    kind: str  # table, view, matview, column, routine, type, sequence, value (of an enum)
    name: str
    table: str = ""  # of a column

    @classmethod
    def of(cls, kind: str, full: str) -> "LostName":
        return cls(kind, full.rpartition(".")[2])


class Spellings(NamedTuple):
    """`anyhow`: squashed, `as_class`: only where it is written as the name of a class; `literal`: with spaces."""

    anyhow: frozenset[str]
    as_class: frozenset[str] = frozenset()
    literal: str = ""

    def may_be_in(self, squashed_text: str) -> bool:
        return any(name in squashed_text for name in (*self.anyhow, *self.as_class))

    def named_in(self, line: str) -> bool:
        if self.literal:
            return self.literal in line.lower()
        if not self.may_be_in(squashed(line)):
            return False
        found = [
            *_IDENTIFIER.findall(line),
            *_WITH_DASHES.findall(line),
            *(_WORDS.findall(line) if "$" in line else ()),
        ]
        return any(self._is(identifier) for identifier in found)

    def _is(self, identifier: str) -> bool:
        bare = squashed(identifier)
        if bare in self.anyhow or (bare in self.as_class and _is_class(identifier)):
            return True
        parts = identifier.split("__")
        if len(parts) > 1 and any(squashed(part) in self.anyhow for part in parts):
            return True
        return any(name in self.anyhow for name in _without_accessors(bare)) or self._is_queried(identifier)

    def _is_queried(self, identifier: str) -> bool:
        """A method whose name is a query: what stands behind its By."""
        words = [word.lower() for word in _WORD.findall(identifier)]
        asked = words[words.index("by") + 1 :] if "by" in words else []
        runs = ("".join(asked[start:end]) for start in range(len(asked)) for end in range(start + 1, len(asked) + 1))
        return any(run in self.anyhow for run in runs)


def spellings(lost: LostName) -> Spellings:
    if re.search(r"[^\w-]", lost.name):
        return Spellings(frozenset((squashed(lost.name),)), literal=lost.name.lower())
    whole = squashed(lost.name)
    if lost.kind in ("table", "view", "matview"):
        words = lost.name.split("_")
        rest = squashed("".join(words[1:]))
        as_class = frozenset(_numbers(rest)) if len(words) > 1 and len(rest) >= _SHORTEST else frozenset[str]()
        return Spellings(frozenset(_numbers(whole)), as_class)
    belongs = re.fullmatch(r"(.+?)_?id", lost.name, re.IGNORECASE) if lost.kind == "column" else None
    is_key = belongs is not None and bool(re.search(r"_id$|[a-z]I[dD]$", lost.name))
    association = {squashed(belongs[1])} if belongs and is_key and len(belongs[1]) >= _SHORTEST else set[str]()
    return Spellings(frozenset({whole, *association}))


def squashed(text: str) -> str:
    return text.lower().replace("_", "").replace("-", "")


def _is_class(identifier: str) -> bool:
    return identifier[:1].isupper() and not identifier.isupper()


def _without_accessors(bare: str) -> list[str]:
    heads = [bare, *(bare.removeprefix(before) for before in _ACCESSORS if bare.startswith(before))]
    return [head.removesuffix(behind) for head in heads for behind in ("", *_SUFFIXES) if head.endswith(behind)]


def _numbers(name: str) -> set[str]:
    """A squashed name in singular and plural: all that it may be, for English has no rule that always holds."""
    found = {name}
    for one, many in _IRREGULAR.items():
        found |= {name.removesuffix(one) + many} if name.endswith(one) else set()
        found |= {name.removesuffix(many) + one} if name.endswith(many) else set()
    for behind, instead in (("ies", "y"), ("ves", "f"), ("ves", "fe"), ("es", ""), ("s", "")):
        if name.endswith(behind) and not name.endswith("ss"):
            found.add(name.removesuffix(behind) + instead)
    for behind, instead in (("y", "ies"), ("fe", "ves"), ("f", "ves")):
        found |= {name.removesuffix(behind) + instead} if name.endswith(behind) else set()
    found |= {f"{name}es"} if name.endswith(("s", "x", "z", "ch", "sh", "o")) else {f"{name}s"}
    return {each for each in found if len(each) >= _SHORTEST} | {name}


_ACCESSORS = tuple(squashed(word) for word in _BEFORE.split())
_SUFFIXES = tuple(squashed(word) for word in _BEHIND.split())
