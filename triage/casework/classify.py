"""Marking an allegation with codes: what kind of breach, in which field, at which task, link and post. The newest marks count.

They are the officers' words, beside the reporter's own answer, which stays. They weigh nothing and route nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from intake.casefile import CaseFile
from intake.catalogues import AXES, load_catalogue
from intake.events import EventKind
from triage.casework.desk import Actor, Desk
from triage.casework.find import allegations_of
from triage.casework.forms import Sent
from triage.casework.policy import Act
from triage.casework.refusals import CorrectThisError, Reason

CLASSIFICATION = "classification"
Codes = Mapping[str, list[str]]


def classify(desk: Desk, actor: Actor, case: str, sent: Sent, *, seen: int | None = None) -> None:
    """Mark ``allegation`` with the codes sent under the name of each axis; none at all takes the marks away.

    Raises as ``Desk.act``; CorrectThisError for an allegation or a code that there is not.
    """
    codes = _read(sent)
    allegation = sent.get("allegation", "")
    with desk.act(actor, case, Act.CLASSIFY, seen=seen) as acting:
        if allegation not in {entry.id for entry in allegations_of(acting.file)}:
            raise CorrectThisError(Reason.UNKNOWN_ALLEGATION)
        if codes == marks_of(acting.file).get(allegation, {}):
            return  # the same form, sent again
        versions = {axis.value: load_catalogue(axis).version for axis in AXES}
        content = {"allegation": allegation, "codes": codes, "catalogues": versions}
        acting.tell(EventKind.CLASSIFIED, acting.paper(CLASSIFICATION, "", content))


def marks_of(file: CaseFile) -> dict[str, Codes]:
    """By allegation: the codes of each axis that has any."""
    papers = file.papers(CLASSIFICATION)
    return {paper.content["allegation"]: paper.content["codes"] for paper in papers}


def _read(sent: Sent) -> dict[str, list[str]]:
    codes: dict[str, list[str]] = {}
    for axis in AXES:
        known, chosen = load_catalogue(axis).entries, set(sent.getlist(axis.value))
        if not chosen <= set(known):
            raise CorrectThisError(Reason.UNKNOWN_CODE)
        if chosen:
            codes[axis.value] = [code for code in known if code in chosen]
    return codes
