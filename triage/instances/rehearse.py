"""A rehearsal: a copy of an instance on which dates can be played, and from which nothing leads back.

It has keys of its own for the roster's root, the gate and the log. Everything sealed to the old gate is sealed to the new one,
except the officers' ways into the cases below them: these are replaced by chance, so that playing a date shows what would
happen and opens no case to anybody who could not open it before. Knows no page and no command line.
"""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from crypto.checkpoint import LogSigner
from crypto.encoding import to_text
from crypto.envelope import Place, Purpose, open_padded, seal_padded
from crypto.epoch import grant
from crypto.keys import SEED_BYTES, KeyPair, PublicKeys, new_seed
from intake import ladder
from intake.database.case_tables import Case, OutboxJob, Slip, WatchRow
from intake.database.engines import Databases
from intake.database.log_tables import LogCheckpoint, LogEntry, LogNode
from intake.database.people_tables import RosterRow
from intake.ladder import PeeledRung
from intake.outbox import JobName
from intake.roster import Roster, RosterReader, sign_roster, store_roster
from intake.settings import (
    PORTAL_FILE,
    ROSTER_FILE,
    STATE_FILE,
    TRIAGE_FILE,
    WEB_SECRET_BYTES,
    WORKER_FILE,
    Address,
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
from triage.instances.make import EVIDENCE, MakingError, beside, upgrade_embedded

PORT_STEP = 100
"""How far the copy's ports lie from the instance's: both may run."""
_DISPATCHED = {
    JobName.DELIVER_NOTICES.value: (Purpose.DISPATCH, "dispatch"),
    JobName.REQUEST.value: (Purpose.REQUEST, "request"),
}


def rehearse(directory: Path, copy: Path, today: date) -> None:
    """Make ``copy`` from the instance ``directory``, which may go on running.

    Raises MakingError, SettingsError, RosterError; CryptoError when something sealed to the gate was altered.
    """
    public, worker = read_public(directory), load_worker(directory)
    if public.database != "sqlite":
        raise MakingError(
            "a rehearsal is made from an instance on SQLite; with PostgreSQL, restore a backup into one and rehearse that"
        )
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
        (making / EVIDENCE).mkdir(mode=0o700)
        write_public(making, _settings(public, root.public, gate.public, LogSigner(log_seed)))
        _make_own(making, worker, roster, root, gate)
        making.rename(copy)


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
        "portal": _played(public.portal),
        "triage": _played(public.triage),
    }
    return public.model_copy(update=values)


def _played(address: Address) -> Address:
    """On this machine alone, beside the instance."""
    port = address.port + PORT_STEP
    return Address(host="127.0.0.1", port=port if port <= 65535 else address.port - PORT_STEP, https=False)


def _make_own(making: Path, old: WorkerSettings, roster: Roster, root: KeyPair, gate: KeyPair) -> None:
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
            for table in (LogEntry, LogNode, LogCheckpoint):
                session.execute(delete(table))
            _seal_anew(session, old.gate_pair, gate, roster)
    finally:
        databases.close()


def _seal_anew(session: Session, old: KeyPair, gate: KeyPair, roster: Roster) -> None:
    for case in session.execute(select(Case.id, Case.epoch)).all():
        rungs = [_blind(case.id, rung, roster) for rung in ladder.peel_all(session, case.id, case.epoch, old)]
        ladder.replace(session, case.id, case.epoch, rungs, gate.public)
    for watch in session.execute(select(WatchRow.case_id, WatchRow.sealed)).all():
        sealed = seal_again(watch.case_id, watch.sealed, old, gate.public)
        session.execute(update(WatchRow).where(WatchRow.case_id == watch.case_id).values(sealed=sealed))
    for slip in session.execute(select(Slip.id, Slip.sealed)).all():
        sealed = _again(old, gate, Place(Purpose.SLIP, "slip", slip.id), slip.sealed)
        session.execute(update(Slip).where(Slip.id == slip.id).values(sealed=sealed))
    for job in session.execute(select(OutboxJob.id, OutboxJob.job, OutboxJob.payload)).all():
        purpose, word = _DISPATCHED[job.job]
        payload = _again(old, gate, Place(purpose, word, job.id), job.payload)
        session.execute(update(OutboxJob).where(OutboxJob.id == job.id).values(payload=payload))


def _again(old: KeyPair, gate: KeyPair, place: Place, sealed: bytes) -> bytes:
    return seal_padded(gate.public, place, open_padded(old, place, sealed))


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
