"""Regions by the names that readers type: those of today, former and everyday ones, the beginning of one, or one with a letter wrong.

    'jongeren in den haag'  ->  's-Gravenhage, by its everyday name; left over: jongeren, in
    'aa en hunse'           ->  no table has 'hunse': the words around it are Aa en Hunze but for one letter

The longest name counts. Only where a word is in no table, the words around it may be the beginning of a name, or have one letter wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from celwacht.publish.publication.publication import Words
from celwacht.publish.serve.api.synonyms import STOP
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.regions import divisions

BEGUN, TYPED = 4, 5
"""Least letters of the beginning of a name; and of a name, without blanks, that may have one wrong."""
LONGEST = 6
"""Words of a name at most."""
KINDS = {"gemeente": "GM", "municipality": "GM", "provincie": "PV", "province": "PV", "jeugdregio": "JZ", "land": "NL"}
KIND_ORDER = ("NL", "GM", "JZ", "PV", "WK")
BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")


@dataclass(frozen=True, slots=True)
class OtherName:
    """A name that no table has, and the codes that it stands for today. former: the region of that name is no more."""

    name: str
    codes: tuple[str, ...]
    former: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    title: Words
    was: str = ""
    """The former name by which it was found."""
    also: str = ""
    """The everyday name by which it was found."""


Key = tuple[str, ...]


def folded(text: str) -> str:
    """Without accents and capitals: folded('Beëindigd') == 'beeindigd'."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", folded(text))


def near(a: str, b: str) -> bool:
    """Do two words differ by one letter: another, one too many or too few, or two changed places? near('jeugdhlup', 'jeugdhulp')."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return a == b
    i = next((k for k, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    if len(a) == len(b):
        return a[i + 1 :] == b[i + 1 :] or (a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :])
    short, long = sorted((a, b), key=len)
    return short[i:] == long[i + 1 :]


@dataclass(frozen=True, slots=True)
class Names:
    """Every name as its words, folded -> the regions that have it."""

    known: Mapping[Key, Sequence[Region]] = field(repr=False)

    @classmethod
    def of(cls, titles: Mapping[str, Words], others: Iterable[OtherName] = ()) -> Names:
        """Names of the regions by code; others are heard only where no region of today has that name. A region has a name once: what was
        its own name before is no everyday name beside that."""
        known: dict[Key, list[Region]] = {}
        for code, title in titles.items():
            for key in {key for text in (title.nl, title.en) for key in _keys(text)}:
                known.setdefault(key, []).append(Region(code, title))
        today = set(known)
        for other in sorted(others, key=lambda one: not one.former):
            for key in _keys(other.name) - (today if other.former else set()):
                told, there = {"was" if other.former else "also": other.name}, known.setdefault(key, [])
                new = (code for code in other.codes if code in titles and all(code != one.code for one in there))
                there.extend(Region(code, titles[code], **told) for code in new)
        return cls({key: regions for key, regions in known.items() if regions})

    def named_in(self, asked: Sequence[str], in_tables: Callable[[str], bool]) -> tuple[list[Region], list[str]]:
        """(regions that the words of a question name, the words that are left). 'gemeente' and the like say which kind.
        in_tables: whether a word is found in a table; one that is not may be part of a name that is not quite right."""
        found, left = self._phrases(list(asked))
        strange = {word for word in left if word not in STOP and word not in KINDS and not in_tables(word)}
        if strange:
            likely, rest = self._likely(list(asked), strange)
            if likely:
                more, left = self._phrases(rest)
                found = likely + more
        kinds = {KINDS[w] for w in asked if w in KINDS}
        wanted = [r for r in found if r.code[:2] in kinds] or found
        if found and kinds:
            left = [w for w in left if w not in KINDS]
        wanted.sort(key=lambda r: (KIND_ORDER.index(r.code[:2]) if r.code[:2] in KIND_ORDER else len(KIND_ORDER), r.title.nl))
        return wanted, left

    def _phrases(self, asked: list[str]) -> tuple[list[Region], list[str]]:
        for at, size in _spans(asked):
            hit = self.known.get(tuple(asked[at : at + size]))
            if hit:
                more, left = self._phrases(asked[:at] + asked[at + size :])
                return list(hit) + more, left
        return [], asked

    def _likely(self, asked: list[str], strange: set[str]) -> tuple[list[Region], list[str]]:
        """The regions of the longest run of words around a strange one that begins a name, or else has one letter wrong, or else is one
        word of a name; and the words left. A kind (gemeente) is no part of a name."""
        spans = [
            (at, size) for at, size in _spans(asked) if strange & set(asked[at : at + size]) and not set(KINDS) & set(asked[at : at + size])
        ]
        joined = {key: " ".join(key) for key in self.known}
        for at, size in spans:
            for fits in (_begins, _mistyped, _is_word_of):
                words = " ".join(asked[at : at + size])
                hit = [r for key, name in joined.items() if fits(words, name) for r in self.known[key]]
                if hit:
                    once = {region.code: region for region in reversed(hit)}
                    return list(reversed(once.values())), asked[:at] + asked[at + size :]
        return [], asked


def _spans(asked: Sequence[str]) -> Iterator[tuple[int, int]]:
    """(first word, number of words) of every run of words, the longest first."""
    for size in range(min(LONGEST, len(asked)), 0, -1):
        for at in range(len(asked) - size + 1):
            yield at, size


def _begins(words: str, name: str) -> bool:
    return len(words) >= BEGUN and name.startswith(words)


def _mistyped(words: str, name: str) -> bool:
    return len(words.replace(" ", "")) >= TYPED and near(words, name)


def _is_word_of(words: str, name: str) -> bool:
    return len(words) >= BEGUN and words in name.split()


def _keys(text: str) -> set[Key]:
    """'Bergen (NH.)' -> ('bergen',), ('bergen', 'nh'); of a level in brackets ('Drenthe (PV)') the name alone."""
    plain = tuple(words_of(BRACKETS.sub("", text)))
    whole = plain if re.search(r"\([A-Z]{2}\)\s*$", text) else tuple(words_of(text))
    return {plain, whole} - {()}


def other_names() -> list[OtherName]:
    """Everyday names of regions, and of regions that are no more (Appingedam is in Eemsdelta since 2021), from the public lists of a
    project; none where it keeps no such lists."""
    try:
        names = divisions.names()
        everyday = [OtherName(name, (one.code,)) for spec in divisions.systems().values() for one in spec.also for name in one.names]
        into: dict[str, list[str]] = {}
        for change in (c for spec in divisions.systems().values() for c in divisions.changes(spec)):
            if change.kind != "border" and change.old != change.new:
                into.setdefault(change.old, []).append(change.new)
    except (ProblemsFound, OSError):
        return []
    former = [OtherName(names[old], _today(old, into), True) for old in into if old in names]
    return [*everyday, *(one for one in former if one.codes)]


def _today(old: str, into: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The regions that a former one went up in; what it went up in may itself have gone up in another since."""
    now: list[str] = []
    todo = list(into[old])
    while todo:
        code = todo.pop(0)
        if code in into and code not in now:
            todo += into[code]
        elif code not in now:
            now.append(code)
    return tuple(now)
