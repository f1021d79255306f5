"""A part of a report becomes a case of its own: a letterbox like any other, made by the officer who agreed last.

It shares no key with the case that it comes from, but for its reporter's, who opens both with one receipt code. Who may split,
and what, is settled by the back office's panel; everything here runs inside its transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from crypto.encoding import canonical_json, to_text
from crypto.errors import BrokenSealError
from crypto.item import ItemPlace, seal_item
from crypto.keys import KeyPair, PublicKeys, new_id
from intake.card import seal_card
from intake.casefile import CaseFile, read_file
from intake.database.case_tables import Case, Item, ItemKey, ItemKind, Recipient
from intake.derived import card_of, store_derived
from intake.events import EventKind
from intake.filing.letterbox import (
    compartments,
    first_epoch,
    first_grants,
    notices_of,
    slip_of,
    told_of,
)
from intake.identity.confidence import COMPARTMENT
from intake.identity.custodians import custodians_for
from intake.notices import NoticeKind, dispatch
from intake.original import ORIGINAL, whole
from intake.protection.bands import BAND
from intake.protection.compartment import key_row
from intake.record import EMPTY, Author, Letterbox, make_event, report_fingerprint
from intake.roster import Roster
from intake.routing import Decision
from intake.split import OF, first_data, origin_data
from intake.standing import Standing, facts_now, standing_of

VERSION = 1
_TOLD = (NoticeKind.SEALED_NOTICE, NoticeKind.PROTECTION_CONTACT)
"""What a new case tells outside of it. An entry in the ledger was made for the report that it comes from."""


@dataclass(frozen=True, slots=True, repr=False)
class Splitting:
    """What a panel decided. ``file``: the case as it stands after the decision, which is its last event."""

    file: CaseFile
    author: Author
    roster: Roster
    gate: PublicKeys
    today: date
    officers: Sequence[str]
    """Who holds the part: those of the office who hold the case."""
    circle: Mapping[str, Any]
    """The same in roles and numbers, for the reporter."""
    allegations: Mapping[str, str]
    """What the part is for: the id of each allegation, with an officer's words where one added it."""
    kept_apart: Mapping[str, Any]
    """``parts``: who did what until now, by officer; ``sat``: who had a seat when a decision came to nothing."""


def split_off(session: Session, splitting: Splitting) -> dict[str, str]:
    """Store the new case, with everything that a filing makes; returns what the first case's record says of it.

    Raises as ``store_derived``; BrokenSealError when the case does not read back.
    """
    file, roster, today = splitting.file, splitting.roster, splitting.today
    standing = standing_of(file, roster)
    # It stays where the case is, whatever else the rules would name by now: the case itself is moved by an act of its own.
    decision = replace(standing.decision, handling_unit=standing.held)
    case, pair, custody_pair = new_id(), KeyPair.generate(), KeyPair.generate()
    box = Letterbox(case, 0, pair.public, file.reporter)
    content = _content(splitting, standing, decision, custody_pair.public)
    barred = {*decision.excluded_officers, *splitting.officers, *standing.involved}
    custodians = custodians_for(roster, standing.held, barred)
    # Its own compartment, empty: a name is left for one case, and goes to no other circle with a part of the report.
    identity, lock = compartments(box, custody_pair, [roster.keys_of(who) for who in custodians], None, None)
    place = ItemPlace(ItemKind.REPORT.value, case, new_id())
    sealed = seal_item(place, canonical_json(content), splitting.author.pair, (box.public,))
    written = notices_of(case, decision, roster, today, only=_TOLD)
    leaf = make_event(
        box,
        splitting.author,
        EventKind.SPLIT_OFF,
        today,
        {
            **first_data(file.records),
            OF: origin_data(file.id, file.records),
            "report": report_fingerprint(sealed.body),
            "circle": dict(splitting.circle),
            "handlers": {},
            "notices": [letter.id for letter in written],
            BAND: content["risk"]["band"],
            COMPARTMENT: told_of(lock, custodians, roster, name=False),
        },
        EMPTY,
    )
    session.add(
        Case(
            id=case,
            office=standing.held,
            state=file.progress.state,
            epoch=0,
            card=seal_card(card_of(file, standing), case, 0, pair),
            rule_version=file.report["decision"]["rule_version"],
        )
    )
    session.flush()
    session.add_all(
        [
            first_epoch(case, pair, roster),
            *first_grants(case, pair, roster, splitting.officers),
            key_row(case, 0, pair),
            Item(id=place.item, case_id=case, kind=ItemKind.REPORT, body=sealed.body),
            leaf,
            identity,
            # One report, however many cases: whoever counts reports about a body counts by the case that was filed.
            slip_of(
                {"case": case, "of": file.original.place.case, "bodies": [], "persons": []}, splitting.gate
            ),
            dispatch(splitting.gate, written, today),
        ]
    )
    session.flush()
    session.add(ItemKey(item_id=place.item, recipient=Recipient.CASE, epoch=0, sealed=sealed.keys[0]))
    session.flush()
    made = read_file(session, case, {0: pair}, roster, splitting.gate)
    if made is None:
        raise BrokenSealError("a part of a report vanished while it was made")
    store_derived(session, made, splitting.author, roster, splitting.gate, today)
    return {
        "case": case,
        "key": box.public.as_text(),
        "custody": custody_pair.public.as_text(),
        "leaf": to_text(leaf.commitment),
    }


def _content(
    splitting: Splitting, standing: Standing, decision: Decision, custody_public: PublicKeys
) -> dict[str, Any]:
    """The original whole, which allegations the part is for, and how the rules stand for the whole report today."""
    file = splitting.file
    report, involved = file.report, standing.involvement
    assessed = file.papers("assessment")
    newest = assessed[-1].content if assessed else report
    document = decision.as_json()
    excluded = report["decision"]["excluded_officers"].keys() | decision.excluded_officers.keys()
    return {
        "v": VERSION,
        ORIGINAL: whole(file.original),
        "author": splitting.author.name,
        "date": splitting.today.isoformat(),
        "allegations": list(splitting.allegations),
        "words": {key: words for key, words in splitting.allegations.items() if words},
        "facts": facts_now(file, standing.organisation),
        "decision": {
            **document,
            "rule_version": report["decision"]["rule_version"],
            "excluded_officers": {
                officer: report["decision"]["excluded_officers"].get(officer)
                or [str(cause) for cause in decision.excluded_officers[officer]]
                for officer in sorted(excluded)
            },
        },
        "severity": newest["severity"],
        "risk": newest["risk"],
        "involved": {"assigned": list(involved.assigned), "decided_by": list(involved.decided_by)},
        **splitting.kept_apart,
        "assessed": _answers(file),
        "brought": file.brought.value,
        "custody": custody_public.as_text(),
    }


def _answers(file: CaseFile) -> dict[str, Any]:
    """The answers that both sums rest on, where an officer went through them; empty where the reporter's own still count."""
    for paper in reversed(file.papers("assessment")):
        if "answers" in paper.content:
            return dict(paper.content["answers"])
    return dict(file.report.get("assessed", {}))
