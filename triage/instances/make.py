"""Making an instance: keys, files, database, first accounts, first roster, in that order, all of it or nothing.

Everything is made in a hidden directory beside the target, and renamed at the very end: an interrupted ``init`` leaves
nothing that looks like an instance.
"""

from __future__ import annotations

import fcntl
import glob
import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from crypto.checkpoint import LogKey, LogSigner
from crypto.kdf import SALT_BYTES
from crypto.keys import KeyPair, new_seed
from intake.database.engines import Databases, make_engine
from intake.evidence.settings import EvidenceTable
from intake.listening import Address, PortalAddress
from intake.organisation import Organisation, load_organisation
from intake.roster import Officer, Roster, sign_roster, store_roster
from intake.settings import (
    PEPPER_BYTES,
    PORTAL_FILE,
    ROSTER_FILE,
    STATE_FILE,
    TRIAGE_FILE,
    VOLATILE_FILE,
    WEB_SECRET_BYTES,
    WORKER_FILE,
    PinnedKeys,
    PortalSecret,
    PublicSettings,
    RosterSecret,
    TriageSecret,
    TriageSettings,
    WorkerSecret,
    triage_settings,
)
from triage.instances.evidence import Keys, proved
from triage.instances.files import write_public, write_secret
from triage.instances.postgresql import give_logins, is_empty
from triage.migrations.roles import Process
from triage.migrations.upgrade import downgrade_all, upgrade_all

ROSTER_VALID = timedelta(days=365)
"""How long an edition may be used. ``doctor`` warns 30 days before; ``keys renew`` signs the next one."""


class MakingError(Exception):
    """The instance cannot be made; the text is one line that says what to do. Nothing was left behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the operator decided."""

    name: str
    organisation_json: str
    today: date
    database: URL | None = field(default=None, repr=False)
    """The owner's login of an empty PostgreSQL database; None: SQLite in the instance directory."""
    copy_directory: Path | None = None
    evidence: EvidenceTable = field(default_factory=EvidenceTable)
    evidence_keys: Keys = field(default_factory=dict, repr=False)
    """For storage that speaks S3: each process's own."""
    demo: bool = False
    language: str = "en"
    portal: PortalAddress = field(default_factory=lambda: PortalAddress(port=8400))
    triage: Address = field(default_factory=lambda: Address(port=8401))


@dataclass(frozen=True, slots=True, repr=False)
class Ceremony:
    """What is known once, while the instance is made, and must be written down now."""

    plan: Plan
    organisation: Organisation
    root: KeyPair
    gate: KeyPair
    recovery: KeyPair
    log_seed: bytes
    pepper: bytes
    receipt_salt: bytes

    @property
    def log_key(self) -> LogKey:
        """What everybody checks the public log with: to be published."""
        return LogSigner(self.log_seed).public


Enrol = Callable[[Databases, TriageSettings, Organisation], Iterable[Officer]]
"""Makes the first accounts and returns who is to be certified."""

Announce = Callable[[Ceremony, Path], None]
"""Shows the ceremony sheet; the path is the directory while it is being made.

When it fails, nothing is made: shares that nobody saw would be shares that nobody has.
"""


def make_instance(target: Path, plan: Plan, *, enrol: Enrol, announce: Announce) -> None:
    """Make the instance ``target``.

    Raises MakingError, StoreError, FaultyInputError (a broken organisation), and what the callbacks raise.
    """
    ceremony = Ceremony(
        plan=plan,
        organisation=load_organisation(plan.organisation_json.encode("utf-8")),
        root=KeyPair.generate(),
        gate=KeyPair.generate(),
        recovery=KeyPair.generate(),
        log_seed=new_seed(),
        pepper=secrets.token_bytes(PEPPER_BYTES),
        receipt_salt=secrets.token_bytes(SALT_BYTES),
    )
    public = _public_settings(ceremony)
    with (
        _tidy_when_ended(),
        beside(target) as directory,
        proved(plan.evidence, plan.evidence_keys, directory),
        _own_database(plan.database) as logins,
    ):
        secret = _write_secrets(directory, ceremony, logins)
        if plan.database is None:
            upgrade_embedded(directory)
        _fill(triage_settings(directory, public, secret), ceremony, enrol)
        announce(ceremony, directory)
        # Last, because this file is what makes a directory an instance: a power cut before leaves none.
        write_public(directory, public)
        directory.rename(target)


def upgrade_embedded(directory: Path) -> None:
    """Bring an instance's SQLite files to this release's schema; makes them where they are missing."""
    engines = [make_engine(f"sqlite:///{directory / name}") for name in (STATE_FILE, VOLATILE_FILE)]
    upgrade_all(*engines)
    for engine in engines:
        engine.dispose()


