"""Officers of an existing instance: each change makes or closes an account and signs the next roster. Knows no terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from sqlalchemy.exc import IntegrityError, OperationalError

from crypto.kdf import PASSWORD_COST, Cost
from crypto.keys import KeyPair, PublicKeys
from intake.appointments.stored import newest_position
from intake.database.engines import Databases, one_after_another
from intake.database.people_tables import Account
from intake.organisation import Duty, Organisation
from intake.organisation.names import nearest_word
from intake.roster import Officer, Roster, RosterError, RosterReader, certify, sign_roster, store_roster
from intake.settings import ROSTER_FILE, TriageSettings, load_roster_key, load_triage, read_public
from intake.time import Clock
from triage.accounts.enrol import disable_account, make_account, reset_account
from triage.instances.files import write_public
from triage.instances.make import ROSTER_VALID

_MEANWHILE = "the roster changed at this moment, nothing was signed; run the command again"


@dataclass(frozen=True, slots=True)
class Login:
    """What an officer chose and enrolled."""

    password: str = field(repr=False)
    totp_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Registry:
    """An open instance and the root that signs its rosters."""

    settings: TriageSettings
    databases: Databases
    reader: RosterReader
    root: KeyPair
    today: date
    cost: Cost = PASSWORD_COST

    def roster(self) -> Roster:
        """The newest roster, expired or not: what comes next replaces it. Raises RosterError."""
        return self.reader.newest()

    def add(self, officer_id: str, login: Login) -> Roster:
        """Make an account for a member without keys, and certify it. Raises RosterError, ValueError (weak password, exists)."""
        roster = self.roster()
        known = roster.officers.get(officer_id)
        if known is not None and known.active:
            raise RosterError(
                f"{officer_id} is certified already; use `underseal officer reset` for a new password"
            )
        names = _names(roster, officer_id)
        enrol = reset_account if self._has_account(officer_id) else make_account
        keys = enrol(
            self.databases,
            self.settings,
            officer_id,
            login.password,
            login.totp_secret,
            names=names,
            cost=self.cost,
        )
        officer = certify(roster.organisation, officer_id, keys)
        if known is not None:
            officer = replace(officer, former_keys=known.all_keys, appointment=known.appointment)
        return self._sign(roster, officer)

    def reset(self, officer_id: str, login: Login) -> Roster:
        """New password, second factor and keys. What was sealed to the old keys stays closed. Raises as ``add``."""
        roster = self.roster()
        known = _certified(roster, officer_id)
        names = _names(roster, officer_id)
        keys = reset_account(
            self.databases,
            self.settings,
            officer_id,
            login.password,
            login.totp_secret,
            names=names,
            cost=self.cost,
        )
        return self._sign(roster, replace(known, keys=keys, former_keys=known.all_keys))

    def disable(self, officer_id: str) -> Roster:
        """Close the account and stop sealing to the officer. The keys stay listed: signatures must still verify."""
        roster = self.roster()
        known = _certified(roster, officer_id)
        disable_account(self.databases, officer_id)
        return self._sign(roster, replace(known, active=False))

    def renew(self, organisation_json: str | None = None) -> Roster:
        """The next edition for another year, with a new organisation file if one is given.

        Raises RosterError, FaultyInputError.
        """
        roster = self.roster()
        return self._store(roster, self._next(roster, organisation_json=organisation_json))

    def rotate_recovery(self, recovery: PublicKeys) -> Roster:
        """The next edition with a new recovery key. Cases are sealed to it as officers act in them. Raises RosterError."""
        roster = self.roster()
        edition = replace(self._next(roster), recovery=recovery, former_recoveries=roster.recoveries)
        public = read_public(self.settings.directory)
        keys = public.keys.model_copy(update={"recovery": recovery})
        stored = self._store(roster, edition)
        write_public(self.settings.directory, public.model_copy(update={"keys": keys}))
        return stored

    def _has_account(self, officer_id: str) -> bool:
        with self.databases.reading() as session:
            return session.get(Account, officer_id) is not None

    def _sign(self, roster: Roster, officer: Officer) -> Roster:
        return self._store(roster, self._next(roster, officers={**roster.officers, officer.id: officer}))

    def _next(
        self,
        roster: Roster,
        *,
        officers: dict[str, Officer] | None = None,
        organisation_json: str | None = None,
    ) -> Roster:
        return roster.next_edition(
            issued=self.today,
            expires=self.today + ROSTER_VALID,
            officers=None if officers is None else officers.values(),
            organisation_json=organisation_json,
        )

    def _store(self, before: Roster, roster: Roster) -> Roster:
        signed = sign_roster(roster.as_document(), self.root)
        try:
            with self.databases.state.begin() as session:
                one_after_another(session)
                newest_position(session)
                # An appointment on the edition before, between its reading and this, would be lost: it is looked for again.
                if self.reader.newest().head != before.head:
                    raise RosterError(_MEANWHILE)
                store_roster(session, signed, roster.number)
        except (IntegrityError, OperationalError) as error:
            raise RosterError(_MEANWHILE) from error
        return roster


@contextmanager
def open_registry(directory: Path, roster_key: Path | None = None) -> Iterator[Registry]:
    """Open an instance for such a change. ``roster_key``: where the root is, once it was moved offline.

    Raises SettingsError, also when the key is not this instance's root.
    """
    settings = load_triage(directory)
    root = load_roster_key(roster_key or directory / ROSTER_FILE)
    if root.public != settings.roster_root:
        raise RosterError("this roster key is another instance's; give this instance's with --roster-key")
    databases = Databases.open(settings)
    reader = RosterReader(databases, settings.roster_root, settings.seen_file)
    try:
        yield Registry(settings, databases, reader, root, Clock().today())
    finally:
        databases.close()


def _certified(roster: Roster, officer_id: str) -> Officer:
    officer = roster.officers.get(officer_id)
    if officer is None or not officer.active:
        raise RosterError(f"{officer_id} has no certified keys; see `underseal officer list`")
    return officer


def _names(roster: Roster, officer_id: str) -> tuple[str, ...]:
    member = roster.organisation.officers.get(officer_id)
    if member is None:
        raise RosterError(
            f"the organisation lists no member {officer_id}; add it to the file and run `underseal keys renew --org FILE`"
        )
    return (member.name,)


def about_duties(organisation: Organisation) -> list[str]:
    """One line for each duty word that nothing acts on; of a roster that was signed long ago, also what was probably meant."""
    lines = []
    for word, officers in sorted(organisation.other_duties().items()):
        meant = nearest_word(word, Duty)
        hint = "" if meant is None else f"; if {str(meant)!r} is meant, run: underseal keys renew --org"
        lines.append(f"duty {word!r} is kept and nothing acts on it ({', '.join(officers)}){hint}")
    return lines
