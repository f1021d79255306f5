"""`underseal doctor`: what would stop reports from being accepted, read or kept, one line each. It repairs nothing.

A check is a function that yields findings; it never raises, because a patient with one broken part still wants to hear about
the others.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, make_url
from sqlalchemy.exc import DBAPIError

from intake.appointments.fold import SIGNERS
from intake.database.engines import Databases, make_engine
from intake.evidence.settings import ObjectPlace
from intake.evidence.store.protocol import StoreError
from intake.organisation import EXT_OMB, Duty
from intake.outbox import abandoned_jobs
from intake.recovery import cases_behind, cases_opened_with
from intake.roster import Roster, RosterError, RosterReader
from intake.settings import (
    PORTAL_FILE,
    ROSTER_FILE,
    SETTINGS_FILE,
    TRIAGE_FILE,
    WORKER_FILE,
    CommonSettings,
    SettingsError,
    WorkerSettings,
    load_portal,
    load_triage,
    load_worker,
    read_public,
)
from triage.instances.drill import last_proved
from triage.instances.finding import Finding, Grade
from triage.instances.guidance import check_guidance
from triage.instances.machine import about_machine
from triage.instances.officers import about_duties
from triage.instances.onion import about_onion
from triage.instances.overdue_deletions import about_deletions
from triage.instances.portal_state import about_portal
from triage.instances.site import about_site
from triage.instances.stored_files import about_files
from triage.migrations.store import Store
from triage.migrations.upgrade import is_current
from triage.worker.tick import TICK_FILE, Tick

EXPIRES_SOON = timedelta(days=30)
DRILL_VALID = timedelta(days=92)
"""How long a drill counts: once a quarter."""


@dataclass(frozen=True, slots=True)
class Patient:
    """The instance under examination, the settings of whichever processes run on this machine, and the day."""

    directory: Path
    settings: dict[str, CommonSettings]
    today: date
    deep: bool = False
    """Whether every sealed file is read to its end."""

    @property
    def any_settings(self) -> CommonSettings | None:
        """Settings that can read the database: the back office's see most."""
        return next(
            (
                self.settings[name]
                for name in (TRIAGE_FILE, WORKER_FILE, PORTAL_FILE)
                if name in self.settings
            ),
            None,
        )


Check = Callable[[Patient], Iterator[Finding]]


def examine(directory: Path, today: date, *, deep: bool = False) -> list[Finding]:
    """Every finding. Raises SettingsError only when there is no instance at all."""
    public = read_public(directory)
    settings: dict[str, CommonSettings] = {}
    findings = []
    for name, load in ((PORTAL_FILE, load_portal), (TRIAGE_FILE, load_triage), (WORKER_FILE, load_worker)):
        if not (directory / name).exists():
            findings.append(Finding(Grade.WARN, f"{name} is not here: this machine cannot run that process"))
            continue
        try:
            settings[name] = load(directory)
            findings.append(
                Finding(Grade.OK, f"{SETTINGS_FILE} and {name} can be read, by their owner alone")
            )
        except SettingsError as error:
            findings.append(Finding(Grade.FAIL, str(error)))
    patient = Patient(directory, settings, today, deep)
    findings += about_site(public.site.site(), public.portal)
    return [*findings, *(finding for check in CHECKS for finding in check(patient))]


def _check_files(patient: Patient) -> Iterator[Finding]:
    if stat.S_IMODE(patient.directory.stat().st_mode) & 0o077:
        yield Finding(
            Grade.FAIL, f"others can look into {patient.directory}; run: chmod 700 {patient.directory}"
        )
    if (patient.directory / ROSTER_FILE).exists():
        yield Finding(
            Grade.WARN,
            f"{ROSTER_FILE} is still here: whoever takes this machine can name officers; move it offline",
        )
    else:
        yield Finding(Grade.OK, f"{ROSTER_FILE} is offline")


def _check_database(patient: Patient) -> Iterator[Finding]:
    asked = set()
    for name, settings in patient.settings.items():
        for store, url in ((Store.STATE, settings.database_url), (Store.VOLATILE, settings.volatile_url)):
            if (store, url) not in asked:  # with SQLite, every process has the same files
                if (lost := _lost_file(store, url)) is not None:
                    yield lost
                    return  # opening it would make an empty one, and hide the loss
                engine = make_engine(url)
                yield _state_of(engine, store, name)
                engine.dispose()
            asked.add((store, url))


def _lost_file(store: Store, url: str) -> Finding | None:
    path = make_url(url).database
    if store is Store.VOLATILE or not url.startswith("sqlite") or path is None or Path(path).exists():
        return None
    return Finding(Grade.FAIL, f"{path} is missing: stop every process and restore it from a backup")


