"""A citizen files: the right officers can open the report, nobody else can, and it is filed once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from crypto.encoding import parse_object
from crypto.envelope import Place, Purpose, open_padded
from crypto.epoch import open_recovery
from crypto.errors import CryptoError
from crypto.keys import PublicKeys
from intake.database.base import State
from intake.database.case_tables import Case, Epoch, Event, Identity, Item, MailboxRow, OutboxJob, Rung, Slip
from intake.database.evidence_tables import Staged
from intake.drafts import DraftSubject
from intake.evidence.attachments import entries_in
from intake.evidence.blob import read_blob
from intake.evidence.store.directory import DirectoryStore
from intake.evidence.store.protocol import StoreError
from intake.filing.check import FaultCode
from intake.filing.copy import SecondCopy
from intake.filing.office import FilingError, NobodyCanReceiveError
from intake.roster import RosterError
from intake.time import Clock
from tests.conftest import MakeInstance
from tests.support.instances import Instance
from tests.support.reports import SENTENCE, Offices, report, water_report
from tests.support.stored_files import file_with, objects, received, rows, store_of


def test_the_report_opens_for_the_first_recipients_and_for_nobody_else(offices: Offices) -> None:
    filed = offices.file()
    can_open = {officer for officer in offices.instance.people if filed.opened_by(officer) is not None}
    assert can_open == {"mara", "milo", "marc"}  # Mina is kin of the accused


def test_the_officer_reads_exactly_what_was_typed(offices: Offices) -> None:
    odd = f"{SENTENCE}\n\n<script>alert(1)</script>\u202eabc\u202c & 1 < 2\ttabs"
    file = offices.file(report(what=odd, where="At the pump house")).opened_by("luca")
    assert file is not None
    assert file.whole
    assert file.report["answers"]["what"] == odd
    assert file.report["answers"]["where"] == "At the pump house"


def test_a_registered_person_is_meant_by_a_name_typed_in_another_way(offices: Offices) -> None:
    draft = report(DraftSubject(name="  hugo   STEIN. ", post="staff", body="millbrook-water"))
    file = offices.file(draft).opened_by("mara")
    assert file is not None
    assert file.report["facts"]["subjects"] == ["p-water"]


def test_an_accused_head_of_office_never_receives_the_report(offices: Offices) -> None:
    filed = offices.file(report(DraftSubject(name="Mara Lindqvist", post="head", body="HO-millbrook")))
    can_open = {officer for officer in offices.instance.people if filed.opened_by(officer) is not None}
    assert can_open == {"nora", "nils", "nina", "noel"}


def test_officers_named_as_involved_are_left_out(offices: Offices) -> None:
    filed = offices.file(water_report(involved="milo fernandes\nsomebody unknown"))
    assert filed.opened_by("milo") is None
    assert filed.opened_by("marc") is None  # too few are left: the case climbed
    assert filed.opened_by("noel") is not None


def test_sending_again_files_nothing_new(offices: Offices) -> None:
    filed = offices.file()
    offices.filing.file(filed.draft)
    assert offices.cases() == [filed.case]


def test_two_tabs_that_send_at_once_file_one_case(offices: Offices) -> None:
    draft = water_report()
    filing = offices.filing
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(filing.file, [draft] * 4))
    assert len(offices.cases()) == 1


def test_a_broken_draft_is_refused_with_every_fault_and_stores_nothing(offices: Offices) -> None:
    draft = report(
        DraftSubject(name="Somebody"), DraftSubject(post="head"), what="  \n ", when="2026-02-30", harm="huge"
    )
    with pytest.raises(FilingError) as refused:
        offices.filing.file(draft)
    assert {(fault.field, fault.code) for fault in refused.value.faults} == {
        ("what", FaultCode.MISSING),
        ("when", FaultCode.NO_SUCH_DATE),
        ("harm", FaultCode.NOT_A_CHOICE),
        ("subject-0-post", FaultCode.POST_MISSING),
        ("subject-1-body", FaultCode.PLACE_MISSING),
    }
    assert offices.cases() == []


def test_where_no_officer_of_the_office_has_a_key_the_case_climbs(offices: Offices) -> None:
    offices.instance.without("mara", "milo", "mina", "marc")
    filed = offices.file()
    assert filed.opened_by("nora") is not None
    file = filed.opened_by("nora")
    assert file is not None
    assert "C-KEY" in file.report["decision"]["reasons"]


def test_where_nobody_at_all_has_a_key_nothing_is_kept(make_instance: MakeInstance, today: date) -> None:
    offices = Offices(make_instance(members=lambda officer: officer in {"vera", "vito"}), today)
    with pytest.raises(NobodyCanReceiveError):
        offices.filing.file(water_report())
    with offices.instance.owner.reading() as session:
        for table in (Case, MailboxRow, Item, Event, Slip, OutboxJob):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_an_expired_roster_accepts_nothing(offices: Offices) -> None:
    offices.instance.reissue(expires=date(2026, 3, 3))
    with pytest.raises(RosterError):
        Offices(offices.instance, date(2026, 3, 4)).filing.file(water_report())


def test_the_trustees_can_open_what_no_officer_can_any_more(offices: Offices) -> None:
    filed = offices.file()
    with offices.instance.owner.reading() as session:
        epoch = session.get_one(Epoch, (filed.case, 0))
        pair = open_recovery(
            filed.case, 0, offices.instance.recovery, epoch.recovery, PublicKeys(epoch.public)
        )
    assert pair.public.raw == epoch.public


def test_every_case_has_an_identity_compartment_of_one_size(offices: Offices) -> None:
    offices.file()
    offices.file(
        report(DraftSubject(name="Mara Lindqvist", post="head", body="HO-millbrook"), what="x" * 9000)
    )
    with offices.instance.owner.reading() as session:
        sizes = {(len(row.sealed), len(row.pairs)) for row in session.scalars(select(Identity))}
    assert len(sizes) == 1


def test_the_slip_tells_the_gate_which_bodies_are_accused_and_nobody_else(offices: Offices) -> None:
    filed = offices.file(report())
    other = offices.file()
    with offices.instance.owner.reading() as session:
        slips = list(session.scalars(select(Slip)))
        contents = [
            parse_object(
                open_padded(
                    offices.instance.worker.gate_pair, Place(Purpose.SLIP, "slip", row.id), row.sealed
                )
            )
            for row in slips
        ]
        assert {content["case"] for content in contents} == {filed.case, other.case}
        with pytest.raises(CryptoError):
            open_padded(
                offices.instance.pair("mara"), Place(Purpose.SLIP, "slip", slips[0].id), slips[0].sealed
            )
    assert len({len(row.sealed) for row in slips}) == 1


def test_the_second_copy_alone_brings_the_case_and_its_files_back(
    make_instance: MakeInstance, today: date, tmp_path: Path
) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    instance: Instance = make_instance()
    large = bytes(range(256)) * 10_000
    filed, _ = file_with(Offices(instance, today, copies), b"a bill", large)
    (path,) = copies.glob("*.underseal")
    (folder,) = copies.glob("*.evidence")
    assert (path.stat().st_mtime, folder.stat().st_mtime) == (0, 0)
    assert (path.stat().st_mode & 0o077, folder.stat().st_mode & 0o077) == (0, 0)
    with instance.owner.state.begin() as session:  # the disk is lost
        for table in reversed(State.metadata.sorted_tables):
            if table.name not in {"rosters", "accounts", "declarations"}:
                session.execute(table.delete())
    shutil.rmtree(instance.directory / "evidence")
    with instance.owner.state.begin() as session:
        for group in SecondCopy(path).read():
            session.add_all(group)
            session.flush()
    (instance.directory / "evidence").mkdir(mode=0o700)
    shutil.copytree(folder, instance.directory / "evidence", dirs_exist_ok=True)
    file = filed.opened_by("mara")
    assert file is not None
    assert file.report["answers"]["what"] == SENTENCE
    assert filed.offices.mailbox.view(filed.master).proved
    store = store_of(instance)
    opened = [b"".join(read_blob(each.blob, store.read(each.id))) for each in entries_in(file.report)]
    assert opened == [b"a bill", large]
    assert objects(instance) == rows(instance)


def test_a_file_that_cannot_be_copied_means_that_nothing_is_accepted_and_no_copy_stays(
    offices: Offices, tmp_path: Path
) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    copying = Offices(offices.instance, offices.today, copies)
    staging = copying.staging
    draft = water_report()
    draft.files = [received(copying, b"a bill"), received(copying, bytes(9000))]
    second = draft.files[1].raw.id
    sealed = b"".join(staging.store.read(second))
    for damaged in (None, sealed[:-1]):
        staging.store.delete(second)
        if damaged is not None:
            incoming = staging.store.create(second)
            incoming.write(damaged)
            incoming.commit()
        with pytest.raises(StoreError):
            copying.filing.file(draft)
        assert (offices.cases(), rows(offices.instance), list(copies.iterdir())) == ([], set(), [])
    staging.store.delete(second)
    incoming = staging.store.create(second)
    incoming.write(sealed)
    incoming.commit()
    copying.filing.file(draft)
    (folder,) = copies.glob("*.evidence")
    assert objects(folder) == rows(offices.instance) == {each.raw.id for each in draft.files}


def test_two_tabs_that_send_files_at_once_leave_one_case_and_one_whole_copy(
    offices: Offices, tmp_path: Path
) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    copying = Offices(offices.instance, offices.today, copies)
    draft = water_report()
    draft.files = [received(copying, b"a bill"), received(copying, bytes(9000))]
    filing = copying.filing
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(filing.file, [draft] * 4))
    assert len(offices.cases()) == 1
    (bundle,) = copies.glob("*.underseal")
    assert sorted(copies.iterdir()) == sorted([bundle, bundle.with_suffix(".evidence")])
    assert objects(bundle.with_suffix(".evidence")) == rows(offices.instance) == objects(offices.instance)


def test_files_whose_portal_was_killed_while_it_copied_are_swept_and_those_of_a_living_one_are_not(
    offices: Offices, tmp_path: Path
) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    copying = Offices(offices.instance, offices.today, copies)
    staging = copying.staging
    draft = water_report()
    draft.files = [received(copying, b"a bill"), received(copying, bytes(9000))]
    seen: list[int] = []

    class Watched(DirectoryStore):
        def read(self, blob_id: str) -> Iterator[bytes]:
            seen.append(SecondCopy.sweep(copies))  # the worker comes by between two files
            return super().read(blob_id)

    watched = replace(staging, store=Watched(store_of(offices.instance).path))
    replace(copying.filing, staging=watched).file(draft)
    (folder,) = copies.glob("*.evidence")
    assert (seen, SecondCopy.sweep(copies)) == ([0, 0], 0)
    assert objects(folder) == rows(offices.instance)
    folder.with_suffix(".underseal").unlink()  # as if the portal had been killed before it came to the bundle
    assert SecondCopy.sweep(copies) == 1
    assert list(copies.iterdir()) == []


def test_a_report_that_the_database_refuses_leaves_neither_bundle_nor_files_in_the_copy(
    offices: Offices, tmp_path: Path
) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    _, (ref,) = file_with(copying := Offices(offices.instance, offices.today, copies), b"a bill")
    before = sorted(copies.iterdir())
    draft = water_report()
    draft.files = [received(copying, b"a bill")]
    staging = copying.staging
    with offices.instance.owner.volatile.begin() as session:  # somebody claims another report's file
        session.add(Staged(id=ref.id, size=staging.store.size(ref.id), expires=Clock().now() + 60))
    draft.files.append(replace(draft.files[0], raw=ref))
    with pytest.raises(IntegrityError):
        copying.filing.file(draft)
    assert sorted(copies.iterdir()) == before


def test_a_copy_that_cannot_be_written_means_that_nothing_is_accepted(
    offices: Offices, tmp_path: Path
) -> None:
    gone = Offices(offices.instance, offices.today, tmp_path / "gone")
    with pytest.raises(OSError, match="gone"):
        gone.filing.file(water_report())
    assert offices.cases() == []


def test_the_preview_names_the_office_that_the_case_then_goes_to(offices: Offices) -> None:
    draft = water_report(imminent_danger="yes")
    preview = offices.filing.preview(draft)
    file = offices.file(draft).opened_by("mara")
    assert file is not None
    assert preview.office == file.office == "HO-millbrook"
    assert (preview.roles, preview.at_most) == ({"head": 1, "officer": 2}, 3)
    assert preview.advice == ("danger_advice",)
    assert {name: due.isoformat() for name, due in preview.clocks.items()} == file.report["decision"][
        "clocks"
    ]


def test_the_ladder_has_a_rung_for_every_office_above_up_to_the_ombudsperson(offices: Offices) -> None:
    filed = offices.file()
    with offices.instance.owner.reading() as session:
        count = session.scalar(select(func.count()).select_from(Rung).where(Rung.case_id == filed.case))
    # For a missed duty, a review and a complaint each: the province, the land, the ombudsperson. For an exclusion these and
    # the office itself.
    assert count == 3 + 3 + 3 + 4
