"""A rehearsal: a copy of an instance on which dates can be played, and from which nothing leads back.

It has keys of its own for the roster's root, the gate and the log. Everything sealed to the old gate is sealed to the new one,
except the officers' ways into the cases below them: these are replaced by chance, so that playing a date shows what would
happen and opens no case to anybody who could not open it before. What does not open, or holds what nobody here writes, is left
out and counted: whoever can write to the database must not be able to forbid rehearsals. Knows no page and no command line.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute, Session

from crypto.checkpoint import LogSigner
from crypto.encoding import to_text
from crypto.envelope import Place, Purpose, open_padded, seal_padded
from crypto.epoch import grant
from crypto.keys import SEED_BYTES, KeyPair, PublicKeys, new_seed
from intake import ladder
from intake.database.base import State
from intake.database.case_tables import Case, OutboxJob, Rung, Slip, WatchRow
from intake.database.engines import Databases
from intake.database.evidence_tables import Evidence
from intake.database.log_tables import LogCheckpoint, LogEntry, LogNode
from intake.database.people_tables import RosterRow
from intake.evidence.settings import DEFAULT_FOLDER
from intake.ladder import PeeledRung
from intake.listening import Address
from intake.outbox import JobName
from intake.roster import Roster, RosterReader, sign_roster, store_roster
from intake.settings import (
    PORTAL_FILE,
    ROSTER_FILE,
    STATE_FILE,
    TRIAGE_FILE,
    WEB_SECRET_BYTES,
    WORKER_FILE,
    PinnedKeys,
    PortalSecret,
    PublicSettings,
    RosterSecret,
    TriageSecret,
    WorkerSecret,
    WorkerSettings,
    load_portal,
    load_triage,
    load_worker,
    read_public,
)
from intake.watch import seal_again
from triage.instances.files import write_public, write_secret
from triage.instances.make import MakingError, beside, upgrade_embedded

_Address = TypeVar("_Address", bound=Address)

PORT_STEP = 100
"""How far the copy's ports lie from the instance's: both may run."""
DISPATCHED = {
    JobName.DELIVER_NOTICES.value: (Purpose.DISPATCH, "dispatch"),
    JobName.REQUEST.value: (Purpose.REQUEST, "request"),
    JobName.FOLLOW_JOIN.value: (Purpose.REQUEST, "join"),
    JobName.NEWS.value: (Purpose.REQUEST, "request"),
}
"""Every job, with the place that its payload is sealed for."""


def rehearse(directory: Path, copy: Path, today: date) -> Mapping[str, int]:
    """Make ``copy`` from the instance ``directory``, which may go on running. What was left out, by its name: how often.

    Raises MakingError, SettingsError, RosterError.
    """
    public = read_public(directory)
    if public.database != "sqlite":
        raise MakingError(
            f"{directory} is on PostgreSQL, where no login of an instance may read every table, so it cannot be copied; "
            "make an instance on SQLite from the same organisation file (underseal init), and use that one"
        )
    worker = load_worker(directory)
    databases = Databases.open(worker)
    try:
        roster = RosterReader(databases, worker.roster_root, worker.seen_file).current(today)
    finally:
        databases.close()
    root, gate, log_seed = KeyPair.generate(), KeyPair.generate(), new_seed()
    with beside(copy) as making:
        _copy_database(directory / STATE_FILE, making / STATE_FILE)
        upgrade_embedded(making)
        _write_secrets(directory, making, gate, log_seed, root)
        (making / DEFAULT_FOLDER).mkdir(mode=0o700)
        write_public(making, _settings(public, root.public, gate.public, LogSigner(log_seed)))
        left_out = _make_own(making, worker, roster, root, gate)
        making.rename(copy)
    return left_out


def _copy_database(source: Path, target: Path) -> None:
    """As of one moment, while others write (SQLite's online backup)."""
    with (
        sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True) as old,
        sqlite3.connect(target) as new,
    ):
        old.backup(new)
    new.close()
    old.close()
    target.chmod(0o600)


def _write_secrets(directory: Path, making: Path, gate: KeyPair, log_seed: bytes, root: KeyPair) -> None:
    portal, triage = load_portal(directory), load_triage(directory)
    web = [secrets.token_bytes(WEB_SECRET_BYTES) for _ in range(2)]
    write_secret(making / PORTAL_FILE, PortalSecret(receipt_salt=portal.receipt_salt, web_secret=web[0]))
    write_secret(making / TRIAGE_FILE, TriageSecret(pepper=triage.pepper, web_secret=web[1]))
    write_secret(making / WORKER_FILE, WorkerSecret(gate_seed=gate.unsafe_seed, log_seed=log_seed))
    write_secret(making / ROSTER_FILE, RosterSecret(root_seed=root.unsafe_seed))


