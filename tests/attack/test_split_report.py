"""A1, A2, A3, A8: somebody with the database, or an officer's key as well, and a report in two cases: a part is exchanged,
invented, made to vanish, or split off by one person alone. Reporter, officers and the level above notice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from crypto.encoding import to_text
from crypto.errors import CryptoError
from crypto.kdf import UNSAFE_TEST_COST
from crypto.keys import KeyPair
from intake.casefile import CaseFile
from intake.database.case_tables import Case, Epoch, Event, Grant, Identity, Item, ItemKey, Rung, WatchRow
from intake.database.protection_tables import ProtectionCardRow, ProtectionGrant, ProtectionKey
from intake.duties.findings import Finding
from intake.events import EventKind
from intake.filing.split_off import Splitting, split_off
from intake.mailbox import LetterboxError
from intake.notices import NoticeKind
from intake.publiclog.proof import UnprovedError
from intake.record import Author
from intake.split import first_data, parts_in
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import BackOffice, office_with_duties
from tests.support.handling import Handled
from tests.support.instances import Instance
from tests.support.releases import DAY, Moving
from tests.support.reports import Filed, Offices
from tests.support.splitting import Split, two_matters
from triage.casework.people import circle_document
from triage.casework.reading import read_case


@pytest.fixture
def instance(make_instance: MakeInstance) -> Instance:
    """The small organisation with divided duties."""
    return make_instance(office_with_duties())


@pytest.fixture
def back_office(instance: Instance, today: date) -> BackOffice:
    """Where officers work."""
    return BackOffice(instance, today)


@pytest.fixture
def split(back_office: BackOffice, instance: Instance, today: date) -> Split:
    """Two matters in two cases."""
    return Split.made(back_office, Offices(instance, today), state="acknowledged")


def findings(case: Moving, officer: str = "vera") -> set[str]:
    """What the oversight board is told after a day's work."""
    assert case.worker(case.day + DAY).round()
    return {notice["finding"] for notice in case.told(NoticeKind.ALARM).get(officer, ())}


def proved(split: Split) -> list[bool]:
    view = split.first.offices.mailbox.view(split.first.master)
    return [part.proved for part in view.parts]


def vanish(filed: Filed, *, watch: bool = True) -> None:
    """Everything of a case, out of the database."""
    with filed.offices.instance.owner.state.begin() as session:
        items = select(Item.id).where(Item.case_id == filed.case)
        session.execute(delete(ItemKey).where(ItemKey.item_id.in_(items)))
        compartment = (ProtectionCardRow, ProtectionGrant, ProtectionKey)
        for table in (Item, Event, Rung, Grant, Identity, *compartment, Epoch):
            session.execute(delete(table).where(table.case_id == filed.case))
        session.execute(delete(Case).where(Case.id == filed.case))
        if watch:
            session.execute(delete(WatchRow).where(WatchRow.case_id == filed.case))


def test_a_part_that_was_made_to_vanish_is_missed_by_everybody(split: Split) -> None:
    proof = split.first.offices.mailbox.proof(split.first.master)
    code = split.first.draft.code
    assert [len(records) > 0 for records in proof.check(code, UNSAFE_TEST_COST)] == [True, True]
    vanish(split.second)
    assert proved(split) == [True, False]
    with pytest.raises(LetterboxError):
        split.first.offices.mailbox.write(split.first.master, "Is anybody there?", 1)
    view = read_case(split.back.desk, split.back.officer("milo"), split.first.case)
    assert not view.whole
    assert findings(split.moving()[0]) == {Finding.TORN}
    for parts in ((), proof.parts):
        gone = replace(split.first.offices.mailbox.proof(split.first.master), parts=parts)
        if parts:
            gone.check(code, UNSAFE_TEST_COST)  # what was kept from before still proves itself
        else:
            with pytest.raises(UnprovedError, match="that case is gone"):
                gone.check(code, UNSAFE_TEST_COST)


def test_the_split_itself_cannot_be_taken_out_of_the_record(split: Split) -> None:
    vanish(split.second)
    with split.back.instance.owner.state.begin() as session:
        session.execute(delete(Event).where(Event.case_id == split.first.case, Event.kind == EventKind.SPLIT))
    assert proved(split) == [False]
    opened = split.first.opened_by("milo")
    assert opened is not None
    assert not opened.whole
    assert {Finding.EVENTS_MISSING, Finding.TORN} <= findings(split.moving()[0])


