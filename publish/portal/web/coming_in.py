"""The pages before somebody is in, and those of their own account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from celwacht.publish.portal.accounts import accounts, changing, entering, one_time, sessions
from celwacht.publish.portal.accounts.accounts import Account
from celwacht.publish.portal.web.asked import Asked, signed_in, to, with_session, without_session
from celwacht.publish.portal.web.pages import browser_of, shown, words
from celwacht.publish.portal.web.securing import proof_of, signing
from starlette.responses import Response

_POST = ThreadPoolExecutor(1, "mail")


def sign_in(asked: Asked) -> Response:
    """/inloggen: mail and password."""
    if asked.method == "GET":
        return shown(asked, "sign_in")
    token = entering.sign_in(asked.portal, asked.form.get("mail", ""), asked.form.get("password", ""), asked.visitor)
    return with_session(to("/code"), token) if token else shown(asked, "sign_in", 400, said="not_in")


def code(asked: Asked) -> Response:
    """/code: the second factor, a code or a security key."""
    session = asked.session(sessions.HALF)
    if session is None:
        return to("/inloggen")
    if asked.method == "GET":
        return shown(asked, "code", signing=signing(asked, session.account))
    given, signed = asked.form.get("code", ""), asked.form.get("signed", "")
    entered = entering.second_factor(asked.portal, asked.token, given, asked.visitor, signed)
    if entered:
        return with_session(to("/rapporten"), entered.session, entered.device)
    return shown(asked, "code", 400, said="no_key" if signed else "no_code", signing=signing(asked, session.account))


def invitation(asked: Asked) -> Response:
    """/uitnodiging: mail and the code of the letter."""
    if asked.method == "GET":
        return shown(asked, "invitation")
    token = entering.accept(asked.portal, asked.form.get("mail", ""), asked.form.get("code", ""), asked.visitor)
    return with_session(to("/wachtwoord"), token) if token else shown(asked, "invitation", 400, said="no_invitation")


def password(asked: Asked) -> Response:
    """/wachtwoord: choose one."""
    if asked.session(sessions.CHOOSE) is None:
        return to("/uitnodiging")
    if asked.method == "GET":
        return shown(asked, "password")
    if asked.form.get("password") != asked.form.get("again"):
        return shown(asked, "password", 400, said="not_the_same")
    made = entering.choose(asked.portal, asked.token, asked.form.get("password", ""))
    if made is None:
        return to("/uitnodiging")
    return to("/tweede-stap") if isinstance(made, bytes) else shown(asked, "password", 400, said=made)


def factor(asked: Asked) -> Response:
    """/tweede-stap: the seed as a picture and in letters, and one code back."""
    session = asked.session(sessions.CHOOSE)
    account = accounts.by_id(asked.portal, session.account) if session else None
    if account is None or not account.seed:
        return to("/uitnodiging")
    entered = entering.confirm(asked.portal, asked.token, asked.form.get("code", ""), asked.visitor) if asked.method == "POST" else None
    if entered:
        return with_session(shown(asked, "recovery", codes=entered.recovery), entered.session, entered.device)
    seed = entering.seed_of(asked.portal, account)
    address = one_time.address_of(seed, account.mail, asked.portal.settings.name)
    picture = one_time.picture(address, words(asked.language)["qr"])
    status, said = (400, "no_code") if asked.method == "POST" else (200, "")
    return shown(asked, "factor", status, said=said, picture=picture, letters=one_time.shown(seed))


def forgotten(asked: Asked) -> Response:
    """/vergeten: a code by mail, for whoever has an account; the answer is the same for all, and the mail goes out after it."""
    if asked.method == "GET":
        return shown(asked, "forgotten")
    mail = asked.form.get("mail", "")
    request, mailed = entering.forgot(asked.portal, mail, asked.visitor)
    said = words(asked.language)

    def send() -> None:
        if mailed:
            told = said["reset_mail"].format(code=mailed)
            asked.portal.outbox.put(accounts.plain(mail), said["reset_subject"], told, entering.RESET_SECONDS)

    _POST.submit(
        send
    )  # not a task of this answer: what is asked next over the same line would wait for it, and tell whether there was any mail
    return with_session(to("/herstellen"), request)


def reset(asked: Asked) -> Response:
    """/herstellen: code by mail, code of the app, new password."""
    form = asked.form
    if asked.method == "GET":
        return shown(asked, "reset")
    if form.get("password") != form.get("again"):
        return shown(asked, "reset", 400, said="not_the_same")
    mail, mailed, code, password = (form.get(name, "") for name in ("mail", "mailed", "code", "password"))
    why = entering.reset(asked.portal, asked.token, mail, mailed, code, password, asked.visitor)
    return without_session(shown(asked, "sign_in", said="changed")) if not why else shown(asked, "reset", 400, said=why)


def sign_out(asked: Asked) -> Response:
    """/uitloggen: the session ends on the server, and the browser forgets what it keeps of this site (ASVS 14.3.1)."""
    with asked.portal.database.change() as db:
        sessions.end(db, sessions.digest_of(asked.portal, asked.token))
    reply = without_session(to("/inloggen"))
    reply.headers["Clear-Site-Data"] = '"cache", "storage"'
    return reply


@signed_in
def account(asked: Asked, who: Account) -> Response:
    """/account: own sessions, how many security keys, and another password."""
    status, said = 200, ""
    if asked.method == "POST" and "end" in asked.form:
        _end(asked, who.id)
    elif asked.method == "POST":
        form = asked.form
        status, said = 400, "not_the_same"
        if form.get("password") == form.get("again"):
            new = form.get("password", "")
            said = changing.change_password(asked.portal, who, asked.token, proof_of(asked), new, asked.visitor) or "changed"
            status = 200 if said == "changed" else 400
    rows = asked.portal.database.rows("SELECT * FROM session WHERE account = ? AND level = 'whole' ORDER BY made", who.id)
    mine = sessions.digest_of(asked.portal, asked.token)
    told = {
        "sessions": [(row["digest"], browser_of(row["agent"], asked.language), row["made"], row["digest"] == mine) for row in rows],
        "signing": signing(asked, who.id),
    }
    number = asked.portal.database.rows("SELECT 1 FROM security_key WHERE account = ?", who.id)
    return shown(asked, "account", status, said=said, who=who, keys=len(number), **told)


def _end(asked: Asked, number: str) -> None:
    with asked.portal.database.change() as db:
        db.execute("DELETE FROM session WHERE digest = ? AND account = ?", (asked.form["end"], number))
    asked.portal.note("session ended", account=number)
