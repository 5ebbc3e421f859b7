"""`celwacht portal send`: the mail of the outbox, by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from celwacht.publish.portal.options import FOLDER, KEY, mail_options
from celwacht.publish.terminal.console import Refused, say

if TYPE_CHECKING:
    from celwacht.publish.portal.keeping.outbox import Outbox
    from celwacht.publish.portal.keeping.posting import MailServer


@click.command("send", short_help="Send the mail that waits, or list it.")
@FOLDER
@KEY
@click.option("--again", is_flag=True, help="Let the messages that failed wait once more, first.")
@mail_options
def send(folder: Path, key: Path, again: bool, server: MailServer | None) -> None:
    """Hand the mail in PORTAL/outbox to a mail server. Without --smtp: list what waits and what failed, and why.

    A message is removed when the server has taken it. One that is refused is put aside and keeps no other from leaving; one that cannot be taken
    now waits for the next time. A message of which nobody knows whether it was taken (the line broke) is sent once more, and not a third time.
    `celwacht portal serve` with the same options sends by itself.

    \b
    Example: celwacht portal send portal --key portal.key --smtp mail.example.nl:587
    Example: celwacht portal send portal --key portal.key
    """
    from celwacht.publish.portal.keeping.portal_folder import open_portal
    from celwacht.publish.portal.keeping.posting import Unsent, post

    portal = open_portal(folder, key)
    if again:
        say(f"{portal.outbox.again()} messages that failed wait once more.")
    if server is None:
        _listed(portal.outbox)
        return
    try:
        done, why = post(portal, server), ""
    except Unsent as error:
        done, why = error.done, str(error)
    if done is None:
        raise Refused("another process sends the mail of this portal (celwacht portal serve --smtp does). Nothing was done.")
    left = len(portal.outbox.waiting())
    say(f"{done.taken} messages were sent.")
    if done.aside:
        say(f"{done.aside} could not be sent, and are put aside. See them: celwacht portal send {folder}.")
    if why:
        raise Refused(f"the mail server takes nothing: {why}. {left} messages wait. Mend that and try again.")
    if left:
        say(f"{left} messages wait: the server could not take them now. Try again in some minutes.")


def _listed(outbox: Outbox) -> None:
    waiting, failed = outbox.messages(), outbox.failed()
    for one in waiting:
        say(f"waits   {one.mail['Date']}  {one.to}  {one.mail['Subject']}" + ("; perhaps taken once already" if one.unknown else ""))
    for one, why in failed:
        say(f"failed  {one.mail['Date']}  {one.to}  {one.mail['Subject']}: {why}")
    say(f"{len(waiting)} messages wait, {len(failed)} failed.")
    if failed:
        say("Mend the address (celwacht portal move) and invite or deposit anew, or let them wait once more: --again.")
