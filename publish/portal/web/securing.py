"""The page of a user's own security keys, and what any page asks a key to sign."""

from __future__ import annotations

import json

from celwacht.publish.portal.accounts import changing, security_keys, sessions
from celwacht.publish.portal.accounts.accounts import Account
from celwacht.publish.portal.accounts.changing import Proof
from celwacht.publish.portal.web.asked import Asked, signed_in
from celwacht.publish.portal.web.pages import shown
from starlette.responses import Response

ADD, REMOVE = "add", "remove "


def signing(asked: Asked, account: str) -> str:
    """What a key of the account may sign in place of a code, as JSON for keys.js; "" where it has none. Each page gets a challenge of its own."""
    with asked.portal.database.change() as db:
        options = security_keys.ask(db, asked.portal, account, sessions.digest_of(asked.portal, asked.token))
    return json.dumps(options) if options else ""


def proof_of(asked: Asked) -> Proof:
    """What a form says to prove once more who is in."""
    return Proof(*(asked.form.get(name, "") for name in ("current", "code", "signed")))


@signed_in
def keys(asked: Asked, who: Account) -> Response:
    """/sleutels: the keys; a new one, in two steps (who are you once more, then the key is made); and one taken away."""
    status, said = 200, ""
    what = asked.form.get("what", "")
    if "made" in asked.form:
        name = asked.form.get("name", "")
        why = changing.add_key(asked.portal, who, asked.token, name, asked.form["made"], asked.visitor)
        status, said = (400, "key_not_added") if why else (200, "key_added")
    elif what == ADD:
        options = changing.begin_key(asked.portal, who, asked.token, proof_of(asked), asked.visitor)
        if options:
            return shown(asked, "key_new", who=who, making=json.dumps(options), most=security_keys.NAME)
        status, said = 400, "not_proved"
    elif what.startswith(REMOVE):
        number = what.removeprefix(REMOVE)
        done = changing.remove_key(asked.portal, who, asked.token, proof_of(asked), number, asked.visitor)
        status, said = (200, "key_removed") if done else (400, "not_proved")
    with asked.portal.database.change() as db:
        mine = security_keys.keys_of(db, who.id)
    told = {"keys": mine, "full": len(mine) >= security_keys.MOST, "signing": signing(asked, who.id)}
    return shown(asked, "keys", status, said=said, who=who, **told)
