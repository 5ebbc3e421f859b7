"""What the office does with a portal, told on the screen. Addresses of mail are shown to the office only."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from celwacht.publish.portal.accounts import accounts
from celwacht.publish.portal.exchange import collect as collecting
from celwacht.publish.portal.exchange import reports
from celwacht.publish.portal.exchange.refusals import widely_refused
from celwacht.publish.portal.keeping.portal_folder import Portal, open_portal, private_half
from celwacht.publish.portal.web.pages import letter as letter_page
from celwacht.publish.portal.web.pages import title_of, words
from celwacht.publish.terminal.console import Refused, say
from celwacht.tables.intake.vault.key import open_key
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.register.calendar import ANSWERED, Slot
from celwacht.tables.whole_file import write_whole

DAY = 86400
"""The letter names the last whole day on which its code holds: it is over at the hour at which it was made."""
DAYS_BEFORE, AGAIN = 7, 14
"""Days before the due day from which on somebody is reminded, and days until they are reminded again."""


@dataclass(frozen=True)
class Office:
    """The office, at one portal."""

    portal: Portal

    @staticmethod
    def open(folder: Path, key: Path) -> Office:
        """At the portal in that folder; ProblemsFound where there is none."""
        return Office(open_portal(folder, key))

    def invite(self, party: str, mail: str, language: str, letter: Path | None) -> None:
        """Makes an account, or makes it anew, and hands the code over."""
        code = accounts.invite(self.portal, party, mail, language)
        self._hand_over(mail, code, language, letter)

    def _hand_over(self, mail: str, code: str, language: str, letter: Path | None) -> None:
        said, where = words(language), self.portal.settings
        if letter is not None:
            now = self.portal.now()
            write_whole(letter, letter_page(language, where, accounts.plain(mail), code, now, now + accounts.INVITATION - DAY))
            say(f"The letter is in {letter}. It holds for seven days; remove the file when it is printed.")
            return
        told = said["invitation_mail"].format(url=where.url, code=code)
        self.portal.outbox.put(accounts.plain(mail), said["invitation_subject"], told, accounts.INVITATION)
        say("The invitation waits in the outbox; it holds for seven days. Send it: celwacht portal send.")

    def accounts(self) -> None:
        """Every account, a line each."""
        found = accounts.all_accounts(self.portal)
        for one in found:
            say(f"{one.party:<9} {one.state:<8} {one.mail}")
        say(f"{len(found)} accounts.")

    def move(self, mail: str, to: str, letter: Path | None) -> None:
        """Another address for an account."""
        account = accounts.by_mail(self.portal, mail)
        code = accounts.move_account(self.portal, mail, to)
        self._hand_over(to, code, account.language if account else "nl", letter)

    def end(self, mail: str) -> None:
        """Ends an account."""
        accounts.end_account(self.portal, mail)
        say("The account and its sessions are ended.")

    def requests(self) -> None:
        """What waits for a decision."""
        rows = self.portal.database.rows("SELECT * FROM application WHERE state = 'waiting' ORDER BY made")
        for row in rows:
            told = self._told(row["id"], row["told"])
            there = accounts.by_mail(self.portal, told["mail"])
            known = f"; has an account of {there.party} ({there.state}): accepting drops its password and factor" if there else ""
            say(
                f"{row['id']}  {told['name']}, KvK {told['kvk']}, {told['address']}; {told['contact']}, {told['mail']}; {told['kinds']}{known}"
            )
        say(f"{len(rows)} requests wait. Accept one: celwacht portal requests PORTAL --accept ID --party NUMBER.")

    def accept(self, number: str, party: str, language: str, letter: Path | None) -> None:
        """Invites who asked."""
        row = self._waiting(number)
        mail = self._told(number, row["told"])["mail"]
        self.invite(party, mail, language, letter)
        self._decide(number, "accepted")

    def refuse(self, number: str) -> None:
        """Puts a request aside."""
        told = self._told(number, self._waiting(number)["told"])
        self._decide(number, "refused")
        say(f"The request is refused, and what was told is removed. Tell {told['contact']} why: {told['mail']}.")

    def deposit(self, folder: Path) -> None:
        """Puts reports in, and tells by mail who has new ones."""
        active = [one for one in accounts.all_accounts(self.portal) if one.state != accounts.ENDED]
        found = reports.put_in(self.portal, folder, {one.party for one in active})
        waiting = reports.untold(self.portal)
        told = [one for one in active if one.party in waiting]
        for one in told:
            said = words(one.language)
            self.portal.outbox.put(one.mail, said["ready_subject"], said["ready_mail"].format(url=self.portal.settings.url))
        for party in waiting:  # after all mail of the party: who dies in between writes twice, and never not at all
            reports.told(self.portal, party)
        say(f"{sum(found.done.values())} reports were put in; {len(told)} messages wait in the outbox.")
        if found.back:
            say(f"Taken back: {found.back} copies for gemeenten that are not in the folder any more, for nobody there consents now.")
        if found.without:
            say(f"Left out: {len(found.without)} parties have no account, with {sum(found.without.values())} reports. Invite them first.")

    def remind(self, slots: Iterable[Slot], day: date, book: Path) -> None:
        """Reminds by mail whoever owes a delivery that is due in DAYS_BEFORE days or late, once in AGAIN days, and keeps what was reminded in `book`.

        One message per account: the periods and kinds that are owed, and nothing of what was delivered."""
        owed = [s for s in slots if s.is_open and s.status not in ANSWERED and not s.waiting and day >= s.due - timedelta(days=DAYS_BEFORE)]
        owed = [s for s in owed if not s.reminded or date.fromisoformat(s.reminded) + timedelta(days=AGAIN) <= day]
        people = [one for one in accounts.all_accounts(self.portal) if one.state == accounts.ACTIVE]
        told: list[Slot] = []
        sent = 0
        for one in people:
            mine = sorted(s for s in owed if s.aanbieder == one.party)
            if mine:
                said = words(one.language)
                whats = [(title_of(s.record, s.periode, one.language), s.due.isoformat()) for s in mine]
                lines = "\n".join(said["remind_line"].format(what=what, due=due) for what, due in whats)
                self.portal.outbox.put(
                    one.mail, said["remind_subject"], said["remind_mail"].format(url=self.portal.settings.url, owed=lines)
                )
                told, sent = [*told, *mine], sent + 1
        _note_down(book, dict.fromkeys((s.aanbieder, s.record, s.periode) for s in told), day)
        without = {s.aanbieder for s in owed} - {one.party for one in people}
        say(f"{sent} reminders wait in the outbox; they are noted in {book}, where celwacht calendar reads them.")
        if without:
            say(f"{len(without)} providers owe a delivery and have no active account: remind them by letter.")

    def collect(self, data: Path, office_key: Path) -> None:
        """Takes what was sent in to the data folder."""
        private = private_half(open_key(office_key, self.portal.folder, create=False))
        done = collecting.collect(self.portal, data, private)
        say(f"{len(done.files)} files are in {data / 'deliveries'}. Take them in: celwacht intake {data}.")
        for one in widely_refused(self.portal):
            told = f"[{one.rule}] refused the last file of {one.refused} of {one.parties} parties here"
            say(f"To look at first, {one.record} {one.period}: {told}. Is the rule or a list wrong? Mend it, and let them send again.")
        if done.unreadable:
            raise Refused(
                f"{done.unreadable} files do not open with this key, or are damaged; they stay. Name the office's key of this portal."
            )

    def log(self, mail: str) -> None:
        """The log, if it is whole."""
        try:
            lines = self.portal.log.lines()
        except ValueError as error:
            raise Refused(f"{error}. Compare it with a backup.") from None
        one = accounts.by_mail(self.portal, mail) if mail else None
        for line in lines:
            if not mail or (one and line.get("account") == one.id):
                told = ", ".join(
                    f"{name} {value}" for name, value in line.items() if name not in ("number", "at", "what", "before") and value
                )
                say(f"{line['number']:>6}  {line['at']}  {line['what']:<18} {told}")
        say(f"{len(lines)} lines, each as it was written.")

    def _waiting(self, number: str):
        row = self.portal.database.row("SELECT * FROM application WHERE id = ? AND state = 'waiting'", number)
        if row is None:
            raise ProblemsFound(
                [Problem("ID", 0, 0, "no-request", "no request of this number waits. See them: celwacht portal requests PORTAL.")]
            )
        return row

    def _decide(self, number: str, state: str) -> None:
        with self.portal.database.change() as db:
            db.execute("UPDATE application SET state = ?, told = x'' WHERE id = ?", (state, number))
        self.portal.note(f"request {state}", application=number)

    def _told(self, number: str, sealed: bytes) -> dict[str, str]:
        found = json.loads(self.portal.seal.opened(sealed, f"application/{number}"))
        return {name: "".join(c if c.isprintable() else "?" for c in text) for name, text in found.items()}


def _note_down(book: Path, told: Iterable[tuple[str, str, str]], day: date) -> None:
    """Adds to reminders.csv (aanbieder, record, periode, dag); what stands there stays."""
    before = book.read_text("utf-8-sig").rstrip("\r\n") if book.is_file() else ""
    lines = [before or "aanbieder,record,periode,dag", *(f"{party},{record},{period},{day.isoformat()}" for party, record, period in told)]
    write_whole(book, "\n".join(lines) + "\n")
