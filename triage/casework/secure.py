"""The covert stage: evidence first, then the person reported (mechanism 29). Until it is secured, nobody hears them."""

from __future__ import annotations

from collections.abc import Mapping

from intake.events import EventKind
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.policy import Act
from triage.casework.small_circle import answered

SECURED, HEARING = "secured", "hearing"


def secure(desk: Desk, actor: Actor, case: str, text: str, *, seen: int | None = None) -> None:
    """Say that the evidence is safe, and what that means. Raises as ``Desk.act``, CorrectThisError."""
    _write(desk, actor, case, Act.SECURE, text, seen)


def hear(
    desk: Desk, actor: Actor, case: str, text: str, circle: Mapping[str, str], *, seen: int | None = None
) -> None:
    """Keep what the person reported was told, or said. ``circle``: what is done about a small circle, where it is one.

    Raises as ``Desk.act``, CorrectThisError.
    """
    _write(desk, actor, case, Act.HEAR, text, seen, circle)


_KINDS = {Act.SECURE: (EventKind.SECURED, SECURED), Act.HEAR: (EventKind.HEARD, HEARING)}


def _write(
    desk: Desk,
    actor: Actor,
    case: str,
    act: Act,
    text: str,
    seen: int | None,
    circle: Mapping[str, str] | None = None,
) -> None:
    kind, form = _KINDS[act]
    said = checked_text(text)
    with desk.act(actor, case, act, seen=seen) as acting:
        papers = acting.file.papers(form)
        if papers and seen is not None and papers[-1].number > seen and papers[-1].text == said:
            return  # the same form, sent again
        kept = {} if circle is None else answered(acting.file, acting.roster.organisation, circle)
        acting.tell(kind, acting.paper(form, said, kept))
