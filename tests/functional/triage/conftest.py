"""What the back office's stories share: an office with divided duties, its desk, and officers at work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from intake.casefile import Holder
from intake.time import Clock
from tests.conftest import MakeInstance
from tests.support.handling import Handled
from tests.support.instances import Instance
from tests.support.organisation import small_organisation
from tests.support.panels import Office
from tests.support.reports import Filed, Offices, plumber_report
from triage.casework.acknowledge import acknowledge
from triage.casework.desk import Actor, Desk

DUTIES = {
    "mara": ["triage", "handle"],
    "milo": ["triage"],
    "mina": ["triage", "handle"],  # kin of the accused head of the waterworks
    "marc": ["handle"],
    "mona": ["handle"],
    "moss": ["triage", "handle"],
}


def office_with_duties() -> dict[str, Any]:
    """The small organisation, with six people in Millbrook of whom not everybody does everything."""
    document = small_organisation()
    office = next(entry for entry in document["handling_offices"] if entry["id"] == "HO-millbrook")
    office["members"] += [
        {"id": "mona", "role": "officer", "name": "Mona Bauer"},
        {"id": "moss", "role": "officer", "name": "Moss Taylor"},
    ]
    for member in office["members"]:
        member["duties"] = DUTIES[member["id"]]
    return document


@pytest.fixture
def instance(make_instance: MakeInstance) -> Instance:
    """The small organisation with divided duties."""
    return make_instance(office_with_duties())


@pytest.fixture
def offices(instance: Instance, today: date) -> Offices:
    """The portal's side."""
    return Offices(instance, today)


@pytest.fixture
def filed(offices: Offices) -> Filed:
    """A report about the head of the waterworks, where Mina is kin."""
    return offices.file()


@dataclass
class BackOffice:
    """The desk of an instance on one day, with the back office's own database rights."""

    instance: Instance
    today: date

    @property
    def desk(self) -> Desk:
        return Desk(self.instance.triage_db, self.instance.triage.gate, Clock(self.today))

    def officer(self, officer: str) -> Actor:
        """An officer who is logged in."""
        roster = self.instance.roster
        holder = Holder(officer, self.instance.pair(officer))
        return Actor(roster.officers[officer], holder, roster, self.today)


@pytest.fixture
def back_office(instance: Instance, today: date) -> BackOffice:
    """Where officers work."""
    return BackOffice(instance, today)


@pytest.fixture
def office(back_office: BackOffice, filed: Filed) -> Office:
    """A report about a head: three decide. Milo has acknowledged it."""
    acknowledge(back_office.desk, back_office.officer("milo"), filed.case)
    return Office(back_office, filed)


@pytest.fixture
def small(back_office: BackOffice, offices: Offices) -> Office:
    """A report about an ordinary employee: two decide."""
    filed = offices.file(plumber_report())
    acknowledge(back_office.desk, back_office.officer("milo"), filed.case)
    return Office(back_office, filed)


@pytest.fixture
def handled(back_office: BackOffice, offices: Offices) -> Handled:
    """A report about an ordinary employee: two decide, nobody above has to wait."""
    return Handled(back_office, offices.file(plumber_report()))


@pytest.fixture
def about_a_head(back_office: BackOffice, filed: Filed) -> Handled:
    """A report about the head of the waterworks."""
    return Handled(back_office, filed)


Officer = Callable[[str], Actor]
