"""The ladder: for each office above, a sealed way into the case that opens only when a duty was missed.

Built when a case is filed and rewritten at every act that changes facts, circle, roster or epoch. Each rung is sealed to the
gate, and inside it each officer's grant is sealed to that officer: the gate alone opens nothing, an officer without a released
rung opens nothing. Binding the epoch into the seal's place keeps an older rung from being put back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crypto.encoding import canonical_json, from_text, parse_object, to_text
from crypto.envelope import Place, Purpose, open_padded, seal_padded
from crypto.epoch import grant
from crypto.errors import MalformedError
from crypto.keys import KeyPair, PublicKeys
from intake.database.case_tables import Rung as RungRow
from intake.roster import Roster
from intake.routing import Rung


@dataclass(frozen=True, slots=True)
class PeeledRung:
    """What the worker finds in a rung. The grants inside are sealed to the officers. ``kind`` is a `routing.Way`."""

    slot: int
    kind: str
    prior: str
    office: str
    panel: int | None
    priority: str
    urgent: bool
    opens: date | None
    notify: list[str]
    grants: dict[str, dict[str, str]]
    """Officer → epoch number (as text) → grant envelope (base64url)."""
    reporter: PublicKeys
    """To whom the release is told."""

    def as_document(self) -> dict[str, Any]:
        """The canonical content of the rung."""
        return {
            "slot": self.slot,
            "kind": self.kind,
            "prior": self.prior,
            "office": self.office,
            "panel": self.panel,
            "priority": self.priority,
            "urgent": self.urgent,
            "opens": self.opens.isoformat() if self.opens else None,
            "notify": self.notify,
            "grants": self.grants,
            "reporter": self.reporter.as_text(),
        }


def build(
    case: str, rungs: Sequence[Rung], seeds: Mapping[int, bytes], roster: Roster, reporter: PublicKeys
) -> list[PeeledRung]:
    """The rungs of a decision with a grant of every epoch in ``seeds`` for every eligible officer.

    ``seeds`` is the newest epoch, and every earlier one that the newest does not open by itself. An officer who stands on
    several rungs has the same envelopes on each: what differs is the gate's seal around them.
    """
    standing = sorted({officer for rung in rungs for officer in rung.recipients})
    grants = {officer: _grants(case, roster.keys_of(officer), seeds) for officer in standing}
    return [
        PeeledRung(
            slot=slot,
            kind=rung.kind.value,
            prior=rung.prior,
            office=rung.office,
            panel=rung.panel,
            priority=str(rung.priority),
            urgent=rung.urgent,
            opens=rung.opens,
            notify=sorted(rung.notify),
            grants={officer: grants[officer] for officer in rung.recipients},
            reporter=reporter,
        )
        for slot, rung in enumerate(rungs)
    ]


def _grants(case: str, officer: PublicKeys, seeds: Mapping[int, bytes]) -> dict[str, str]:
    return {
        str(number): to_text(grant(case, number, officer, seed)) for number, seed in sorted(seeds.items())
    }


def rows(case: str, epoch: int, rungs: Sequence[PeeledRung], gate: PublicKeys) -> list[RungRow]:
    """The rungs, sealed to the gate for this epoch of the case."""
    return [
        RungRow(
            case_id=case,
            slot=rung.slot,
            sealed=seal_padded(gate, _place(case, epoch, rung.slot), canonical_json(rung.as_document())),
        )
        for rung in rungs
    ]


def replace(session: Session, case: str, epoch: int, rungs: Sequence[PeeledRung], gate: PublicKeys) -> None:
    """Take every old rung away and store these. Part of the act that changed the case."""
    session.execute(delete(RungRow).where(RungRow.case_id == case))
    session.add_all(rows(case, epoch, rungs, gate))


def peel_all(session: Session, case: str, epoch: int, gate: KeyPair) -> list[PeeledRung]:
    """Open every rung of a case with the gate's key. Raises CryptoError when one was altered or put back."""
    found = session.scalars(select(RungRow).where(RungRow.case_id == case).order_by(RungRow.slot))
    return [peel(case, epoch, row.slot, row.sealed, gate) for row in found]


def slots(session: Session, case: str) -> list[int]:
    """The places that hold a rung: 0, 1, 2 …, unless somebody took one out."""
    return list(session.scalars(select(RungRow.slot).where(RungRow.case_id == case).order_by(RungRow.slot)))


def peel_one(session: Session, case: str, epoch: int, slot: int, gate: KeyPair) -> PeeledRung:
    """Open one rung. Raises CryptoError when it was altered, put back or taken away."""
    sealed = session.scalar(select(RungRow.sealed).where(RungRow.case_id == case, RungRow.slot == slot))
    if sealed is None:
        raise MalformedError("a rung of this case is gone")
    return peel(case, epoch, slot, sealed, gate)


def peel(case: str, epoch: int, slot: int, sealed: bytes, gate: KeyPair) -> PeeledRung:
    """Open one rung that is at hand. Raises CryptoError; KeyError, TypeError, ValueError for what `build` does not make."""
    value = parse_object(open_padded(gate, _place(case, epoch, slot), sealed))
    opens = value.pop("opens")
    reporter = PublicKeys(from_text(value.pop("reporter")))
    return PeeledRung(opens=date.fromisoformat(opens) if opens else None, reporter=reporter, **value)


def _place(case: str, epoch: int, slot: int) -> Place:
    return Place(Purpose.RUNG, case, f"{epoch}.{slot}")
