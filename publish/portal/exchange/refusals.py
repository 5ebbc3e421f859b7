"""Rules that refuse the files of most parties at the portal: a list or the rule itself may be wrong, and the office hears of it.

A file that is refused here is not sent on, so that no intake would tell the office. By the last answer to each party, for each kind and period.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from celwacht.publish.portal.exchange.uploads import Upload, answer_of
from celwacht.publish.portal.keeping.portal_folder import Portal

LEAST = 5
"""Parties that sent something, from which on it is told."""


@dataclass(frozen=True, order=True)
class Wide:
    """A rule, named as the messages name it, that refuses the last file of more than half of the parties."""

    record: str
    period: str
    rule: str
    refused: int
    parties: int


def widely_refused(portal: Portal) -> list[Wide]:
    """Every such rule."""
    last: dict[tuple[str, str, str], Upload] = {}
    for row in portal.database.rows("SELECT * FROM upload WHERE answer <> x'' AND state <> 'withdrawn' ORDER BY rowid"):
        upload = Upload(**dict(row))
        last[upload.record, upload.period, upload.party] = upload
    sent: dict[tuple[str, str], list[frozenset[str]]] = defaultdict(list)
    for (record, period, _), upload in last.items():
        answer = answer_of(portal, upload)
        sent[record, period].append(frozenset(one.rule for one in answer.problems) if answer else frozenset())
    found = []
    for (record, period), answers in sent.items():
        for rule in frozenset().union(*answers):
            refused = sum(rule in one for one in answers)
            if len(answers) >= LEAST and 2 * refused > len(answers):
                found.append(Wide(record, period, rule, refused, len(answers)))
    return sorted(found)
