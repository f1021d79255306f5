"""Appointing: one of the office above asks and signs, a second one confirms and signs, and at that moment it is so.

Who may is asked of the chain's own rules (intake.appointments), before anything is shown and again before anything is stored.
Knows no page and no case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from crypto.encoding import canonical_json
from crypto.keys import KeyPair, new_id
from intake.appointments import (
    GROUNDS,
    WAITS,
    WITH_KEYS,
    Ask,
    Entry,
    Ground,
    Kind,
    Lift,
    People,
    UnlawfulError,
    Why,
    sign_ask,
    sign_entry,
)
from intake.appointments.stored import newest_position, store_entry
from intake.database.engines import Databases, one_after_another
from intake.database.people_tables import Account, AskRow, InvitationRow, RosterRow
from intake.organisation import Duty, Role, Tie
from intake.roster import Roster, RosterReader
from intake.strict_json import MAX_ID
from triage.accounts.enrol import close_account, open_account
from triage.accounts.invitations import Invited, keys_of, store_invitation
from triage.accounts.pending import guest_of, read_waiting

_TRIES = 4
MAX_NAME = 200  # characters
MAX_LOGIN = 60  # characters


class Refusal(StrEnum):
    """Why nothing was done."""

    LOGIN_NAME = "login_name"
    NAME = "name"
    ROLE = "role"
    DUTIES = "duties"
    GROUND = "ground"
    TIE = "tie"
    NOT_COMPARED = "not_compared"
    TAKEN = "taken"
    HEAD = "head"
    NOTHING = "nothing"
    WAITS = "waits"
    """Something about this officer waits for its second signature."""
    NOT_ENROLLED = "not_enrolled"
    OWN_ASK = "own_ask"
    GONE = "gone"
    """Somebody was faster, or it is not as it was shown."""


CORRECT = frozenset({
    Refusal.LOGIN_NAME, Refusal.NAME, Refusal.ROLE, Refusal.DUTIES, Refusal.GROUND, Refusal.TIE, Refusal.NOT_COMPARED,
    Refusal.TAKEN, Refusal.HEAD, Refusal.NOTHING,
})  # fmt: skip
"""What another form would put right; the rest is not possible now."""

_REFUSALS = {
    Why.SAME: Refusal.OWN_ASK,
    Why.ID_TAKEN: Refusal.TAKEN,
    Why.DUTIES: Refusal.DUTIES,
    Why.HEAD: Refusal.HEAD,
    Why.NOTHING: Refusal.NOTHING,
}


class NotYoursError(Exception):
    """Somebody acts on an office that is not below theirs, or without the duty: 403, and not a word more."""


class NotDoneError(Exception):
    """Nothing was done, for this reason."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Signer:
    """An officer at work: who signs, with which key, on which day."""

    id: str
    pair: KeyPair = field(repr=False)
    today: date


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody typed into the form of an ask."""

    officer: str
    kind: str
    ground: str
    role: str = ""
    duties: frozenset[str] = frozenset()
    tie: str = ""
    """Which declared tie counts no more: ``tie_token``."""
    seen: str = ""
    """Of keys: the digits that were shown and compared."""
    compared: bool = False


@dataclass(frozen=True, slots=True)
class Appointing:
    """What the pages do. Everything that changes something raises NotYoursError and NotDoneError."""

    databases: Databases
    rosters: RosterReader

    def invite(self, signer: Signer, invited: Invited) -> str:
        """Let somebody enrol; returns the code to be handed over in person. Of a member, only the login name counts."""
        roster = self.rosters.current(signer.today)
        people = roster.people()
        _check_signer(people, invited.office, signer.id)
        member = people.member(invited.officer)
        if member is None:
            _check_newcomer(people, invited)
        elif member.office != invited.office:
            raise NotDoneError(Refusal.TAKEN)
        elif people.is_active(member.id):
            invited = Invited(member.id, member.office, member.name, member.role, member.duties)
        else:
            invited = Invited(member.id, member.office, member.name, invited.role, invited.duties)
        _check_part(people, invited)
        with self.databases.state.begin() as session:
            self._tidy(session, people, signer.today)
            if session.get(AskRow, invited.officer) is not None:
                raise NotDoneError(Refusal.WAITS)
            other = session.get(InvitationRow, invited.officer)
            if other is not None and other.office != invited.office and other.expires >= signer.today:
                raise NotDoneError(Refusal.TAKEN)
            return store_invitation(session, invited, signer.id, signer.today)

    def ask(self, signer: Signer, office: str, wanted: Wanted) -> None:
        """The first signature."""
        roster = self.rosters.current(signer.today)
        people = roster.people()
        _check_signer(people, office, signer.id)
        try:
            with self.databases.state.begin() as session:
                self._tidy(session, people, signer.today)
                if session.get(AskRow, wanted.officer) is not None:
                    raise NotDoneError(Refusal.WAITS)
                signed = sign_ask(_ask(session, roster, signer, office, wanted), signer.pair)
                _lawfully(lambda: people.check_ask(signed))
                document = canonical_json(signed.ask.as_document())
                session.add(AskRow(officer_id=wanted.officer, document=document, signature=signed.signature))
        except IntegrityError:
            raise NotDoneError(Refusal.WAITS) from None

    def confirm(self, signer: Signer, officer: str, seen: str, *, compared: bool) -> Kind:
        """The second signature, under the ask that was shown: at the end of this it is so, everywhere."""
        for attempt in range(_TRIES):
            try:
                with self.databases.state.begin() as session:
                    done = self._confirm(session, signer, officer, seen, compared=compared)
            except (IntegrityError, OperationalError):
                # Somebody signed something in the same moment. What is shown may still be true: look again.
                if attempt == _TRIES - 1:
                    raise
            else:
                if done is not None:
                    return done
        raise NotDoneError(Refusal.GONE)

    def withdraw(self, signer: Signer, office: str, officer: str) -> None:
        """Take back an ask, or turn it down; where none waits, an invitation."""
        people = self.rosters.current(signer.today).people()
        _check_signer(people, office, signer.id)
        with self.databases.state.begin() as session:
            row = session.get(AskRow, officer)
            signed = None if row is None else read_waiting(row)
            if row is not None and (signed is None or signed.ask.office == office):
                session.delete(row)
                return
            gone = session.execute(
                delete(InvitationRow)
                .where(InvitationRow.officer_id == officer, InvitationRow.office == office)
                .returning(InvitationRow.officer_id)
            )
            if gone.one_or_none() is None:
                raise NotDoneError(Refusal.GONE)

    def _confirm(
        self, session: Session, signer: Signer, officer: str, seen: str, *, compared: bool
    ) -> Kind | None:
        """None: an edition was signed in between, look again."""
        one_after_another(session)
        # In this order: what comes into the chain after its end was looked up takes that place, and this is refused.
        position = newest_position(session)
        edition = session.scalar(select(func.max(RosterRow.number)))
        roster = self.rosters.current(signer.today)
        if roster.number != edition:
            return None
        people = roster.people()
        row = session.get(AskRow, officer)
        signed = None if row is None else read_waiting(row)
        if row is None or signed is None:
            raise _gone(people, signer)
        ask = signed.ask
        _check_signer(people, ask.office, signer.id)
        if ask.digest != seen:
            raise NotDoneError(Refusal.GONE)
        _lawfully(lambda: people.check_ask(signed))
        _lawfully(lambda: people.check_second(ask, signer.id, signer.today))
        if ask.keys is not None and not compared:
            raise NotDoneError(Refusal.NOT_COMPARED)
        entry = sign_entry(
            Entry(
                number=people.head.number + 1,
                previous=people.head.hash,
                signed=signed,
                second=signer.id,
                date=signer.today,
            ),
            signer.pair,
        )
        _lawfully(lambda: people.apply(entry))
        store_entry(session, entry, roster.number, position + 1)
        _take_effect(session, ask)
        session.delete(row)
        return ask.kind

    def _tidy(self, session: Session, people: People, today: date) -> None:
        """Put away what nobody can confirm any more."""
        for row in session.scalars(select(AskRow)).all():
            signed = read_waiting(row)
            if signed is None or signed.ask.until < today or signed.ask.base != people.base:
                session.delete(row)
        session.flush()


def _take_effect(session: Session, ask: Ask) -> None:
    if ask.kind is Kind.DISABLE:
        close_account(session, ask.officer)
    if ask.keys is not None:
        row = session.get(InvitationRow, ask.officer)
        if row is None or row.public != ask.keys.raw or row.locked_key is None or row.second_factor is None:
            raise NotDoneError(Refusal.GONE)
        account = Account(
            officer_id=ask.officer,
            locked_key=row.locked_key,
            second_factor=row.second_factor,
            last_step=row.last_step,
            disabled=False,
        )
        open_account(session, account)
    if ask.kind in (Kind.APPOINT, Kind.KEYS, Kind.DISABLE):
        session.execute(delete(InvitationRow).where(InvitationRow.officer_id == ask.officer))


def _ask(session: Session, roster: Roster, signer: Signer, office: str, wanted: Wanted) -> Ask:
    people = roster.people()
    if wanted.kind not in set(Kind):
        raise NotDoneError(Refusal.GONE)
    kind = Kind(wanted.kind)
    if wanted.ground not in GROUNDS[kind]:
        raise NotDoneError(Refusal.GROUND)
    member = people.member(wanted.officer)
    keys = None
    if kind in WITH_KEYS:
        row = session.get(InvitationRow, wanted.officer)
        guest = None if row is None or row.expires < signer.today else guest_of(row)
        if row is None or guest is None or guest.digits is None:
            raise NotDoneError(Refusal.NOT_ENROLLED)
        if guest.digits != wanted.seen or guest.invited.office != office:
            raise NotDoneError(Refusal.GONE)
        if not wanted.compared:
            raise NotDoneError(Refusal.NOT_COMPARED)
        keys, said = keys_of(row), guest.invited
        if kind is Kind.KEYS and member is not None:
            said = Invited(member.id, member.office, member.name, member.role, member.duties)
    elif member is None or member.office != office:
        raise NotDoneError(Refusal.GONE)
    else:
        said = Invited(member.id, member.office, member.name, member.role, member.duties)
    if kind is Kind.CHANGE:
        said = _changed(said, wanted)
    return Ask(
        id=new_id(),
        base=people.base,
        kind=kind,
        officer=said.officer,
        office=said.office,
        name=said.name,
        role=said.role,
        duties=said.duties,
        keys=keys,
        before=people.state_of(said.officer),
        ground=Ground(wanted.ground),
        lifts=_lift(roster, wanted) if kind is Kind.LIFT else None,
        first=signer.id,
        asked=signer.today,
        until=signer.today + WAITS,
    )


def tie_token(tie: Tie) -> str:
    """Names a tie of somebody in a form."""
    return f"{tie.type} {tie.until or '-'} {tie.target}"


def _lift(roster: Roster, wanted: Wanted) -> Lift:
    ties = {tie_token(tie): tie for tie in roster.declared.get(wanted.officer, ())}
    if wanted.tie not in ties:
        raise NotDoneError(Refusal.TIE)
    return Lift(ties[wanted.tie], roster.declared_through[wanted.officer])


def _changed(said: Invited, wanted: Wanted) -> Invited:
    if wanted.role not in set(Role):
        raise NotDoneError(Refusal.ROLE)
    # What the organisation's file invented stays with whoever has it; the form shows the known duties alone.
    own = said.duties - set(Duty)
    if not wanted.duties:
        raise NotDoneError(Refusal.DUTIES)
    return Invited(said.officer, said.office, said.name, Role(wanted.role), wanted.duties | own)


def _check_signer(people: People, office: str, signer: str) -> None:
    if signer not in people.signers(office):
        raise NotYoursError


def _check_newcomer(people: People, invited: Invited) -> None:
    login, name = invited.officer, invited.name
    plain = login.replace(".", "").replace("-", "")
    # Small letters of any script: two login names that differ in case alone are one to whoever reads them out.
    if not plain.isalnum() or login != login.casefold() or len(login) > min(MAX_LOGIN, MAX_ID):
        raise NotDoneError(Refusal.LOGIN_NAME)
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise NotDoneError(Refusal.NAME)
    try:
        people.check_free(login)
    except UnlawfulError:
        raise NotDoneError(Refusal.TAKEN) from None


def _check_part(people: People, invited: Invited) -> None:
    member = people.member(invited.officer)
    if not invited.duties or not invited.duties <= set(Duty) | (
        frozenset() if member is None else member.duties
    ):
        raise NotDoneError(Refusal.DUTIES)
    _lawfully(lambda: people.check_head(invited.office, invited.officer, invited.role))


def _lawfully(check: Callable[[], object]) -> None:
    try:
        check()
    except UnlawfulError as error:
        raise NotDoneError(_REFUSALS.get(error.why, Refusal.GONE)) from None


def _gone(people: People, signer: Signer) -> Exception:
    """There is no such ask. Whoever may sign for nobody is not told."""
    may = any(signer.id in people.signers(office) for office in people.organisation.offices)
    return NotDoneError(Refusal.GONE) if may else NotYoursError()
