"""The demo: a whole instance with an invented country, in which everybody's password is known. Never a real one.

What makes an instance a demo stands in its public settings from the beginning; nothing turns one into the other.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Select, and_, func, select

from crypto.kdf import PASSWORD_COST, Cost
from intake.database.case_tables import Case, Grant
from intake.database.engines import Databases
from intake.evidence.attachments import Attachment
from intake.evidence.receive import attach
from intake.evidence.staging import Staging
from intake.evidence.store import open_store
from intake.filing.office import FilingOffice
from intake.listening import Address, PortalAddress
from intake.organisation import Duty, Organisation, Role
from intake.roster import Officer, RosterReader, certify
from intake.settings import (
    SETTINGS_FILE,
    SettingsError,
    TriageSettings,
    load_portal,
    load_triage,
    read_public,
)
from intake.time import Clock
from triage.accounts.enrol import make_account
from triage.accounts.second_factor import new_totp_secret
from triage.instances.ceremony import Threshold, make_shares
from triage.instances.doctor import EXPIRES_SOON
from triage.instances.make import Ceremony, MakingError, Plan, make_instance, upgrade_embedded
from triage.instances.officers import open_registry
from triage.instances.passphrase import new_passphrase
from triage.instances.sample import sample_drafts, sample_organisation
from triage.instances.sample_evidence import Sample

DEMO_FILE = "demo.json"
ORGANISATION_FILE = "organisation.json"
SHARES = Threshold(3, 5)

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPlan:
    """Where the demo lives and listens."""

    directory: Path
    portal_port: int
    triage_port: int
    today: date
    cost: Cost = PASSWORD_COST


def ensure_demo(plan: DemoPlan, progress: Progress) -> dict[str, Any]:
    """Make the demo, or continue the one that is there; returns what ``demo.json`` holds.

    Raises MakingError when the directory holds something else, and as ``make_instance``.
    """
    if not (plan.directory / SETTINGS_FILE).exists():
        _make(plan, progress)
    elif not read_public(plan.directory).demo:
        raise MakingError(f"{plan.directory} is a real instance; choose another directory for the demo")
    else:
        upgrade_embedded(plan.directory)
    known = {**read_demo(plan.directory), **_addresses(plan)}
    _write(plan.directory, known)
    with open_registry(plan.directory) as registry:
        if registry.roster().expires - plan.today <= EXPIRES_SOON:
            registry.renew()
    return known


def read_demo(directory: Path) -> dict[str, Any]:
    """``demo.json``. Raises SettingsError."""
    try:
        known: dict[str, Any] = json.loads((directory / DEMO_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise SettingsError(
            f"{directory / DEMO_FILE} cannot be read; remove {directory} and start the demo again"
        ) from None
    return known


def officer_to_try(directory: Path, known: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Whom a visitor logs in as: the triage officer who can open most cases; of equals, one of the top office, where a report
    that names nobody goes. Somebody who was disabled is not offered.

    Raises SettingsError, RosterError.
    """
    settings = load_triage(directory)
    databases = Databases.open(settings)
    try:
        with databases.reading() as session:
            held: dict[str, int] = dict(session.execute(_cases_held()).all())
        roster = RosterReader(databases, settings.roster_root, settings.seen_file).current(today)
    finally:
        databases.close()
    top = roster.organisation.at_or_above(roster.organisation.root)

    def worth(officer: Mapping[str, Any]) -> tuple[int, bool, bool]:
        return held.get(officer["name"], 0), officer["office"] == top, officer["role"] == Role.OFFICER

    able = [
        officer
        for officer in known["officers"]
        if Duty.TRIAGE in officer["duties"] and officer["name"] in roster.certified
    ]
    return max(able or known["officers"], key=worth)


def _cases_held() -> Select[str, int]:
    """How many cases each officer can open."""
    newest = and_(Case.id == Grant.case_id, Case.epoch == Grant.epoch)
    return select(Grant.officer_id, func.count()).join(Case, newest).group_by(Grant.officer_id)


def file_cases(directory: Path, number: int, clock: Clock, progress: Progress) -> None:
    """File ``number`` believable reports as the portal would. Their receipt codes are kept nowhere."""
    settings = load_portal(directory)
    databases = Databases.open(settings)
    try:
        rosters = RosterReader(databases, settings.roster_root, settings.seen_file)
        staging = Staging(databases, open_store(settings.evidence), clock)
        office = FilingOffice(
            databases, rosters, settings.receipt_salt, clock, settings.copy_directory, staging=staging
        )
        cleaning = settings.evidence.limits.cleaning
        organisation = rosters.current(clock.today()).organisation
        drafts = sample_drafts(organisation, number, lambda sample: _attach(staging, sample, cleaning))
        for done, draft in enumerate(drafts, 1):
            office.file(draft)
            progress(done, number)
    finally:
        databases.close()


def _attach(staging: Staging, sample: Sample, cleaning: int) -> Attachment:
    """As the portal takes a file in: sealed, cleaned, sealed again."""
    receiving = staging.begin()
    receiving.write(sample.make())
    file = attach(staging, receiving.finish(), sample.name, cleaning, keep_original=sample.keep_original)
    file.accepted = file.clean is None  # a machine on which no sandbox starts: the officers see why
    return file


def _make(plan: DemoPlan, progress: Progress) -> None:
    known: list[dict[str, Any]] = []

    def enrol(
        databases: Databases, settings: TriageSettings, organisation: Organisation
    ) -> Iterator[Officer]:
        for done, member in enumerate(organisation.officers.values(), 1):
            password, secret = new_passphrase(), new_totp_secret()
            keys = make_account(
                databases,
                settings,
                member.id,
                password,
                secret,
                names=(member.name,),
                without_ties=plan.today,
                cost=plan.cost,
            )
            known.append(
                {
                    "name": member.id,
                    "password": password,
                    "totp_secret": secret,
                    "office": member.office,
                    "role": str(member.role),
                    "duties": sorted(member.duties),
                }
            )
            progress(done, len(organisation.officers))
            yield certify(organisation, member.id, keys)

    def announce(ceremony: Ceremony, directory: Path) -> None:
        (directory / ORGANISATION_FILE).write_text(ceremony.plan.organisation_json, encoding="utf-8")
        demo = {
            **_addresses(plan),
            "officers": known,
            "org": str(plan.directory.resolve() / ORGANISATION_FILE),
            "recovery_shares": make_shares(ceremony.recovery, SHARES),
        }
        _write(directory, demo)

    make_instance(
        plan.directory,
        Plan(
            name="Underseal demo",
            organisation_json=sample_organisation(),
            today=plan.today,
            demo=True,
            portal=PortalAddress(port=plan.portal_port, https=False),
            triage=Address(port=plan.triage_port, https=False),
        ),
        enrol=enrol,
        announce=announce,
    )


def _addresses(plan: DemoPlan) -> dict[str, str]:
    return {
        "portal": f"http://127.0.0.1:{plan.portal_port}",
        "triage": f"http://127.0.0.1:{plan.triage_port}",
    }


def _write(directory: Path, demo: dict[str, Any]) -> None:
    partial = directory / f"{DEMO_FILE}.partial"
    with os.fdopen(
        os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(demo, file, indent=1, ensure_ascii=False)
        file.write("\n")
    partial.replace(directory / DEMO_FILE)
