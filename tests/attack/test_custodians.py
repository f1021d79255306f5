"""P5: a name opens for two custodians together and for nobody else, whatever else somebody has: the database, the gate's key,
the recovery shares, one custodian's password, the case itself.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from sqlalchemy import delete, select, update

from crypto import custody
from crypto.errors import CryptoError
from crypto.keys import KeyPair, new_id
from intake.circle import tell
from intake.database.case_tables import Epoch, Grant, Identity, Item
from intake.database.custody_tables import CustodyLetter
from intake.events import EventKind
from intake.identity.compartment import Compartment, Lock, Name, make_compartment, name_in, put_in
from intake.identity.letters import LetterKind, write_letter
from intake.record import Author
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import BackOffice, office_with_duties
from tests.support.confiding import CONTACT, NAME, WHY, Confided
from tests.support.handling import refusal
from tests.support.instances import Instance
from tests.support.reports import Offices, plumber_report
from triage.casework.refusals import NoSuchCaseError, NotNowError, NotYoursError, Reason


@pytest.fixture
def instance(make_instance: MakeInstance) -> Instance:
    return make_instance(office_with_duties())


@pytest.fixture
def confided(instance: Instance) -> Confided:
    """A report whose reporter left a name; Milo works on it."""
    offices = Offices(instance, instance.today)
    draft = plumber_report(identity_name=NAME, identity_contact=CONTACT)
    return Confided(BackOffice(instance, instance.today), offices.file(draft)).acknowledged()


def _everything(instance: Instance) -> list[bytes]:
    """Every byte string that lies in the database."""
    found: list[bytes] = []
    with instance.owner.reading() as session:
        for table in (Identity, CustodyLetter, Grant, Epoch, Item):
            for row in session.scalars(select(table)):
                found += [value for value in vars(row).values() if isinstance(value, bytes)]
    return found


def _opened_with(instance: Instance, case: str, pairs: Iterable[KeyPair]) -> set[str]:
    """What names somebody with these keys gets out of the compartments: each layer that opens, opened again."""
    pairs = list(pairs)
    with instance.owner.reading() as session:
        made = Compartment.from_bytes(session.get_one(Identity, case).sealed)
    names: set[str] = set()
    for number, envelope in enumerate(made.pairs):
        for first in pairs:
            try:
                inner = custody.peel(case, number, first, envelope, compartment=made.lock.id)
            except CryptoError:
                continue
            for second in pairs:
                try:
                    seed = custody.open_inner(case, number, second, inner, compartment=made.lock.id)
                except CryptoError:
                    continue
                names.add(
                    custody.open_identity(case, seed, made.sealed, compartment=made.lock.id).decode(
                        "utf-8", "replace"
                    )
                )
    return names


def test_no_key_but_those_of_two_custodians_opens_a_name(confided: Confided) -> None:
    """One custodian with the whole database; the operator with the gate's key and the trustees' shares; the whole circle."""
    instance, case = confided.back.instance, confided.filed.case
    confided.sought()
    first, second = confided.asked.custodians
    others = [instance.worker.gate_pair, instance.recovery, instance.root, *confided.file.pairs.values()]
    others += [instance.pair(who) for who in ("milo", "mara", "marc", "mina", "mona", "moss")]
    for custodian in ("nils", "nina", "noel", "nora", "lena", "leo"):
        assert _opened_with(instance, case, [*others, instance.pair(custodian)]) == set()
    assert any(
        NAME in each for each in _opened_with(instance, case, [instance.pair(first), instance.pair(second)])
    )
    # Nothing of it lies in clear, on the way either.
    later = confided.on(confided.asked.earliest).agree()
    assert not any(NAME.encode() in each for each in _everything(instance))
    later.open()
    assert not any(NAME.encode() in each for each in _everything(instance))


def test_one_custodian_is_never_both(confided: Confided) -> None:
    confided.sought()
    later = confided.on(confided.asked.earliest)
    first, second = later.asked.custodians
    with pytest.raises(NoSuchCaseError):
        later.open(second)
    with pytest.raises(NotNowError):
        later.open(first)
    later.agree()
    for nobody in (first, "nora", "mara", "milo"):
        with pytest.raises(NoSuchCaseError):
            later.open(nobody)
    # The inner layer, put back under the first custodian's name by somebody who writes to the database, does not open.
    with later.back.instance.owner.state.begin() as session:
        session.execute(
            update(CustodyLetter).where(CustodyLetter.officer_id == second).values(officer_id=first)
        )
    with pytest.raises(NoSuchCaseError):
        later.open(first)
    assert later.given() == []


def test_a_request_from_outside_the_case_is_answered_by_nobody(confided: Confided) -> None:
    """A certified officer who writes to the database asks for the name of a case that they do not hold."""
    confided.sought()
    later = confided.on(confided.asked.earliest)
    instance, case = later.back.instance, later.filed.case
    first, second = later.asked.custodians
    (ask,) = [each for each in later.letters(first) if each.kind is LetterKind.ASK]
    roster = instance.roster
    forged = {
        name: value for name, value in ask.content.items() if name not in ("case", "letter", "kind", "to")
    }
    thief = Author("abel", instance.pair("abel"))
    for case_pair in (None, KeyPair.generate(), thief.pair):
        with instance.owner.state.begin() as session:
            session.execute(delete(CustodyLetter))
            content = {**forged, "by": "abel"}
            to = (first, roster.keys_of(first))
            session.add(write_letter(case, to, LetterKind.ASK, thief, content, case_pair=case_pair))
        with pytest.raises(CryptoError):
            later.agree()
        assert later.waiting_for(second) == []
    # The office's own letter, with somebody else as the one who gets it, is not what the reporter is told.
    with instance.owner.state.begin() as session:
        session.execute(delete(CustodyLetter))
        to = (first, roster.keys_of(first))
        holder = Author("milo", instance.pair("milo"))
        content = {**forged, "by": "mara", "earliest": later.back.today.isoformat()}
        session.add(write_letter(case, to, LetterKind.ASK, holder, content, case_pair=later.file.newest))
    with pytest.raises(CryptoError):
        later.agree()


def test_a_layer_of_the_name_passes_for_no_files(confided: Confided) -> None:
    """An officer of the case has the first custodian take a layer off the name's lock under the name of a file."""
    confided.sought()
    later = confided.on(confided.asked.earliest)
    instance, case = later.back.instance, later.filed.case
    first, _ = later.asked.custodians
    (ask,) = [each for each in later.letters(first) if each.kind is LetterKind.ASK]
    forged = {
        name: value for name, value in ask.content.items() if name not in ("case", "letter", "kind", "to")
    }
    with instance.owner.state.begin() as session:
        session.execute(delete(CustodyLetter))
        content = {**forged, "about": new_id()}
        to = (first, instance.roster.keys_of(first))
        holder = Author("milo", instance.pair("milo"))
        session.add(write_letter(case, to, LetterKind.ASK, holder, content, case_pair=later.file.newest))
    with pytest.raises(CryptoError):
        later.agree()


