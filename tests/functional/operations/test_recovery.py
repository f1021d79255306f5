"""Breaking the glass: enough trustees give a case to officers who may have it, the level above hears of it, no rule is bent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from shamir_mnemonic import MnemonicError
from sqlalchemy import func, select, update

from crypto.epoch import EpochRecord, link, seal_for_recovery, sign_record
from crypto.errors import BadSignatureError
from crypto.keys import KeyPair
from intake.casefile import Holder
from intake.database.case_tables import Case, Epoch, Event
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.record import RECOVERY, Author, append_event
from intake.recovery import Given, Ground, RecoveryError, Trustees, cases_behind, cases_opened_with, recover
from intake.time import Clock
from tests.support.duties import Watched
from tests.support.instances import Instance
from tests.support.oversight import deliver, round_of, told, who_was_told
from tests.support.reports import SENTENCE, Filed, Offices, plumber_report, water_report
from tests.support.terminal import Terminal, run
from triage.casework.acknowledge import acknowledge
from triage.casework.desk import Actor, Desk
from triage.instances.ceremony import Gathered, Threshold, make_shares
from triage.instances.doctor import examine
from triage.instances.finding import Grade
from triage.instances.officers import Registry

MILLBROOK = ("mara", "milo", "mina", "marc")
WHY = "Both officers are away for months, and the court asks."


def _shares(instance: Instance) -> list[str]:
    return make_shares(instance.recovery, Threshold(3, 5))


def _gathered(shares: Sequence[str]) -> Gathered:
    gathered = Gathered()
    for share in shares:
        assert gathered.add(share) == ""
    return gathered


def _recover(instance: Instance, filed: Filed, *to: str, why: str = "", key: KeyPair | None = None) -> Given:
    pair = key or _gathered(_shares(instance)[1:4]).key()
    trustees = Trustees(pair, instance.roster, instance.triage.gate, instance.today)
    with instance.triage_db.state.begin() as session:
        return recover(session, filed.case, to, why, trustees)


def _acknowledge(instance: Instance, filed: Filed, officer: str, day: date) -> None:
    roster = instance.roster
    actor = Actor(roster.officers[officer], Holder(officer, instance.pair(officer)), roster, day)
    acknowledge(Desk(instance.triage_db, instance.triage.gate, Clock(day)), actor, filed.case)


def _kinds(instance: Instance, filed: Filed) -> list[EventKind]:
    return Watched(filed).kinds()


@pytest.fixture
def offices(instance: Instance, today: date) -> Offices:
    """The portal's side."""
    return Offices(instance, today)


@pytest.fixture
def lost(instance: Instance, offices: Offices) -> Filed:
    """A report about an employee; then everybody of Millbrook left, and their keys with them."""
    filed = offices.file(plumber_report())
    instance.without(*MILLBROOK)
    return filed


def test_trustees_give_a_case_that_nobody_can_open_to_the_office_above(
    instance: Instance, offices: Offices, lost: Filed, today: date
) -> None:
    given = _recover(instance, lost, "nora", "nils")
    assert given == Given(lost.case, "HO-north", Ground.CIRCLE_LOST)
    deliver(instance)
    file = lost.opened_by("nora")
    assert file is not None
    assert file.whole
    assert (file.epoch, file.progress.circle["office"], file.records[-1].actor) == (1, "HO-north", RECOVERY)
    assert all(lost.opened_by(who) is None for who in ("nina", "lena", "mara"))
    # The reporter proves it from the code alone, and reads why.
    view = offices.mailbox.view(lost.master)
    assert view.events[-1].kind is EventKind.RECOVERED
    assert view.events[-1].data["ground"] == "circle_lost"
    assert not {"nora", "nils"} & set(str(view.events[-1].data).replace("'", " ").split())
    # The level above the new office and the board are told: dates, ids and offices.
    assert who_was_told(instance, NoticeKind.RECOVERED) == {"lena", "luca", "lily", "leo", "vera", "vito"}
    assert not any(SENTENCE in str(notice) for notice in told(instance, "vera"))
    # From here on the case is a case like every other.
    _acknowledge(instance, lost, "nora", today)
    round_of(instance, today + timedelta(days=1))
    assert who_was_told(instance, NoticeKind.ALARM) == set()


def test_while_somebody_can_open_the_case_a_reason_is_needed_and_nobody_loses_it(
    instance: Instance, offices: Offices, today: date
) -> None:
    filed = offices.file(plumber_report())
    with pytest.raises(RecoveryError, match="give the reason"):
        _recover(instance, filed, "nora")
    given = _recover(instance, filed, "nora", why=WHY)
    assert (given.office, given.ground) == ("HO-millbrook", Ground.STATED)
    for officer in ("milo", "mara", "nora"):
        file = filed.opened_by(officer)
        assert file is not None
        assert file.whole
        assert file.epoch == 1
    assert offices.mailbox.view(filed.master).events[-1].data["why"] == WHY
    _acknowledge(instance, filed, "milo", today)


