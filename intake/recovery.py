"""Breaking the glass: trustees who put the recovery key together give a case to officers whom the rules let have it.

It opens nothing to whoever runs it. The case is read in memory, because only its own record says who is excluded, and nothing
of it leaves here but an office. What is done is signed with the recovery key, told to the reporter and to the level above, and
begins a new key of the case. It goes round no rule: whoever may not have the case does not get it this way either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from crypto.envelope import HEADER_BYTES, is_for
from crypto.epoch import EpochRecord, open_all, open_recovery, verify_record
from crypto.errors import BadSignatureError
from crypto.keys import FINGERPRINT_BYTES, KeyPair, PublicKeys
from intake.casefile import CaseFile, check_epochs, read_file
from intake.circle import begin_epoch, tell
from intake.database.case_tables import Case, Epoch, Grant
from intake.derived import store_derived
from intake.events import EventKind
from intake.following import follow_up
from intake.joins import partners_of
from intake.lawful_tables import CONTACT_CLOCK, PANEL_CLOCK
from intake.notices import Letter, NoticeKind, dispatch, letters
from intake.organisation import OVS, Duty
from intake.record import RECOVERY, Author, Letterbox
from intake.roster import Roster
from intake.routing import level_above
from intake.standing import Standing, standing_of, told_at

MAX_WHY = 1000  # characters
SHORTEST_ID = 8  # characters of a case's id that are enough to name it: as many as the level above is told


class Ground(StrEnum):
    """Why the key was used. Values are stored: never reuse or rename one."""

    CIRCLE_LOST = "circle_lost"
    """Nobody could open the case any more."""
    STATED = "stated"
    """Somebody could; the reason stands beside it in words."""


class RecoveryError(Exception):
    """The case is not given to anybody. One line that says why and what to do, and nothing of what the case holds."""


@dataclass(frozen=True, slots=True, repr=False)
class Trustees:
    """What a recovery needs: the key that was put together, the rules of today, the gate that notices go through."""

    pair: KeyPair
    roster: Roster
    gate: PublicKeys
    today: date

    def __post_init__(self) -> None:
        if self.pair.public not in self.roster.recoveries:
            raise RecoveryError("these shares are not of this instance's recovery key; nothing was done")


@dataclass(frozen=True, slots=True)
class Given:
    """What was done: the case, the office that has it now, why."""

    case: str
    office: str
    ground: Ground


def recover(session: Session, case: str, to: Collection[str], why: str, trustees: Trustees) -> Given:
    """Give a case to the officers ``to``. Part of the caller's transaction; the worker delivers the notices.

    ``case``: the id, or its first characters (at least SHORTEST_ID) where no other case begins so. ``why``: what reporter and
    level above read; needed where somebody can still open the case. Raises RecoveryError, CryptoError.
    """
    row = session.scalars(select(Case).where(Case.id == _named(session, case)).with_for_update()).one()
    file = _opened(session, row, trustees)
    standing = standing_of(file, trustees.roster)
    live = _live(session, file, standing, trustees.roster)
    giving = _Giving(session, trustees, file, standing, live, frozenset(to), _checked(why, live))
    giving.carry_out()
    return Given(file.id, giving.office, giving.ground)


def cases_opened_with(session: Session, key: PublicKeys) -> list[str]:
    """Cases of which an epoch was begun with this recovery key.

    A row that only says so is not believed: it would make people rotate a key that nobody used.
    """
    begun = session.scalars(select(Epoch).where(Epoch.signer == RECOVERY).order_by(Epoch.case_id)).all()
    return sorted({each.case_id for each in begun if _is_begun_with(session, each, key)})


def cases_behind(session: Session, key: PublicKeys) -> int:
    """How many cases have a newest key that is sealed to another recovery key than this one."""
    addressed = func.substr(Epoch.recovery, HEADER_BYTES - FINGERPRINT_BYTES + 1, FINGERPRINT_BYTES)
    query = (
        select(func.count())
        .select_from(Case)
        .join(Epoch, and_(Epoch.case_id == Case.id, Epoch.number == Case.epoch))
        .where(addressed != key.fingerprint)
    )
    return session.scalar(query) or 0


def _is_begun_with(session: Session, each: Epoch, key: PublicKeys) -> bool:
    before = session.get(Epoch, (each.case_id, each.number - 1))
    if before is None:
        return False
    record = EpochRecord(each.case_id, each.number, PublicKeys(each.public), RECOVERY)
    try:
        verify_record(record, each.signatures, chain=PublicKeys(before.public), signer=key)
    except BadSignatureError:
        return False
    return True


@dataclass(slots=True, repr=False)
class _Giving:
    """One recovery whose case was read."""

    session: Session
    trustees: Trustees
    file: CaseFile
    standing: Standing
    live: frozenset[str]
    """Who can open the case and still may."""
    to: frozenset[str]
    why: str
    office: str = field(init=False)

    def __post_init__(self) -> None:
        here = self.standing.held
        _check_fit(self.to, here, self.standing, self.trustees.roster)
        places = {self.trustees.roster.officers[officer].office for officer in self.to}
        if self.live:
            self.office = here
            return
        if len(places) != 1:
            raise RecoveryError(
                "nobody has the case any more: name officers of one office, which takes it over"
            )
        (self.office,) = places
        if not any(Duty.TRIAGE in self.trustees.roster.officers[officer].duties for officer in self.to):
            raise RecoveryError("nobody has the case any more: name somebody with the duty triage as well")

    @property
    def ground(self) -> Ground:
        return Ground.STATED if self.live else Ground.CIRCLE_LOST

    def carry_out(self) -> None:
        session, trustees, file = self.session, self.trustees, self.file
        author = Author(RECOVERY, trustees.pair)
        circle = self.live | self.to
        pair = begin_epoch(session, file, author, trustees.roster, circle)
        written = self._letters()
        if written:
            session.add(dispatch(trustees.gate, written, trustees.today))
        box = Letterbox(file.id, file.epoch + 1, pair.public, file.reporter)
        data = self._told(circle, [letter.id for letter in written])
        tell(session, box, author, EventKind.RECOVERED, trustees.today, data)
        pairs = {**file.pairs, file.epoch + 1: pair}
        after = read_file(session, file.id, pairs, trustees.roster, trustees.gate)
        if after is None or not after.whole:
            raise RecoveryError("the case was changed meanwhile; nothing was done, try again")
        store_derived(session, after, author, trustees.roster, trustees.gate, trustees.today)
        left = set(partners_of(file)) - set(partners_of(after))
        follow_up(session, file.id, sorted(left), trustees.gate, trustees.today)

    def _told(self, circle: frozenset[str], notices: list[str]) -> dict[str, Any]:
        """What the event says: the reporter reads it, so it names no officer."""
        roster, excluded = self.trustees.roster, self.standing.decision.excluded_officers
        roles = Counter(roster.officers[officer].role for officer in circle)
        at_most = circle | set(told_at(roster, self.office, excluded))
        handlers = self.file.progress.handlers
        return {
            "ground": self.ground.value,
            "why": self.why,
            "from": self.standing.held,
            "circle": {"office": self.office, "at_most": len(at_most), "roles": dict(sorted(roles.items()))},
            "handlers": {who: task for who, task in handlers.items() if who in circle and self._stays},
            "notices": notices,
            **({} if self._stays else self._clocks()),
        }

    def _clocks(self) -> dict[str, Any]:
        """Nobody owes a vote any more, and the new office has its own time for the first word: else the ladder would take the
        case from it the next day, for what nobody could do.
        """
        rules, facts = self.standing.organisation, self.standing.facts
        period = rules.pack.first_contact["danger" if facts.urgent else "overdue"]
        contact = period.after(self.trustees.today, rules.calendar)
        ended = [PANEL_CLOCK] if PANEL_CLOCK in self.file.progress.outstanding() else []
        return {"restart": [*ended, CONTACT_CLOCK], "clocks": {CONTACT_CLOCK: contact.isoformat()}}

    @property
    def _stays(self) -> bool:
        return self.office == self.standing.held

    def _letters(self) -> list[Letter]:
        """To the level above whoever has the case now, and to the oversight board."""
        roster, standing = self.trustees.roster, self.standing
        excluded = standing.decision.excluded_officers
        above = level_above(roster.organisation, self.office, excluded, standing.facts.reporter_unit)
        told = {officer for place in (above, OVS) for officer in told_at(roster, place, excluded)}
        content: Mapping[str, str] = {
            "case": self.file.id,
            "office": self.office,
            "priority": str(standing.decision.priority),
            "ground": self.ground.value,
            "text": self.why,
        }
        return letters(roster, told, NoticeKind.RECOVERED, self.trustees.today, content)


def _named(session: Session, case: str) -> str:
    if len(case) < SHORTEST_ID:
        raise RecoveryError(f"name the case by its id, or by the first {SHORTEST_ID} characters or more")
    query = select(Case.id).where(Case.id.startswith(case, autoescape=True)).limit(2)
    found = [number for number in session.scalars(query) if number.startswith(case)]
    if len(found) != 1:
        raise RecoveryError("no case, or more than one, has an id that begins so; nothing was done")
    return found[0]


def _opened(session: Session, row: Case, trustees: Trustees) -> CaseFile:
    """The case as its own keys open it. Raises RecoveryError where the record cannot be trusted: then nothing says who is
    excluded.
    """
    epochs = {each.number: each for each in session.scalars(select(Epoch).where(Epoch.case_id == row.id))}
    links = {number: each.link for number, each in epochs.items() if each.link is not None}
    pairs: dict[int, KeyPair] = {}
    for number, each in sorted(epochs.items(), reverse=True):
        if number not in pairs and is_for(trustees.pair.public, each.recovery):
            public = PublicKeys(each.public)
            pair = open_recovery(row.id, number, trustees.pair, each.recovery, public)
            pairs |= open_all(row.id, number, pair, links)
    if row.epoch not in pairs or 0 not in pairs:
        raise RecoveryError(
            "this case, or an older part of it, is sealed to the recovery key before or after a rotation: use that one's shares"
        )
    check_epochs(row.id, epochs, pairs, trustees.roster, trustees.gate)
    file = read_file(session, row.id, pairs, trustees.roster, trustees.gate)
    if file is None or not file.whole:
        raise RecoveryError(
            "the record of this case is damaged, so nobody can say who is excluded from it; restore a backup first"
        )
    return file


def _live(session: Session, file: CaseFile, standing: Standing, roster: Roster) -> frozenset[str]:
    """Who holds a grant that their present key opens, and may hold it."""
    excluded = standing.decision.excluded_officers
    rows = session.scalars(select(Grant).where(Grant.case_id == file.id, Grant.epoch == file.epoch))
    return frozenset(
        row.officer_id
        for row in rows
        if row.officer_id in roster.certified
        and row.officer_id not in excluded
        and is_for(roster.keys_of(row.officer_id), row.sealed)
    )


def _check_fit(to: Collection[str], here: str, standing: Standing, roster: Roster) -> None:
    """Return if each of ``to`` is certified, not excluded, and of the office that has the case or of one above it.

    One text for whoever is excluded and whoever sits elsewhere: the answer tells whoever runs this nothing of the case.
    """
    if not to:
        raise RecoveryError("name at least one officer with --to")
    organisation, decision = roster.organisation, standing.decision
    for officer in sorted(to):
        if officer not in roster.certified:
            raise RecoveryError(f"{officer} has no certified keys; see `underseal officer list`")
        place = roster.officers[officer].office
        barred = {*decision.bypassed_units, standing.facts.reporter_unit}
        if (
            place not in organisation.path_up(here)
            or officer in decision.excluded_officers
            or place in barred
        ):
            raise RecoveryError(f"{officer} may not have this case by the rules; nothing was done")


def _checked(why: str, live: Collection[str]) -> str:
    clean = " ".join(why.split())
    if len(clean) > MAX_WHY:
        raise RecoveryError(f"the reason is too long; at most {MAX_WHY} characters")
    if live and not clean:
        raise RecoveryError(
            "somebody can still open this case: give the reason with --why; the reporter and the level above read it"
        )
    return clean