def test_another_name_or_another_cases_name_is_noticed(confided: Confided, instance: Instance) -> None:
    """Somebody who writes to the database puts an innocent colleague's name into the compartment, or swaps two cases'."""
    offices = confided.propose().portal
    other = offices.file(plumber_report(identity_name="Somebody Else"))
    keepers = [instance.roster.keys_of(who) for who in ("nils", "nina", "noel", "nora")]
    forger = KeyPair.generate()
    first_key = confided.file.pairs[0].public
    forged = make_compartment(confided.filed.case, first_key, keepers, Name("An Innocent Colleague"), forger)
    with instance.owner.reading() as session:
        swapped = session.get_one(Identity, other.case).sealed
    for sealed in (forged.to_bytes(), swapped):
        with instance.owner.state.begin() as session:
            session.execute(
                update(Identity).where(Identity.case_id == confided.filed.case).values(sealed=sealed)
            )
        assert not confided.page_is_whole()
        with pytest.raises(NotNowError) as refused:
            confided.agreed_by_panel()
        assert refusal(refused) is Reason.NAME_ALTERED


def test_a_name_of_another_case_is_not_believed_even_where_it_opens(confided: Confided) -> None:
    reporter, pair = KeyPair.generate(), KeyPair.generate()
    lock = Lock(new_id(), pair.public)
    mine, theirs = KeyPair.generate().public, KeyPair.generate().public
    made = make_compartment("case", mine, (), Name(NAME), reporter)
    sealed = put_in("case", mine, lock, Name(NAME), reporter)
    assert name_in("case", mine, lock, pair, sealed, reporter.public).name == NAME
    for case, key, by in (
        ("case", theirs, reporter.public),
        ("other", mine, reporter.public),
        ("case", mine, pair.public),
    ):
        with pytest.raises(CryptoError):
            name_in(case, key, lock, pair, sealed, by)
    with pytest.raises(CryptoError):
        name_in("case", mine, lock, KeyPair.generate(), sealed, reporter.public)
    with pytest.raises(CryptoError):
        name_in("case", mine, lock, pair, put_in("case", mine, lock, None, None), reporter.public)
    assert len(made.to_bytes()) == len(make_compartment("case", mine, [pair.public], None, None).to_bytes())


@pytest.mark.parametrize("kind", [EventKind.PEELED, EventKind.UNSEALED, EventKind.WITHHELD, EventKind.SOUGHT])
def test_whoever_writes_that_custodians_agreed_is_caught_by_every_reader(
    confided: Confided, kind: EventKind
) -> None:
    """An officer of the case writes past every page that a custodian agreed, or that a panel asked."""
    confided.sought()
    asked, file = confided.asked, confided.file
    data = {"request": asked.id}
    if kind is EventKind.SOUGHT:
        sought = next(record for record in file.records if record.kind is EventKind.SOUGHT)
        data = {**sought.data, "request": new_id()}
    with confided.filed.act("mara") as acting:
        tell(acting.session, acting.box, acting.author, kind, acting.today, data)
        acting._told = True
    assert not confided.file.whole
    assert not confided.view.proved


def test_whoever_left_or_is_shut_out_between_the_two_steps_opens_nothing(confided: Confided) -> None:
    confided.sought()
    later = confided.on(confided.asked.earliest).agree()
    _, second = later.asked.custodians
    instance = later.back.instance
    # The second one is let into the case meanwhile: whoever handles it is no custodian of it.
    with later.filed.act("milo") as acting:
        acting.grant([second])
    with pytest.raises(NotYoursError) as holds:
        later.open(second)
    assert refusal(holds) is Reason.NO_CUSTODIAN
    with instance.owner.state.begin() as session:
        session.execute(delete(Grant).where(Grant.officer_id == second))
    # The duty is taken away.
    document = office_with_duties()
    everybody = [member for office in document["handling_offices"] for member in office["members"]]
    next(member for member in everybody if member["id"] == second)["duties"] = ["triage", "handle"]
    instance.reissue(organisation=document)
    with pytest.raises(NotYoursError):
        later.open(second)
    assert later.given() == []
    # The office sees it and asks again: two others are drawn, and each starts anew.
    later.sought()
    assert second not in later.asked.custodians
    assert later.rows().count(second) == 0
    assert WHY in {paper.text for paper in later.file.papers("proposal")}
    final = later.on(later.asked.earliest).agree().open()
    assert [given["name"] for given in final.given()] == [NAME]
    assert final.file.whole
