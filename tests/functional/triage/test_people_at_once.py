"""Two who sign in the same moment, and the root that signs beside them: nothing is lost, and nobody is told what is not so."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest

from crypto.keys import KeyPair
from intake.appointments import Kind
from intake.roster import RosterError
from tests.conftest import MakeInstance
from tests.support.appointments import Signing, organisation_with_appointers
from tests.support.instances import Instance
from tests.support.people import Desk
from triage.accounts.appointing import Appointing, NotDoneError, Signer
from triage.instances.officers import Registry


@pytest.fixture
def instance(make_instance: MakeInstance) -> Instance:
    return make_instance(organisation_with_appointers())


@pytest.fixture
def desk(instance: Instance) -> Desk:
    return Desk(instance)


def test_of_two_who_decide_at_the_same_moment_one_wins_and_the_other_is_told(
    desk: Desk, instance: Instance
) -> None:
    """Each of two asks is confirmed twice, by four threads at once: two are done, and two hear that somebody was faster."""
    desk.sign_first("nora", "milo", "disable")
    desk.sign_first("nils", "marc", "disable")
    appointing = Appointing(instance.triage_db, instance.rosters)
    forms = {"nils": desk.second_form("nils", "milo"), "nora": desk.second_form("nora", "marc")}
    outcomes: list[str] = []
    gate = Barrier(4)

    def confirm(officer: str) -> None:
        form = forms[officer]
        gate.wait()
        try:
            appointing.confirm(
                Signer(officer, instance.pair(officer), instance.today),
                form["officer"],
                form["seen"],
                compared=False,
            )
            outcomes.append(form["officer"])
        except NotDoneError as error:
            outcomes.append(str(error.refusal))

    for officer in ("nils", "nora"):
        instance.pair(officer)
    threads = [Thread(target=confirm, args=(officer,)) for officer in ("nils", "nora", "nils", "nora")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["gone", "gone", "marc", "milo"]
    roster = instance.roster
    assert roster.head.number == 2
    assert not {"milo", "marc"} & roster.certified


def test_the_root_takes_over_what_was_appointed_since_it_looked_or_signs_nothing(instance: Instance) -> None:
    registry = Registry(instance.triage, instance.owner, instance.rosters, instance.root, instance.today)
    signing = Signing(instance)

    class Slow(KeyPair):
        """The root, whose holder takes a while: meanwhile two of the office above sign."""

        def sign(self, label: str, statement: bytes) -> bytes:
            if instance.roster.head.number == 0:
                signing.appoint("milo", Kind.DISABLE)
            return super().sign(label, statement)

    slow = Registry(
        instance.triage, instance.owner, instance.rosters, Slow(instance.root.unsafe_seed), instance.today
    )
    with pytest.raises(RosterError, match="run the command again"):
        slow.renew()
    assert instance.roster.number == 1
    registry.renew()
    assert (instance.roster.number, instance.roster.head.number) == (2, 1)
    assert "milo" not in instance.roster.certified