@pytest.mark.parametrize(
    ("officer", "words"),
    [
        ("mina", "may not have this case"),  # kin of the accused
        ("abel", "may not have this case"),  # another office of the same level
        ("vera", "may not have this case"),  # the board sees duties and figures, never content
        ("nobody", "no certified keys"),
    ],
)
def test_the_recovery_key_goes_round_no_rule(
    instance: Instance, offices: Offices, officer: str, words: str
) -> None:
    filed = offices.file(water_report())
    for to in ((officer,), ("nora", officer)):
        with pytest.raises(RecoveryError, match=words):
            _recover(instance, filed, *to, why=WHY)
    assert _kinds(instance, filed) == [EventKind.FILED]
    assert filed.opened_by("nora") is None


def test_an_office_below_never_gets_a_case_this_way(instance: Instance, offices: Offices) -> None:
    filed = offices.file()
    instance.without(*MILLBROOK)
    _recover(instance, filed, "nora")
    instance.without(*MILLBROOK, "nora")
    with pytest.raises(RecoveryError, match="may not have this case"):
        _recover(instance, filed, "anna", why=WHY)
    with pytest.raises(RecoveryError, match="one office"):
        _recover(instance, filed, "nils", "lena")


def test_too_few_shares_and_shares_of_another_instance_do_nothing(instance: Instance, lost: Filed) -> None:
    gathered = _gathered(_shares(instance)[:2])
    assert not gathered.enough
    with pytest.raises(MnemonicError):
        gathered.key()
    foreign = make_shares(KeyPair.generate(), Threshold(3, 5))
    with pytest.raises(RecoveryError, match="not of this instance"):
        _recover(instance, lost, "nora", key=_gathered(foreign[:3]).key())
    assert "another key" in gathered.add(foreign[0])
    again = _shares(instance)[0]  # the same key, split another time
    assert "another key" in gathered.add(again)
    assert _kinds(instance, lost) == [EventKind.FILED]


def test_a_share_is_checked_as_it_is_typed() -> None:
    shares = make_shares(KeyPair.generate(), Threshold(2, 3))
    gathered = Gathered()
    assert not gathered.enough
    assert gathered.add("") == gathered.add(" ".join(shares[0].split()[1:])) == "a word is wrong or missing"
    assert gathered.add(f"  {shares[0].upper()} ") == ""
    assert (gathered.needed, gathered.next, gathered.enough) == (2, 2, False)
    assert "already" in gathered.add(shares[0])
    assert gathered.add(shares[2]) == ""
    assert gathered.enough


@pytest.mark.parametrize("threshold", [Threshold(2, 3), Threshold(3, 5), Threshold(5, 16)])
def test_no_line_alone_has_enough_shares(threshold: Threshold) -> None:
    letters = [threshold.line_of(number) for number in range(1, threshold.shares + 1)]
    assert max(letters.count(letter) for letter in letters) < threshold.needed


def test_a_case_is_named_by_its_beginning_and_a_damaged_one_is_not_opened(
    instance: Instance, lost: Filed
) -> None:
    trustees = Trustees(instance.recovery, instance.roster, instance.triage.gate, instance.today)
    for name in ("", lost.case[:7], "x" * 22, "%%%%%%%%"):
        with instance.triage_db.state.begin() as session, pytest.raises(RecoveryError):
            recover(session, name, ["nora"], "", trustees)
    with instance.owner.state.begin() as session:
        session.execute(
            update(Event).where(Event.case_id == lost.case).values(date=instance.today - timedelta(1))
        )
    with instance.triage_db.state.begin() as session, pytest.raises(RecoveryError, match="damaged"):
        recover(session, lost.case[:8], ["nora"], "", trustees)


# Attacks


@pytest.mark.parametrize("name", ["milo", RECOVERY])
def test_who_can_write_to_the_database_forges_no_recovery(
    instance: Instance, offices: Offices, name: str
) -> None:
    """A dishonest officer writes the event, as oneself or in the trustees' name: readers believe neither."""
    filed = offices.file(plumber_report())
    with filed.acting("milo") as (session, file, author):
        forged = Author(name, author.pair)
        data = {
            "ground": "stated",
            "why": WHY,
            "from": file.office,
            "circle": file.progress.circle,
            "notices": [],
        }
        append_event(session, file.box, forged, EventKind.RECOVERED, instance.today, data)
    file_after = filed.opened_by("mara")
    assert file_after is not None
    assert not file_after.whole
    assert [record.kind for record in file_after.records] == [EventKind.FILED]
    assert not offices.mailbox.view(filed.master).proved


