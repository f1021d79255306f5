"""Cases that go together, each closed on a day of its own: a report that a panel split, and two that a panel joined."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select

from intake.database.case_tables import Case, Epoch, Event, Grant, Identity, Item, ItemKey, Rung, WatchRow
from intake.database.evidence_tables import Evidence
from intake.database.protection_tables import ProtectionCardRow, ProtectionGrant, ProtectionKey
from intake.events import EventKind
from tests.functional.triage.conftest import BackOffice
from tests.support.duties import Watched
from tests.support.handling import TOLD, Handled, closing_sent, weigh
from tests.support.joined import Pair
from tests.support.keeping import Kept
from tests.support.reports import Filed, Offices, plumber_report
from tests.support.splitting import Split, two_matters
from triage.casework.assign import assign
from triage.casework.close import close
from triage.casework.panel import open_proposal
from triage.casework.propose import propose
from triage.casework.result import tell_result
from triage.casework.vote import vote

NOTHING_OWED: dict[str, str | list[str] | None] = {
    "correct": "none",
    **dict.fromkeys(("correct-0-what", "correct-0-owner", "correct-0-due")),
}


def kept(filed: Filed) -> Kept:
    """With the workers around it."""
    return Kept(Watched(filed), filed)


def split_and_closed(offices: Offices, first_on: date, second_on: date) -> tuple[Kept, Kept]:
    """The case that was filed, and the part that was split off it."""
    return closed_apart(offices, offices.file(two_matters()), first_on, second_on)


def closed_apart(offices: Offices, filed: Filed, first_on: date, second_on: date) -> tuple[Kept, Kept]:
    """As ``split_and_closed``, of a report about two matters that was filed already."""
    back = BackOffice(offices.instance, offices.today)
    handled = Handled(back, filed).addressed()
    split = Split.of(back, filed, goes=("subject-1",))
    voted = {record.actor for record in split.files()[0].records if record.kind is EventKind.VOTED}
    free = next(who for who in ("moss", "mona", "mara") if who not in voted)
    assign(back.desk, back.officer("milo"), split.second.case, free, "investigate")
    finish(handled, first_on)
    finish(Handled(back, split.second, investigator=free), second_on)
    return kept(split.first), kept(split.second)


def joined_and_closed(offices: Offices, leading_on: date, led_on: date) -> tuple[Kept, Kept]:
    """The leading case, and the one that is led."""
    pair = joined(offices)
    finish(pair.leading, leading_on)
    later = BackOffice(offices.instance, led_on)
    case, milo = pair.led.filed.case, later.officer("milo")
    sent = closing_sent(led_on, {**NOTHING_OWED, "finding": ["subject-0=established"]})
    weigh(later.desk, milo, case, "findings")
    propose(later.desk, milo, case, "close", sent)
    proposal = open_proposal(pair.file())
    assert proposal is not None
    for seat in proposal.seats:
        vote(later.desk, later.officer(seat), case, proposal.id, "agree", "")
    tell_result(later.desk, milo, case, TOLD)
    close(later.desk, milo, case)
    return kept(pair.leading.filed), kept(pair.led.filed)


def joined(offices: Offices) -> Pair:
    """Two open reports about one matter, joined today."""
    back = BackOffice(offices.instance, offices.today)
    leading = Handled(back, offices.file(plumber_report())).addressed()
    return Pair(back, Handled(back, offices.file(plumber_report())).assessed(), leading).joined()


def finish(handled: Handled, day: date) -> None:
    """Found, concluded, told and closed on a day."""
    there = handled.on(BackOffice(handled.filed.offices.instance, day))
    there.secured_and_found().propose_closing(NOTHING_OWED).agree().told()
    close(there.office.desk, there.actor(there.investigator), there.filed.case)


def vanish(filed: Filed) -> None:
    """Everything of a case, out of the database, by hand."""
    with filed.offices.instance.owner.state.begin() as session:
        items = select(Item.id).where(Item.case_id == filed.case)
        session.execute(delete(ItemKey).where(ItemKey.item_id.in_(items)))
        compartment = (ProtectionCardRow, ProtectionGrant, ProtectionKey)
        for table in (Item, Event, Rung, Grant, *compartment, Identity, Epoch, WatchRow, Evidence):
            session.execute(delete(table).where(table.case_id == filed.case))
        session.execute(delete(Case).where(Case.id == filed.case))
