"""Whole instances for tests, made by the product's own code with a cheap key derivation, and officers who can log in."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from unittest.mock import patch

from sqlalchemy import select
from sqlalchemy.engine import URL

from crypto.kdf import UNSAFE_TEST_COST
from crypto.keys import KeyPair, PublicKeys
from crypto.vault import unlock
from intake.database.engines import Databases
from intake.database.people_tables import Account, AppointmentRow, DeclarationRow, RosterRow
from intake.organisation import Organisation
from intake.roster import Officer, Roster, RosterReader, certify, sign_roster, store_roster
from intake.settings import (
    ROSTER_FILE,
    PortalSettings,
    TriageSettings,
    WorkerSettings,
    load_portal,
    load_roster_key,
    load_triage,
    load_worker,
)
from triage.accounts.enrol import make_account
from triage.accounts.passwords import normalise
from triage.accounts.second_factor import new_totp_secret
from triage.instances import make
from triage.instances.make import ROSTER_VALID, Ceremony, Plan, make_instance, upgrade_embedded

_READ_FROM = [select(table.__table__) for table in (RosterRow, AppointmentRow, DeclarationRow)]

Application = TypeVar("Application")

PASSWORD = "walnut drizzle orbit mantle"
"""Every officer's, followed by the officer's id."""


@dataclass
class Person:
    """An officer of a test instance, with what the officer knows."""

    id: str
    password: str
    totp_secret: str


@dataclass
class Instance:
    """A complete instance. ``owner`` sees the whole database; ``portal_db`` and its kin have their process's own rights."""

    directory: Path
    today: date
    portal: PortalSettings
    triage: TriageSettings
    worker: WorkerSettings
    root: KeyPair
    recovery: KeyPair
    people: Mapping[str, Person]
    owner: Databases
    portal_db: Databases
    triage_db: Databases
    worker_db: Databases
    _pairs: dict[str, KeyPair] = field(default_factory=dict)
    _read: tuple[object, Roster] | None = None
    _serving: dict[Hashable, Any] = field(default_factory=dict)

    def serving(self, make: Callable[[], Application], about: Hashable) -> Application:
        """The application that serves everybody who comes the same way: made once, as a server's is."""
        if about not in self._serving:
            self._serving[about] = make()
        application: Application = self._serving[about]
        return application

    @property
    def rosters(self) -> RosterReader:
        """A fresh reader with the portal's rights, as after a restart."""
        return RosterReader(self.portal_db, self.portal.roster_root, self.portal.seen_file)

    @property
    def roster(self) -> Roster:
        """The newest edition, as after a restart: verified again whenever one byte of what it is read from is another."""
        if self._read is None or self._read[0] != self._read_from():
            roster = self.rosters.current(self.today)
            self._read = (self._read_from(), roster)
        return self._read[1]

    def _read_from(self) -> object:
        with self.owner.reading() as session:
            rows = [session.execute(everything).all() for everything in _READ_FROM]
        seen = {path.name: path.read_bytes() for path in self.directory.glob("*.seen")}
        return self.today, rows, seen

    @property
    def organisation(self) -> Organisation:
        """What the newest roster says."""
        return self.roster.organisation

    def pair(self, officer: str) -> KeyPair:
        """An officer's unlocked keys, as inside a session."""
        if officer not in self._pairs:
            with self.owner.reading() as session:
                locked = session.get_one(Account, officer).locked_key
            password = normalise(self.people[officer].password)
            self._pairs[officer] = _unlocked(locked, officer, password, self.triage.pepper)
        return self._pairs[officer]

    def forget_pair(self, officer: str) -> None:
        """The officer has new keys: ``pair`` unlocks again."""
        self._pairs.pop(officer, None)

    def reissue(
        self,
        *,
        officers: Iterable[Officer] | None = None,
        organisation: dict[str, Any] | None = None,
        root: KeyPair | None = None,
        issued: date | None = None,
        expires: date | None = None,
    ) -> Roster:
        """Sign and store the next edition (``root``: a forger's)."""
        issued = issued or self.today
        text = None if organisation is None else json.dumps(organisation)
        roster = self.roster.next_edition(
            issued=issued, expires=expires or issued + ROSTER_VALID, officers=officers, organisation_json=text
        )
        signed = sign_roster(roster.as_document(), root or self.root)
        with self.owner.state.begin() as session:
            store_roster(session, signed, roster.number)
        return roster

    def without(self, *officers: str) -> Roster:
        """The next edition, in which these have no keys any more."""
        return self.reissue(
            officers=[entry for entry in self.roster.officers.values() if entry.id not in officers]
        )

    def close(self) -> None:
        """Give every connection back."""
        for databases in (self.owner, self.portal_db, self.triage_db, self.worker_db):
            databases.close()