@contextmanager
def _tidy_when_ended() -> Iterator[None]:
    """Whoever closes the terminal or ends the command interrupts it, as Ctrl-C does: keys must not stay on the disk."""
    found = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    for number, handler in found.items():
        if handler is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in found.items():
            signal.signal(number, handler)


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A private directory on the target's own file system, gone unless it was renamed."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise MakingError(f"{target} is not empty; choose a new directory, nothing in it was touched")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        directory = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target.parent))
    except OSError as error:
        raise MakingError(
            f"{target.parent} cannot be written to ({error.strerror}); choose another directory"
        ) from None
    lock = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        os.close(lock)


def _sweep(target: Path) -> None:
    """Remove what a killed attempt left beside ``target``: its keys belong to no instance. One at work holds its lock."""
    for left in target.parent.glob(f"{glob.escape(_prefix(target))}*"):
        lock = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
        except BlockingIOError:
            continue
        finally:
            os.close(lock)


def _prefix(target: Path) -> str:
    return f".{target.name}.making-"


@contextmanager
def _own_database(url: URL | None) -> Iterator[Mapping[Process, str]]:
    """A migrated PostgreSQL database with a login per process, empty again when making fails; nothing for SQLite."""
    if url is None:
        yield {}
        return
    engine = make_engine(url.render_as_string(hide_password=False))
    try:
        with engine.connect() as connection:
            if not is_empty(connection):
                raise MakingError(
                    "the database has tables already; give an empty one, nothing in it was touched"
                )
        try:
            upgrade_all(engine, engine)
            with engine.begin() as connection:
                logins = give_logins(connection, url)
            yield logins
        except BaseException:
            downgrade_all(engine, engine)
            raise
    except OperationalError as error:
        raise MakingError(f"the database cannot be used: {_first_line(error)}") from None
    finally:
        engine.dispose()


def _write_secrets(directory: Path, ceremony: Ceremony, logins: Mapping[Process, str]) -> TriageSecret:
    write_secret(
        directory / PORTAL_FILE,
        PortalSecret(
            database_url=logins.get(Process.PORTAL),
            **_access(ceremony.plan, Process.PORTAL),
            receipt_salt=ceremony.receipt_salt,
            web_secret=secrets.token_bytes(WEB_SECRET_BYTES),
        ),
    )
    triage = TriageSecret(
        database_url=logins.get(Process.TRIAGE),
        **_access(ceremony.plan, Process.TRIAGE),
        pepper=ceremony.pepper,
        web_secret=secrets.token_bytes(WEB_SECRET_BYTES),
    )
    write_secret(directory / TRIAGE_FILE, triage)
    write_secret(
        directory / WORKER_FILE,
        WorkerSecret(
            database_url=logins.get(Process.WORKER),
            **_access(ceremony.plan, Process.WORKER),
            gate_seed=ceremony.gate.unsafe_seed,
            log_seed=ceremony.log_seed,
        ),
    )
    write_secret(directory / ROSTER_FILE, RosterSecret(root_seed=ceremony.root.unsafe_seed))
    return triage


def _access(plan: Plan, process: Process) -> dict[str, Any]:
    pair = plan.evidence_keys.get(process)
    return (
        {}
        if pair is None
        else {"evidence_access_key": pair.access_key, "evidence_secret_key": pair.secret_key}
    )


def _public_settings(ceremony: Ceremony) -> PublicSettings:
    plan = ceremony.plan
    return PublicSettings(
        name=plan.name,
        language=plan.language,
        demo=plan.demo,
        database="postgresql" if plan.database is not None else "sqlite",
        copy_directory=plan.copy_directory,
        evidence=plan.evidence,
        portal=plan.portal,
        triage=plan.triage,
        keys=PinnedKeys(
            roster_root=ceremony.root.public,
            gate=ceremony.gate.public,
            recovery=ceremony.recovery.public,
            log=ceremony.log_key,
        ),
    )


def _fill(settings: TriageSettings, ceremony: Ceremony, enrol: Enrol) -> None:
    """The first accounts, and the roster that certifies them, under the back office's own login."""
    databases = Databases.open(settings)
    try:
        officers = enrol(databases, settings, ceremony.organisation)
        roster = Roster(
            number=1,
            issued=ceremony.plan.today,
            expires=ceremony.plan.today + ROSTER_VALID,
            organisation_json=ceremony.plan.organisation_json,
            organisation=ceremony.organisation,
            officers={officer.id: officer for officer in officers},
            gate=ceremony.gate.public,
            recovery=ceremony.recovery.public,
        )
        with databases.state.begin() as session:
            store_roster(session, sign_roster(roster.as_document(), ceremony.root), roster.number)
    finally:
        databases.close()


def _first_line(error: OperationalError) -> str:
    return str(error.orig).strip().splitlines()[0]
