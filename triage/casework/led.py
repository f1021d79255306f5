"""The conclusion of a joined case, by what the leading one was concluded with: for each of its own allegations the grade, no
promise twice. It reads the leading case as the acting officer opens it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from intake.casefile import CaseFile
from intake.catalogues import CatalogueName, load_catalogue
from intake.joins import leader_of
from intake.roster import Roster
from intake.standing import INVOLVED, standing_of
from intake.states import OVER
from triage.casework.corrections import conclusion_of
from triage.casework.find import KNOWINGLY_FALSE, allegations_of
from triage.casework.forms import FormReader
from triage.casework.measures import Ground
from triage.casework.refusals import NotNowError, Reason

FINDING = "finding"
"""What the closing form of a joined case says of each allegation: ``<id>=<grade>``."""


def led_conclusion(file: CaseFile) -> dict[str, Any] | None:
    """What the case that leads this one was concluded with; None when none leads it.

    Raises NotNowError while it is not concluded, and where this officer cannot open it.
    """
    if file.progress.joined is None:
        return None
    conclusion = None if (leading := leader_opened(file)) is None else conclusion_of(leading)
    if leading is None or conclusion is None or leading.progress.state not in OVER:
        raise NotNowError(Reason.LEADER_OPEN)
    return conclusion


def leader_opened(file: CaseFile) -> CaseFile | None:
    """The case that leads this one, where this officer opens it."""
    leader = leader_of(file)
    return next((each for each in file.beside if each.id == leader), None)


def still_led(content: Mapping[str, Any], ground: Ground) -> None:
    """Return if the conclusion still fits. Raises NotNowError when the leading case was taken up again, or leads no more: what
    was found there concludes nothing in a case that is handled by itself.

    A guest from above cannot open that case and agrees on what the proposal says of it.
    """
    if INVOLVED in content and ground.file.progress.joined is None:
        raise NotNowError(Reason.NOT_JOINED)
    leading = leader_opened(ground.file)
    if leading is not None and leading.progress.state not in OVER:
        raise NotNowError(Reason.LEADER_OPEN)


def grades_of(
    reader: FormReader, file: CaseFile, leading: Mapping[str, Any] | None, *, needed: bool
) -> dict[str, str]:
    """By allegation; those without a finding are left out. In a joined case those of the form: what was found in the leading
    case has to be said of each allegation here, where the conclusion needs findings.

    That somebody reported what they knew to be false is never said by way of another case.
    """
    allegations = allegations_of(file)
    if leading is None:
        return {
            allegation.id: allegation.grade for allegation in allegations if allegation.finding is not None
        }
    known = load_catalogue(CatalogueName.GRADES).entries.keys() - {KNOWINGLY_FALSE}
    sent = dict(each.split("=", 1) for each in reader.chosen(FINDING) if "=" in each)
    graded = {allegation.id: sent[allegation.id] for allegation in allegations if sent.get(allegation.id)}
    if any(grade not in known for grade in graded.values()) or (needed and len(graded) < len(allegations)):
        reader.faults[FINDING] = Reason.INCOMPLETE_FORM
    return graded


def who_led(file: CaseFile, roster: Roster) -> dict[str, list[str]]:
    leading = leader_opened(file)
    return {} if leading is None else {INVOLVED: list(standing_of(leading, roster).involved)}
