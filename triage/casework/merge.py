"""Joining a case to another one of the office, which leads: the matter is handled there; the report stays a case of its own.

Two cases fit only where nobody learns, reads or does by it what the rules of either forbid. Whatever does not fit is refused
with the one reason that is given for a case that does not exist.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from intake.casefile import CaseFile
from intake.events import EventKind
from intake.joins import JOIN
from intake.roster import Roster
from intake.routing import Decision
from intake.standing import facts_to_join, standing_of
from intake.states import OVER, CaseState
from triage.casework.acting import Acting
from triage.casework.clocks import ACCEPT, ACK, newly_met
from triage.casework.forms import Sent
from triage.casework.measures import Content, Destination, Ground, Measure, ground_of
from triage.casework.panel import Proposal, open_proposal
from triage.casework.people import circle_document, office_of
from triage.casework.policy import Part
from triage.casework.position import parts_of
from triage.casework.refusals import CorrectThisError, NotNowError, Reason
from triage.casework.seats import GRAVER, staying

OTHER = "other"
"""The field, and the part of the proposal, that names the leading case."""
MOST_LED = 20
"""Cases that one case leads: each of them is opened with it."""
_DUTIES_APART = (
    {Part.TRIAGE, Part.INVESTIGATE},
    {Part.TRIAGE, Part.DECIDE},
    {Part.INVESTIGATE, Part.DECIDE},
    {Part.EXAMINE, Part.DECIDE},
)


def fits(file: CaseFile, leading: CaseFile, holders: Collection[str], roster: Roster) -> bool:
    """Whether ``file`` can be joined to ``leading``; ``holders``: whoever has a key to either of them.

    One office has both, and may have both by the facts of the two together; nobody who is excluded from one holds the other; no
    reporter works where the other's case could go; nobody did in one what must be apart from what they did in the other.
    """
    return (
        _can_be_led(file)
        and _can_lead(leading)
        and file.id != leading.id
        and office_of(file) == office_of(leading)
        and not _excluded_together(file, leading, roster) & set(holders)
        and _units_agree(file, leading, roster)
        and all(_stays(one, other, roster) for one, other in ((file, leading), (leading, file)))
        and all(_keeps_apart(who, file, leading) for who in _active(file, leading))
    )


def graver_panel(file: CaseFile, leading: CaseFile, roster: Roster) -> int:
    """How many decide together where the two ask for different numbers, alone or together."""
    pairs = ((file, leading), (leading, file))
    panels = (_together(one, other, roster).required_panel for one, other in pairs)
    return max(panel or 1 for panel in panels)


def _can_be_led(file: CaseFile) -> bool:
    progress = file.progress
    return file.whole and progress.state not in OVER and progress.joined is None and not progress.leads


def _can_lead(file: CaseFile) -> bool:
    progress = file.progress
    is_open = progress.state not in OVER and progress.joined is None
    return file.whole and is_open and len(progress.leads) < MOST_LED


def _excluded_together(file: CaseFile, leading: CaseFile, roster: Roster) -> frozenset[str]:
    every = (_together(one, other, roster) for one, other in ((file, leading), (leading, file)))
    return frozenset(officer for decision in every for officer in decision.excluded_officers)


def _units_agree(file: CaseFile, leading: CaseFile, roster: Roster) -> bool:
    """Routing keeps a case from one office where its reporter works: with two of them one would be let in."""
    units = {standing_of(each, roster).facts.reporter_unit for each in (file, leading)} - {None}
    return len(units) < 2


def _stays(file: CaseFile, other: CaseFile, roster: Roster) -> bool:
    return _together(file, other, roster).handling_unit == office_of(file)


def _together(file: CaseFile, other: CaseFile, roster: Roster) -> Decision:
    """How routing decides on a case with everybody whom the other one names."""
    return standing_of(file, roster, joining=[facts_to_join(other, roster)]).decision


def _active(*files: CaseFile) -> set[str]:
    return {record.actor for file in files for record in file.records} | {
        who for file in files for record in file.records for who in record.data.get("handlers", ())
    }


def _keeps_apart(officer: str, *files: CaseFile) -> bool:
    done = frozenset[Part]().union(*(parts_of(file, officer) for file in files))
    return not any(pair <= done for pair in _DUTIES_APART)


def _leading(ground: Ground) -> CaseFile:
    """The case that was named, where it fits. Raises CorrectThisError."""
    other = ground.other
    holders = {*ground.holders, *(other.holders() if other is not None else ())}
    if other is None or not fits(ground.file, other.file, holders, ground.roster):
        raise CorrectThisError(Reason.NOT_JOINABLE)
    return other.file


def _form(sent: Sent, ground: Ground) -> dict[str, Any]:
    leading = _leading(ground)
    return {OTHER: sent.get(OTHER, ""), GRAVER: graver_panel(ground.file, leading, ground.roster)}


def _check(content: Content, ground: Ground) -> None:
    leading = _leading(ground)
    if leading.id != content[OTHER] or graver_panel(ground.file, leading, ground.roster) > content[GRAVER]:
        raise NotNowError(Reason.CHANGED_MEANWHILE)


def _looked_at(_content: Content, ground: Ground) -> Sequence[CaseFile]:
    return (_leading(ground),)


def _admit(acting: Acting, seats: Sequence[str]) -> None:
    """Whoever is to decide reads both. They are of the office, and the record of the other case says that more can read it."""
    other = acting.other
    if other is None:
        raise CorrectThisError(Reason.NOT_JOINABLE)
    if set(seats) - set(other.holders()):
        other.grant(seats)
        circle = circle_document(other.file, other.roster, other.holders())
        other.tell(EventKind.ADMITTED, {"circle": circle})


def _destination(_content: Content, ground: Ground) -> Destination:
    return Destination(office_of(ground.file), _circle(ground))


def _circle(ground: Ground) -> Sequence[str]:
    """Everybody of the office who holds either: whoever answers one reporter has to know what is found for both, and whoever
    finds it has to read both reports.
    """
    leading, other = _leading(ground), ground.other
    held = {*ground.holders, *(other.holders() if other is not None else ())}
    both = [set(staying(each, ground.roster, held)) for each in (ground.file, leading)]
    return sorted(both[0] & both[1])


def _effect(acting: Acting, _proposal: Proposal) -> dict[str, Any]:
    other = acting.other
    if other is not None and open_proposal(other.file) is not None:
        raise NotNowError(Reason.PROPOSAL_OPEN)  # what a panel looks at there must not change under it
    return {}


def _afterwards(acting: Acting, proposal: Proposal) -> None:
    file, roster, other = acting.file, acting.roster, acting.other
    if other is None:
        raise CorrectThisError(Reason.NOT_JOINABLE)
    circle = _circle(ground_of(acting))
    acting.tell(
        EventKind.JOINED,
        {
            "proposal": proposal.id,
            "state": CaseState.ADDRESSING.value,
            "met": newly_met(file, acting.today, ACK, ACCEPT),
            **_paper(acting, other.file),
        },
    )
    other.grant(circle)
    circled = circle_document(other.file, roster, other.holders())
    other.tell(EventKind.JOINED, {"circle": circled, **_paper(other, file)})


def _paper(acting: Acting, other: CaseFile) -> dict[str, str]:
    content = {"case": other.id, "facts": facts_to_join(other, acting.roster)}
    return acting.paper(JOIN, "", content)


MERGE = Measure(
    _form, _effect, _check, _destination, looked_at=_looked_at, admit=_admit, afterwards=_afterwards
)