def _settings(
    public: PublicSettings, root: PublicKeys, gate: PublicKeys, signer: LogSigner
) -> PublicSettings:
    keys = PinnedKeys(roster_root=root, gate=gate, recovery=public.keys.recovery, log=signer.public)
    values = {
        "keys": keys,
        "rehearsal": True,
        "copy_directory": None,
        # Its own, empty: the copy's worker must never sweep what the instance keeps.
        "evidence": public.evidence.in_own_directory(),
        "portal": _played(public.portal),
        "triage": _played(public.triage),
    }
    return public.model_copy(update=values)


def _played(address: _Address) -> _Address:
    """On this machine alone, beside the instance, and through no socket that the outside comes by."""
    port = address.port + PORT_STEP
    return type(address)(
        host="127.0.0.1", port=port if port <= 65535 else address.port - PORT_STEP, https=False
    )


def _make_own(
    making: Path, old: WorkerSettings, roster: Roster, root: KeyPair, gate: KeyPair
) -> Mapping[str, int]:
    databases = Databases.open(load_worker(making))
    try:
        with databases.state.begin() as session:
            played = replace(
                roster,
                number=roster.number + 1,
                gate=gate.public,
                former_gates=(*roster.former_gates, old.gate),
            )
            session.execute(delete(RosterRow))
            store_roster(session, sign_roster(played.as_document(), root), played.number)
            # No file is copied, and no row says that one must be here.
            for table in (LogEntry, LogNode, LogCheckpoint, Evidence):
                session.execute(delete(table))
            return _Sealer(session, old.gate_pair, gate, roster).seal_all()
    finally:
        databases.close()


@dataclass(frozen=True, slots=True)
class _Sealer:
    """Seals to the copy's gate, row by row, what was sealed to the instance's."""

    session: Session
    old: KeyPair
    gate: KeyPair
    roster: Roster

    def seal_all(self) -> Mapping[str, int]:
        """How many rows of which kind were left out."""
        rungs = self._each(Rung, (Rung.case_id, Rung.slot), Rung.sealed, self._rung)
        watches = self._each(WatchRow, (WatchRow.case_id,), WatchRow.sealed, self._watch)
        slips = self._each(Slip, (Slip.id,), Slip.sealed, self._slip)
        jobs = self._each(OutboxJob, (OutboxJob.id,), OutboxJob.payload, self._job)
        left_out = {"rungs": rungs, "watches": watches, "slips": slips, "jobs": jobs}
        return {name: count for name, count in left_out.items() if count}

    def _each(
        self,
        table: type[State],
        key: tuple[InstrumentedAttribute[Any], ...],
        sealed: InstrumentedAttribute[bytes],
        seal: Callable[..., bytes],
    ) -> int:
        """Every row, sealed anew by ``seal``, which gets the row's key; those that it cannot be done for are taken out."""
        left_out = 0
        for values in self.session.execute(select(*key)).all():
            here = [column == value for column, value in zip(key, values, strict=True)]
            try:
                renewed = seal(self.session.execute(select(sealed).where(*here)).scalar_one(), *values)
                self.session.execute(update(table).where(*here).values({sealed: renewed}))
            except DBAPIError:
                raise  # the database, not the row
            except Exception:  # noqa: BLE001 - whoever can write to the database can seal anything to the gate
                self.session.execute(delete(table).where(*here))
                left_out += 1
        return left_out

    def _rung(self, sealed: bytes, case: str, slot: int) -> bytes:
        epoch = self.session.scalars(select(Case.epoch).where(Case.id == case)).one()
        rung = ladder.peel(case, epoch, slot, sealed, self.old)
        (row,) = ladder.rows(
            case, epoch, [_blind(case, replace(rung, slot=slot), self.roster)], self.gate.public
        )
        return row.sealed

    def _watch(self, sealed: bytes, case: str) -> bytes:
        return seal_again(case, sealed, self.old, self.gate.public)

    def _slip(self, sealed: bytes, number: str) -> bytes:
        return self._again(Place(Purpose.SLIP, "slip", number), sealed)

    def _job(self, payload: bytes, number: str) -> bytes:
        name = self.session.scalars(select(OutboxJob.job).where(OutboxJob.id == number)).one()
        purpose, word = DISPATCHED[name]
        return self._again(Place(purpose, word, number), payload)

    def _again(self, place: Place, sealed: bytes) -> bytes:
        return seal_padded(self.gate.public, place, open_padded(self.old, place, sealed))


def _blind(case: str, rung: PeeledRung, roster: Roster) -> PeeledRung:
    """The same step for the same people, which opens nothing: whoever gets it in the rehearsal finds a broken seal."""
    grants = {
        officer: {
            number: to_text(
                grant(case, int(number), roster.keys_of(officer), secrets.token_bytes(SEED_BYTES))
            )
            for number in envelopes
        }
        for officer, envelopes in rung.grants.items()
    }
    return replace(rung, grants=grants)