def build_instance(
    directory: Path,
    organisation: dict[str, Any],
    *,
    today: date,
    database: URL | None = None,
    members: Callable[[str], bool] = lambda _: True,
    declared: Callable[[str], bool] = lambda _: True,
    copy_directory: Path | None = None,
    demo: bool = True,
) -> Instance:
    """Make an instance in which every member that ``members`` accepts has an account and certified keys, and whoever of them
    ``declared`` accepts has declared to have no ties.
    """
    people: dict[str, Person] = {}
    kept: list[Ceremony] = []

    def enrol(databases: Databases, settings: TriageSettings, model: Organisation) -> list[Officer]:
        certified = []
        for officer in filter(members, model.officers):
            person = Person(officer, f"{PASSWORD} {officer}", new_totp_secret())
            keys: PublicKeys = make_account(
                databases,
                settings,
                officer,
                person.password,
                person.totp_secret,
                without_ties=plan.today if declared(officer) else None,
                cost=UNSAFE_TEST_COST,
            )
            people[officer] = person
            certified.append(certify(model, officer, keys))
        return certified

    plan = Plan(
        name="Test",
        organisation_json=json.dumps(organisation),
        today=today - timedelta(days=1),
        database=database,
        copy_directory=copy_directory,
        demo=demo,
    )
    with patch.object(make, "upgrade_embedded", _copy_migrated):
        make_instance(directory, plan, enrol=enrol, announce=lambda ceremony, _: kept.append(ceremony))
    return open_instance(
        directory,
        today=today,
        database=database,
        root=load_roster_key(directory / ROSTER_FILE),
        recovery=kept[0].recovery,
        people=people,
    )


def open_instance(
    directory: Path,
    *,
    today: date,
    database: URL | None,
    root: KeyPair,
    recovery: KeyPair,
    people: Mapping[str, Person],
) -> Instance:
    """The instance that lies in ``directory``, each process with its own settings and rights."""
    portal, triage, worker = load_portal(directory), load_triage(directory), load_worker(directory)
    owned = portal if database is None else _Owned(database.render_as_string(hide_password=False))
    return Instance(
        directory=directory,
        today=today,
        portal=portal,
        triage=triage,
        worker=worker,
        root=root,
        recovery=recovery,
        people=people,
        owner=Databases.open(owned),
        portal_db=Databases.open(portal),
        triage_db=Databases.open(triage),
        worker_db=Databases.open(worker),
    )


@cache
def _unlocked(locked: bytes, officer: str, password: str, pepper: bytes) -> KeyPair:
    """The same sealed bytes and the same password give the same keys, in whatever copy they lie."""
    return unlock(locked, officer, password, pepper, UNSAFE_TEST_COST)


@cache
def _migrated() -> Mapping[str, bytes]:
    """The embedded databases as the migrations leave them: run once, because two thousand stories begin with them."""
    with TemporaryDirectory() as place:
        upgrade_embedded(Path(place))
        return {path.name: path.read_bytes() for path in Path(place).iterdir()}


def _copy_migrated(directory: Path) -> None:
    for name, content in _migrated().items():
        (directory / name).write_bytes(content)


@dataclass(frozen=True)
class _Owned:
    database_url: str

    @property
    def volatile_url(self) -> str:
        return self.database_url