def _state_of(engine: Engine, store: Store, name: str) -> Finding:
    try:
        with engine.connect() as connection:
            current = is_current(connection, store)
    except DBAPIError as error:
        return Finding(Grade.FAIL, f"the {store.value} database does not answer {name} ({_reason(error)})")
    if not current:
        return Finding(
            Grade.FAIL, f"the {store.value} database is not at this release's schema; run: underseal migrate"
        )
    return Finding(Grade.OK, f"the {store.value} database answers {name} and has this release's schema")


def _check_roster(patient: Patient) -> Iterator[Finding]:
    settings = patient.any_settings
    if settings is None or _lost_file(Store.STATE, settings.database_url) is not None:
        return
    databases = Databases.open(settings)
    try:
        roster = RosterReader(databases, settings.roster_root, settings.seen_file).current(patient.today)
        yield from _roster_findings(roster, patient.today)
    except (RosterError, DBAPIError) as error:
        yield Finding(
            Grade.FAIL, str(error) if isinstance(error, RosterError) else f"no roster ({_reason(error)})"
        )
    finally:
        databases.close()


def _roster_findings(roster: Roster, today: date) -> Iterator[Finding]:
    if roster.expires - today <= EXPIRES_SOON:
        yield Finding(
            Grade.WARN, f"roster {roster.number} expires on {roster.expires}; run: underseal keys renew"
        )
    else:
        yield Finding(
            Grade.OK, f"roster {roster.number} is signed by the root and valid until {roster.expires}"
        )
    able = {office: _able(roster, office) for office in (*roster.organisation.offices, EXT_OMB)}
    if not any(able.values()):
        yield Finding(
            Grade.FAIL, "nobody can receive a report: the portal refuses all; run: underseal officer add"
        )
    elif not able[EXT_OMB]:
        yield Finding(
            Grade.WARN,
            f"nobody certified at {EXT_OMB}: a report that no office may handle cannot be accepted",
        )
    pack = roster.organisation.pack
    if today > pack.review_by:
        yield Finding(
            Grade.WARN,
            f"the numbers of pack {pack.id} {pack.version} were to be looked at by {pack.review_by}: are they still the law?",
        )
    for said in about_duties(roster.organisation):
        yield Finding(Grade.WARN, said)
    panel = pack.enlarged_panel
    yield from _appointing_findings(roster)
    for office in roster.organisation.offices:
        yield from _office_findings(roster, office, able[office], panel)


def _appointing_findings(roster: Roster) -> Iterator[Finding]:
    """Offices with one above that has too few to certify: nobody but the root can shut somebody out there."""
    people, organisation = roster.people(), roster.organisation
    below = [office for office in organisation.offices if organisation.parent(office) != EXT_OMB]
    alone = [organisation.name_of(office) for office in below if len(people.signers(office)) < SIGNERS]
    if alone:
        yield Finding(
            Grade.WARN,
            f"fewer than two above with the duty {Duty.ACCOUNTS}, so only roster.key makes and closes accounts of: "
            + ", ".join(alone),
        )


def _able(roster: Roster, office: str) -> list[str]:
    members = roster.organisation.members_of(office)
    return [member.id for member in members if member.id in roster.certified and Duty.TRIAGE in member.duties]


def _office_findings(roster: Roster, office: str, able: list[str], panel: int) -> Iterator[Finding]:
    name = roster.organisation.name_of(office)
    missing = [
        member.id for member in roster.organisation.members_of(office) if member.id not in roster.certified
    ]
    if not able:
        yield Finding(
            Grade.WARN, f"{name}: nobody has keys, so its reports climb to the office above (C-KEY)"
        )
    elif len(able) < panel:
        yield Finding(Grade.WARN, f"{name}: {len(able)} certified for triage, fewer than a panel of {panel}")
    else:
        yield Finding(Grade.OK, f"{name}: {len(able)} certified for triage")
    if able and missing:
        yield Finding(Grade.WARN, f"{name}: without keys: {', '.join(missing)}; run: underseal officer add")


def _check_copy(patient: Patient) -> Iterator[Finding]:
    copy = read_public(patient.directory).copy_directory
    if copy is None:
        yield Finding(
            Grade.WARN,
            f"no second copy: losing this disk loses reports; set copy_directory in {SETTINGS_FILE}",
        )
    elif not copy.is_dir():
        yield Finding(
            Grade.FAIL, f"the second copy's place {copy} is not there: no report is accepted until it is"
        )
    elif copy.stat().st_dev == patient.directory.stat().st_dev:
        yield Finding(Grade.WARN, f"the second copy {copy} lies on the same disk: losing the disk loses both")
    else:
        yield Finding(Grade.OK, f"the second copy goes to {copy}")


