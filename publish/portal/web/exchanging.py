"""The pages for who is in: reports to fetch, files to send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anyio import CapacityLimiter, to_thread
from celwacht.publish.portal.accounts.accounts import Account
from celwacht.publish.portal.exchange import answers, reports, uploads
from celwacht.publish.portal.exchange.answers import Answer
from celwacht.publish.portal.exchange.uploads import Misplaced, Upload
from celwacht.publish.portal.keeping.portal_folder import Portal
from celwacht.publish.portal.web.asked import Asked, alike, asked_of, from_here, limited, number_of, signed_in, to
from celwacht.publish.portal.web.pages import shown, title_of, words
from celwacht.tables.periods import Period
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

JUDGED_AT_ONCE = 2
"""Files that are checked at the same time: each is in memory as a whole for as long; the others wait, and keep no page from anybody."""


@signed_in
def list_reports(asked: Asked, who: Account) -> Response:
    """/rapporten: what can be fetched now."""
    mine = reports.of_party(asked.portal, who.party)
    return shown(asked, "reports", who=who, reports=[(one, Period.parse(one.period).title(asked.language)) for one in mine])


@signed_in
def fetch_report(asked: Asked, who: Account) -> Response:
    """/rapporten/ID: the file, under a name that the office gave it (ASVS 5.4.1); noted before it leaves."""
    found = reports.fetch(asked.portal, who.party, asked.path["number"])
    asked.portal.note("download" if found else "refused", step="report", account=who.id, report=found[0].id if found else "")
    if found is None:
        return nothing(asked)
    report, content = found
    return Response(
        content,
        media_type=reports.FORMS[f".{report.name.rpartition('.')[2]}"],
        headers={"Content-Disposition": f'attachment; filename="{report.name}"'},
    )


def nothing(asked: Asked) -> Response:
    """The one answer for what is not there, is over, or is another's."""
    return shown(asked, "nothing", 404)


@signed_in
def send_in(asked: Asked, who: Account) -> Response:
    """/inzenden: what can be sent, and what was sent."""
    if not who.party.isdigit():
        return nothing(asked)
    said = ""
    if asked.method == "POST":
        record, _, period = asked.form.get("what", "").partition(" ")
        form, size = asked.form.get("form", ""), number_of(asked.form.get("size", ""))
        new = uploads.begin(asked.portal, who.id, who.party, record, period, form, size)
        if new:
            return to(f"/inzenden/{new.id}")
        said = "no_upload"
    mine = [(one, title_of(one.record, one.period, asked.language)) for one in uploads.of_party(asked.portal, who.party)]
    return shown(asked, "send_in", 400 if said else 200, said=said, who=who, can=open_now(asked), uploads=mine)


def open_now(asked: Asked) -> list[tuple[str, str, str]]:
    """(record kind, period, both as people say it) of what can be sent in today."""
    can = uploads.open_periods(uploads.today(asked.portal))
    return [(record, period, title_of(record, period, asked.language)) for record, period in can]


@signed_in
def one_upload(asked: Asked, who: Account) -> Response:
    """/inzenden/ID: send its pieces, read its answer, or take it back."""
    upload = uploads.find(asked.portal, who.party, asked.path["number"])
    if upload is None:
        return nothing(asked)
    if asked.method == "POST":
        uploads.withdraw(asked.portal, upload)
        return to("/inzenden")
    answer = uploads.answer_of(asked.portal, upload)
    told: dict[str, Any] = {
        "answer": answer,
        "dutch": dutch_beside(asked, answer, upload),
        "title": title_of(upload.record, upload.period, asked.language),
    }
    return shown(asked, "upload", who=who, upload=upload, **told, piece=uploads.PIECE)


def dutch_beside(asked: Asked, answer: Answer | None, upload: Upload | None) -> Mapping[str, str]:
    """What the rules ask, by rule, for a Dutch page with problems; nothing otherwise."""
    if asked.language != "nl" or not upload or not answer or not answer.problems:
        return {}
    return {answers.NOT_JUDGED.problems[0].rule: words("nl")["not_judged"]} | dict(answers.in_dutch(upload.record, upload.period))


def state_of(asked: Asked) -> Response:
    """/inzenden/ID/stand: how far it is, for the page that waits."""
    upload = _own(asked)
    return JSONResponse({"received": upload.received, "size": upload.size, "state": upload.state}) if upload else nothing(asked)


def take_piece(portal: Portal):
    """/inzenden/ID/stuk: PUT of the piece that begins where the header Upload-Offset says."""
    turns = CapacityLimiter(JUDGED_AT_ONCE)

    async def judge(upload: Upload) -> None:
        await to_thread.run_sync(uploads.finish, portal, upload, limiter=turns)

    async def endpoint(request: Request) -> Response:
        if not from_here(request, portal.settings.url):
            return PlainTextResponse("Pieces are taken from the pages of this portal only.\n", 403)
        asked = asked_of(portal, request, {})
        offset = number_of(request.headers.get("upload-offset", ""))
        right = alike(request.headers.get("x-form-token", ""), asked.form_token) and offset >= 0
        upload = await run_in_threadpool(_own, asked) if right else None
        if upload is None:  # before a byte of the piece is read
            return PlainTextResponse("There is nothing here to send a piece to.\n", 404)
        content = await limited(request, uploads.PIECE)
        if content is None:
            return PlainTextResponse("The piece is too large.\n", 413)
        try:
            end = await run_in_threadpool(uploads.add_piece, portal, upload, offset, content)
        except Misplaced as wrong:
            return PlainTextResponse("The file does not end there.\n", 409, {"Upload-Offset": str(wrong.received)})
        task = BackgroundTask(judge, upload) if end == upload.size else None
        return Response(None, 204, {"Upload-Offset": str(end)}, background=task)

    return endpoint


def _own(asked: Asked) -> Upload | None:
    who = asked.account()
    return uploads.find(asked.portal, who.party, asked.path["number"]) if who else None