def test_a_forged_epoch_opens_nothing_and_makes_nobody_rotate(instance: Instance, offices: Offices) -> None:
    filed = offices.file(plumber_report())
    with filed.acting("milo") as (session, file, author):
        pair = KeyPair.generate()
        record = EpochRecord(filed.case, 1, pair.public, RECOVERY)
        session.add(
            Epoch(
                case_id=filed.case,
                number=1,
                public=pair.public.raw,
                signer=RECOVERY,
                signatures=sign_record(record, chain=file.newest, signer=author.pair),
                link=link(filed.case, 1, pair.public, file.newest.unsafe_seed),
                recovery=seal_for_recovery(filed.case, 1, instance.roster.recovery, pair.unsafe_seed),
            )
        )
    with instance.owner.reading() as session:
        assert cases_opened_with(session, instance.roster.recovery) == []
    with instance.owner.state.begin() as session:
        session.execute(update(Case).where(Case.id == filed.case).values(epoch=1))
    with pytest.raises(BadSignatureError):
        _recover(instance, filed, "nora", why=WHY)
    assert _kinds(instance, filed) == [EventKind.FILED]


# After use


def test_after_its_use_the_key_is_rotated_and_the_old_shares_open_less_and_less(
    instance: Instance, offices: Offices, lost: Filed, today: date
) -> None:
    other = offices.file(water_report())  # goes to the office above: nobody of Millbrook is left
    old = instance.recovery
    assert any(
        f.text == "the present recovery key was never used" for f in examine(instance.directory, today)
    )
    _recover(instance, lost, "nora")
    said = [f.text for f in examine(instance.directory, today) if f.grade is Grade.WARN]
    assert any("recovery key was used (1 cases)" in text for text in said)

    new = KeyPair.generate()
    reader = instance.rosters
    registry = Registry(instance.triage, instance.owner, reader, instance.root, today)
    roster = registry.rotate_recovery(new.public)
    assert (roster.recovery, roster.former_recoveries) == (new.public, (old.public,))
    with instance.owner.reading() as session:
        assert cases_opened_with(session, new.public) == []
        assert cases_behind(session, new.public) == 2
    with pytest.raises(RecoveryError, match="before or after a rotation"):
        _recover(instance, other, "nora", why=WHY, key=new)
    # The first act after it seals the case to the new key; what was signed with the old one stays signed.
    _acknowledge(instance, lost, "nora", today)
    _acknowledge(instance, other, "nora", today)
    with instance.owner.reading() as session:
        assert cases_behind(session, new.public) == 0
        assert session.scalar(select(func.count()).select_from(Epoch)) == 3
    file = lost.opened_by("nora")
    assert file is not None
    assert file.whole
    with pytest.raises(RecoveryError, match="before or after a rotation"):
        _recover(instance, other, "lena", why=WHY, key=old)
    _recover(instance, other, "lena", why=WHY, key=new)
    assert other.opened_by("lena") is not None
    assert any("recovery key was used (1 cases)" in f.text for f in examine(instance.directory, today))


def test_trustees_type_at_a_terminal_and_nothing_of_it_is_shown(instance: Instance, lost: Filed) -> None:
    if instance.triage.database_url.startswith("postgresql"):
        pytest.skip("the terminal is the same")
    arguments = ("keys", "recover", instance.directory, "--case", lost.case[:8], "--to", "nora")
    refused = run(*arguments)
    assert (refused.returncode, "at a terminal" in refused.stderr) == (1, True)
    shares = _shares(instance)
    terminal = Terminal.open(*arguments)
    seen = terminal.expect("Share 1")
    terminal.type("not a share")
    seen += terminal.expect("type this share again: a word is wrong")
    seen += terminal.expect("Share 1")
    for number, share in ((2, shares[0]), (3, shares[3])):
        terminal.type(share)
        seen += terminal.expect(f"Share {number} of 3")
    terminal.type(shares[4])
    seen += terminal.expect("rotate-recovery")
    assert terminal.end() == 0
    assert not any(word in seen for word in shares[0].split()[4:])
    assert SENTENCE not in seen
    assert f"nora can open case {lost.case[:8]}" in seen
    rotated = run("keys", "rotate-recovery", instance.directory, "--shares", "2/3")
    assert rotated.returncode == 0, rotated.stderr
    assert "for one trustee of line B" in rotated.stdout.replace("For", "for")
    assert instance.roster.former_recoveries == (instance.recovery.public,)
