"""A provider asks for access: a form that waits for the office."""

from __future__ import annotations

import json
import secrets

from celwacht.publish.portal.accounts import guesses
from celwacht.publish.portal.accounts.accounts import is_mail
from celwacht.publish.portal.web.asked import Asked, number_of
from celwacht.publish.portal.web.pages import shown
from starlette.responses import Response

FIELDS = {"name": 120, "kvk": 8, "address": 200, "contact": 120, "mail": 254, "kinds": 300}
"""What is asked, and how long it may be."""
WAITING = 1000
"""Forms that may wait for the office at once, from wherever they come."""


def sign_up(asked: Asked) -> Response:
    """/aanmelden: kept, sealed, until the office accepts or refuses it."""
    if asked.method == "GET":
        return shown(asked, "sign_up", told=dict.fromkeys(FIELDS, ""))
    told = {name: asked.form.get(name, "").strip()[:most] for name, most in FIELDS.items()}
    whole = all(text and text.isprintable() for text in told.values())  # the office reads it on a screen that obeys other characters
    if not whole or not (number_of(told["kvk"]) >= 0 and len(told["kvk"]) == 8) or not is_mail(told["mail"]):
        return shown(asked, "sign_up", 400, said="not_whole", told=told)
    portal, number = asked.portal, secrets.token_hex(8)
    sealed = portal.seal.closed(json.dumps(told).encode(), f"application/{number}")
    with portal.database.change() as db:
        allowed = guesses.take(db, guesses.for_form(asked.visitor.address), portal.now())
        full = db.execute("SELECT count(*) FROM application WHERE state = 'waiting'").fetchone()[0] >= WAITING
        allowed = allowed and not full
        if allowed:
            db.execute("INSERT INTO application VALUES (?, ?, 'waiting', ?)", (number, sealed, portal.now()))
    if not allowed:
        return shown(asked, "sign_up", 429, said="too_many", told=told)
    portal.note("signed up", application=number, address=asked.visitor.address)
    return shown(asked, "signed_up")
