"""Who may vote: the office's list of checkers, each under one name to vote by, with a code that only they know.

    DATA/vault/checkers.jsonl    who was put on the list, who got a new code, who was taken off; chained under the secret key

Two votes are of two people when they were given under two entries of this list, whatever is written in them: no spelling makes a second person. Nobody
is on the list twice: a name that may be that of somebody who is, or was, is refused.

    one_person("M. Smit", "Smit"), one_person("A. de Boer", "Anna de Boer")    ->  True, True
    one_person("Maria Smit", "Martijn Smit"), one_person("M. Smit", "S. Mol")  ->  False, False
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from time import time

from celwacht.publish.portal.keeping.codes import new_code, typed
from celwacht.publish.portal.keeping.log import Log
from celwacht.publish.terminal.console import Refused

_PURPOSE = b"celwacht/1/outputs/checkers"


@dataclass(frozen=True, slots=True)
class Checker:
    """One of the list. login: what they vote by; since: when they got the code they have."""

    login: str
    name: str
    since: str
    ended: bool


def checkers(data: Path, secret: bytes) -> dict[str, Checker]:
    """All that were ever on the list, by login. ValueError where a line of it was changed."""
    found: dict[str, Checker] = {}
    for line in _log(data, secret).lines():
        login = line["checker"]
        if line["what"] == "ended":
            found[login] = Checker(login, found[login].name, found[login].since, True)
        else:
            found[login] = Checker(login, line["name"], line["at"], False)
    return found


def put_on(data: Path, secret: bytes, login: str, name: str) -> str:
    """Puts somebody on the list, or gives who is on it a new code; returns the code, which is kept as a keyed digest only."""
    if not _words(name):
        raise Refused(f"--name {name[:40]!r} holds no letter; write the checker's name in full.")
    for one in checkers(data, secret).values():
        if one.login == login and one.name != name:
            raise Refused(f"{login} is what {one.name} votes by, now and later; take another for {name}.")
        if one.login != login and one_person(one.name, name):
            raise Refused(
                f"{name} may be {one.name}, who votes as {one.login}: nobody is a checker twice. For somebody else, write first names in full."
            )
    code = new_code(20)
    _log(data, secret).write("code", time(), checker=login, name=name, code=_digest(secret, login, code))
    return code


def take_off(data: Path, secret: bytes, login: str) -> None:
    """From now on no vote is taken from them; what they voted stands."""
    one = checkers(data, secret).get(login)
    if one is None or one.ended:
        raise _unknown(login)
    _log(data, secret).write("ended", time(), checker=login)


def known(data: Path, secret: bytes, login: str, code: str) -> Checker:
    """Who votes by that login, when the code is theirs; Refused otherwise."""
    one, kept = checkers(data, secret).get(login), ""
    if one is None or one.ended:
        raise _unknown(login)
    for line in _log(data, secret).lines():
        kept = line.get("code", kept) if line["checker"] == login else kept
    if not hmac.compare_digest(kept, _digest(secret, login, code)):
        raise Refused(f"that is not the code of {login}. Who lost theirs gets a new one: celwacht output checker {login} --name NAME.")
    return one


def one_person(one: str, other: str) -> bool:
    """Whether two names may be of one person: each word of the shorter is one of the longer, or its initial, and a whole word is the same."""
    short, long = sorted((_words(one), _words(other)), key=len)
    left, same = list(long), False
    for word in sorted(short, key=len, reverse=True):
        fits = [w for w in left if w == word] or [w for w in left if w[0] == word[0] and 1 in (len(w), len(word))]
        if not fits:
            return False
        left.remove(fits[0])
        same = same or (fits[0] == word and len(word) > 1)
    return same


def _words(name: str) -> list[str]:
    """In small letters, without accents and marks."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", plain)


def _unknown(login: str) -> Refused:
    return Refused(f"no checker votes as {login}. celwacht output checkers lists them; celwacht output checker puts somebody on the list.")


def _digest(secret: bytes, login: str, code: str) -> str:
    return hmac.digest(secret, b"\0".join([_PURPOSE, login.encode(), typed(code).encode()]), "sha256").hex()


def _log(data: Path, secret: bytes) -> Log:
    (data / "vault").mkdir(parents=True, exist_ok=True, mode=0o700)
    return Log(data / "vault" / "checkers.jsonl", hmac.digest(secret, _PURPOSE, "sha256"))