def _check_jobs(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings.get(WORKER_FILE)
    if settings is None or _lost_file(Store.STATE, settings.database_url) is not None:
        return
    databases = Databases.open(settings)
    try:
        with databases.reading() as session:
            names = abandoned_jobs(session)
        if names:
            kinds = ", ".join(sorted(set(names)))
            yield Finding(
                Grade.FAIL,
                f"{len(names)} jobs were given up ({kinds}); the worker's log says where they fail",
            )
        else:
            yield Finding(Grade.OK, "no job was given up")
    except DBAPIError as error:
        yield Finding(Grade.FAIL, f"the outbox cannot be read ({_reason(error)})")
    finally:
        databases.close()


def _check_deletions(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings.get(WORKER_FILE)
    if not isinstance(settings, WorkerSettings) or _lost_file(Store.STATE, settings.database_url) is not None:
        return
    databases = Databases.open(settings)
    try:
        yield from about_deletions(databases, settings, patient.today)
    except (RosterError, DBAPIError):
        return  # said above
    finally:
        databases.close()


def _check_evidence(patient: Patient) -> Iterator[Finding]:
    settings, portal = (
        patient.settings.get(WORKER_FILE) or patient.any_settings,
        patient.settings.get(PORTAL_FILE),
    )
    if settings is None or _lost_file(Store.STATE, settings.database_url) is not None:
        return
    if isinstance(settings.evidence.place, ObjectPlace) and WORKER_FILE not in patient.settings:
        yield Finding(
            Grade.WARN,
            "files were not looked at: in a bucket the worker's key alone lists them; run doctor there",
        )
        return
    databases = Databases.open(settings)
    writer = None if portal is None else portal.evidence
    try:
        yield from about_files(databases, settings.evidence, writer, deep=patient.deep)
    except StoreError as error:
        yield Finding(Grade.FAIL, f"no file can be kept or read: {error}")
    except DBAPIError:
        return  # said above
    finally:
        databases.close()


def _check_clock(patient: Patient) -> Iterator[Finding]:
    tick = Tick(patient.directory / TICK_FILE)
    # A clock that is behind the newest file of the instance has been set back, or has never been set.
    newest = max((path.stat().st_mtime for path in patient.directory.iterdir()), default=0.0)
    now = datetime.now(UTC)
    if newest > now.timestamp() + 3600:
        yield Finding(
            Grade.FAIL, "the clock is behind the instance's own files; set it, or deadlines are wrong"
        )
    elif not tick.is_plausible(patient.today):
        yield Finding(
            Grade.FAIL,
            "the worker last worked more than two days before today and releases nothing until two officers confirm the "
            "date; run: underseal worker --confirm-today",
        )
    else:
        yield Finding(Grade.OK, f"the clock says {patient.today}")


def _check_drill(patient: Patient) -> Iterator[Finding]:
    proved = last_proved(patient.directory)
    if proved is None:
        yield Finding(
            Grade.WARN, "nobody has proved yet that clocks and escalation fire here; run: underseal drill"
        )
    elif patient.today - proved > DRILL_VALID:
        yield Finding(Grade.WARN, f"clocks and escalation were last proved on {proved}; run: underseal drill")
    else:
        yield Finding(Grade.OK, f"clocks and escalation were proved on {proved}")


def _check_recovery(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings.get(TRIAGE_FILE) or patient.settings.get(WORKER_FILE)
    if settings is None:
        return  # the portal may read no case
    if _lost_file(Store.STATE, settings.database_url) is not None:
        return
    databases = Databases.open(settings)
    try:
        roster = RosterReader(databases, settings.roster_root, settings.seen_file).newest()
        with databases.reading() as session:
            used, behind = cases_opened_with(session, roster.recovery), cases_behind(session, roster.recovery)
    except (RosterError, DBAPIError):
        return  # said by the other checks
    finally:
        databases.close()
    if used:
        yield Finding(
            Grade.WARN,
            f"the recovery key was used ({len(used)} cases) and has been whole in one place; "
            "run: underseal keys rotate-recovery",
        )
    else:
        yield Finding(Grade.OK, "the present recovery key was never used")
    if behind:
        yield Finding(
            Grade.WARN,
            f"{behind} cases are sealed to an earlier recovery key until somebody acts in them: keep its shares as well",
        )


def _check_onion(patient: Patient) -> Iterator[Finding]:
    if PORTAL_FILE in patient.settings:
        yield from about_onion(patient.directory)


def _check_machine(patient: Patient) -> Iterator[Finding]:
    yield from about_machine(patient.directory)


def _reason(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]


CHECKS: tuple[Check, ...] = (
    _check_files, _check_database, _check_roster, _check_copy, _check_jobs, _check_deletions, _check_evidence, _check_clock,
    _check_drill, _check_recovery, _check_onion, _check_machine, check_guidance,
    lambda patient: about_portal(patient.any_settings),
)  # fmt: skip