def test_a_swapped_key_of_a_part_gets_no_message(split: Split) -> None:
    mine = KeyPair.generate()
    with split.back.instance.owner.state.begin() as session:
        session.execute(
            update(Epoch).where(Epoch.case_id == split.second.case).values(public=mine.public.raw)
        )
    assert proved(split) == [True, False]
    with pytest.raises(LetterboxError):
        split.first.offices.mailbox.write(split.first.master, "Is anybody there?", 1)
    opened = split.first.opened_by("milo")
    assert opened is not None
    assert not opened.whole
    with pytest.raises(CryptoError):
        split.second.opened_by("milo")


def test_a_part_with_later_dates_or_other_people_is_not_the_one_that_was_made(split: Split) -> None:
    """Moss, an officer with the database, puts a part of her own in the place of the one that the panel made."""
    later = {"feedback_due": (split.back.today + timedelta(days=900)).isoformat()}
    vanish(split.second)
    invented = invent(split.back, split.first, "moss", clocks=later, case=split.second.case)
    assert invented == split.second.case
    assert proved(split) == [True, False]
    view = read_case(split.back.desk, split.back.officer("milo"), split.first.case)
    assert not view.whole
    assert Finding.TORN in findings(split.moving()[0])


def test_a_part_that_nobody_decided_on_is_no_part(
    back_office: BackOffice, instance: Instance, today: date
) -> None:
    """Moss makes a case of his own out of a report: the reporter is shown nothing of it, and the level above is told."""
    handled = Handled(back_office, Offices(instance, today).file(two_matters())).acknowledged()
    filed = handled.filed
    case = invent(back_office, filed, "moss")
    view = filed.offices.mailbox.view(filed.master)
    assert [part.proved for part in view.parts] == [True]
    forged = replace(filed, case=case).opened_by("moss")
    assert forged is not None
    assert not forged.whole
    assert findings(Moving(filed)) == {Finding.TORN}


def test_one_officer_alone_splits_nothing_whatever_they_sign(
    back_office: BackOffice, instance: Instance, today: date
) -> None:
    """Moss writes the whole story past the back office: a proposal, the decision, the split, the part. No vote but his own."""
    handled = Handled(back_office, Offices(instance, today).file(two_matters())).acknowledged()
    filed = handled.filed
    with filed.act("moss") as acting:
        acting.tell(
            EventKind.PROPOSED, {"proposal": "p", "act": "split", "reason": "separate_people", "size": 1}
        )
        acting.tell(EventKind.DECIDED, {"proposal": "p", "act": "split"})
        part = split_off(acting.session, splitting_of(acting.reread(), back_office, "moss"))
        acting.tell(EventKind.SPLIT, {"proposal": "p", "reason": "separate_people", **part})
    view = filed.offices.mailbox.view(filed.master)
    assert view.parts[0].proved is False
    opened = filed.opened_by("milo")
    assert opened is not None
    assert not opened.whole
    assert findings(Moving(filed)) == {Finding.WITHOUT_PANEL}


def invent(
    back: BackOffice,
    filed: Filed,
    officer: str,
    *,
    clocks: dict[str, str] | None = None,
    case: str | None = None,
) -> str:
    """A case that an officer makes with their own key and the whole database, past every page; perhaps under a known id."""
    with pytest.MonkeyPatch.context() as forger, filed.acting(officer) as (session, file, author):
        if clocks is not None:
            forger.setattr(
                "intake.filing.split_off.first_data",
                lambda records: {**first_data(records), "clocks": clocks},
            )
        ids: Iterable[str] = iter(()) if case is None else iter([case])
        if case is not None:
            original = split_off.__globals__["new_id"]
            forger.setattr("intake.filing.split_off.new_id", lambda: next(ids, None) or original())  # type: ignore[call-overload]  # an iterator
        return split_off(session, replace(splitting_of(file, back, officer), author=author))["case"]


def splitting_of(file: CaseFile, back: BackOffice, officer: str) -> Splitting:
    roster = back.instance.roster
    return Splitting(
        file=file,
        author=Author(officer, back.instance.pair(officer)),
        roster=roster,
        gate=back.instance.portal.gate,
        today=back.today,
        officers=[officer],
        circle=circle_document(file, roster, [officer]),
        allegations={"subject-1": ""},
        kept_apart={"parts": {}, "sat": {}},
    )


def test_the_commitment_in_the_record_is_the_one_in_the_log(split: Split) -> None:
    with split.back.instance.owner.reading() as session:
        leaf = session.scalar(
            select(Event.commitment).where(Event.case_id == split.second.case, Event.number == 0)
        )
    assert leaf is not None
    (part,) = parts_in(split.files()[0].records)
    assert part.leaf == to_text(leaf)
