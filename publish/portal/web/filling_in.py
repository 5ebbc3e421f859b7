"""The form for small providers: choose a kind and period, fill in rows one by one, send them in. No script is needed."""

from __future__ import annotations

from collections.abc import Mapping

from celwacht.publish.portal.accounts.accounts import Account
from celwacht.publish.portal.exchange import drafts, uploads
from celwacht.publish.portal.exchange.drafts import Draft, Filled
from celwacht.publish.portal.exchange.questions import questions, taken
from celwacht.publish.portal.web.asked import Asked, signed_in, to
from celwacht.publish.portal.web.exchanging import dutch_beside, nothing, open_now
from celwacht.publish.portal.web.pages import shown, title_of
from celwacht.tables.periods import Period
from starlette.responses import Response

NEW = "nieuw"
FIELD = "veld-"
"""Before the name of a field, so that none can be taken for one of the form's own."""


@signed_in
def list_forms(asked: Asked, who: Account) -> Response:
    """/formulier: what can be filled in, and what this account has in hand."""
    if not who.party.isdigit():
        return nothing(asked)
    said = ""
    if asked.method == "POST":
        record, _, period = asked.form.get("what", "").partition(" ")
        draft = drafts.begin(asked.portal, who.id, who.party, record, period)
        if draft:
            return to(f"/formulier/{draft.id}")
        said = "not_open"
    mine = [(one, title_of(one.record, one.period, asked.language)) for one in drafts.of_account(asked.portal, who.id)]
    return shown(
        asked, "forms", 400 if said else 200, said=said, who=who, can=open_now(asked), mine=mine, most=drafts.MOST, days=drafts.DAYS
    )


@signed_in
def one_form(asked: Asked, who: Account) -> Response:
    """/formulier/ID: its rows and the last answer; take a row out, send it in, or throw it away."""
    draft = _own(asked, who)
    if draft is None:
        return nothing(asked)
    if asked.method == "GET":
        return _form(asked, who, draft)
    form = asked.form
    if "discard" in form:
        drafts.remove(asked.portal, draft)
        return to("/formulier")
    if form.get("revision") != str(draft.revision):
        return _form(asked, who, draft, "changed_meanwhile")
    if "send" in form:
        upload = drafts.send(asked.portal, draft, "keep" in form)
        if upload is None:
            return _form(asked, who, draft, "no_send")
        return to(f"/formulier/{draft.id}" if upload.state == "refused" else f"/inzenden/{upload.id}")
    done = drafts.remove_row(asked.portal, draft, form.get("remove", ""))
    return to(f"/formulier/{draft.id}") if done else _form(asked, who, draft, "changed_meanwhile")


@signed_in
def one_row(asked: Asked, who: Account) -> Response:
    """/formulier/ID/ROW, or /formulier/ID/nieuw: the fields of one record."""
    draft = _own(asked, who)
    row = next((one for one in draft.rows if one.id == asked.path["row"]), None) if draft else None
    if draft is None or (asked.method == "GET" and row is None and asked.path["row"] != NEW):
        return nothing(asked)
    if asked.method == "GET":
        return _row(asked, who, draft, row, row.values if row else {}, {})
    told = {name.removeprefix(FIELD): value for name, value in asked.form.items() if name.startswith(FIELD)}
    values, wrong = taken(draft.layout, told)
    said = "row_wrong" if wrong else "row_empty" if not any(values.values()) else ""
    if not said and row is None and len(draft.rows) >= drafts.MOST:
        said = "row_full"
    if not said and (
        asked.form.get("revision") != str(draft.revision) or not drafts.put_row(asked.portal, draft, row.id if row else "", values)
    ):
        said = "row_meanwhile"
    if said:
        return _row(asked, who, draft, row, values, wrong, said)
    return to(f"/formulier/{draft.id}/{NEW}" if "next" in asked.form and len(draft.rows) + 1 < drafts.MOST else f"/formulier/{draft.id}")


def _own(asked: Asked, who: Account) -> Draft | None:
    return drafts.find(asked.portal, who.id, asked.path["number"])


def _form(asked: Asked, who: Account, draft: Draft, said: str = "") -> Response:
    draft = drafts.find(asked.portal, who.id, draft.id) or draft
    upload = uploads.find(asked.portal, who.party, draft.upload) if draft.upload else None
    layout = draft.layout
    begin = layout.role("begin")
    rows = [(one.id, one.values.get(layout.person.name, "")[-3:], one.values.get(begin.name, "") if begin else "") for one in draft.rows]
    answer = uploads.answer_of(asked.portal, upload) if upload else None
    values = {"draft": draft, "rows": rows, "upload": upload, "answer": answer, "dutch": dutch_beside(asked, answer, upload)}
    title = title_of(draft.record, draft.period, asked.language)
    return shown(asked, "form", 409 if said else 200, said=said, who=who, **values, title=title, most=drafts.MOST)


def _row(
    asked: Asked, who: Account, draft: Draft, row: Filled | None, values: Mapping[str, str], wrong: Mapping[str, str], said: str = ""
) -> Response:
    """The fields of a row; after a refusal with what was typed, and with the revision of now."""
    draft = (drafts.find(asked.portal, who.id, draft.id) or draft) if said == "row_meanwhile" else draft
    place = next((at for at, one in enumerate(draft.rows, 1) if row and one.id == row.id), 0)
    revision = draft.revision if said in ("", "row_meanwhile") else asked.form.get("revision", "")
    asks = questions(draft.layout, Period.parse(draft.period).year, asked.language)
    told = {"draft": draft, "place": place, "row": row.id if row and place else NEW, "revision": revision}
    told |= {"values": values, "wrong_fields": wrong, "asks": asks, "dates": draft.layout.dates}
    told["title"] = title_of(draft.record, draft.period, asked.language)
    status = (409 if said == "row_meanwhile" else 400) if said else 200
    return shown(asked, "form_row", status, said=said, who=who, **told)
