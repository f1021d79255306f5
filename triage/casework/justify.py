"""The justification (M15): whoever stands above the person who did it is asked, in writing, and has ten working days. The
burden of proof is theirs (article 21(5) of Directive (EU) 2019/1937), so that no answer is an answer, too.

Who is asked follows from the organisation; an officer chooses the words. That the letter went out, and what came back, happens
outside of this platform: it keeps both, and the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crypto.keys import new_id
from intake.casefile import CaseFile
from intake.events import EventKind
from intake.organisation import Organisation
from intake.protection.detriments import detriments
from intake.protection.justification import clock_of, is_of_one
from intake.protection.superior import Above, Superior, accused_bodies, superior_of
from intake.roster import Roster
from intake.standing import facts_now
from triage.casework.clocks import newly_met, rules_of
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.policy import Act
from triage.casework.refusals import CorrectThisError, NotNowError, Reason
from triage.casework.small_circle import answered

REQUEST, GIVEN = "reasons_request", "reasons"
"""Forms of papers: the letter, and what came back."""
THE_MATTER = "matter"
MOST_REQUESTS = 50


@dataclass(frozen=True, slots=True)
class Answerable:
    """Somebody accused, and who is asked about them. ``key``: as a form sends it."""

    key: str
    name: str
    superior: Superior


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """A request that was made. ``given`` is None until an answer was recorded; ``adverse``: none had come in time."""

    id: str
    about: str
    to: str
    why: Above
    asked: date
    due: date
    text: str
    given: date | None
    reasons: str
    adverse: bool


def answerables(file: CaseFile, roster: Roster) -> list[Answerable]:
    """Everybody accused, each with whoever stands above; the matter as such where nobody is named."""
    organisation = rules_of(file, roster)
    facts = facts_now(file, organisation)
    accused = accused_bodies(organisation, facts)
    found = [
        Answerable(
            f"subject-{number}", _name(organisation, subject), superior_of(organisation, subject, accused)
        )
        for number, subject in enumerate(facts["subjects"])
    ]
    found += [
        Answerable(
            f"body-{body}", organisation.name_of(body), superior_of(organisation, {"body": body}, accused)
        )
        for body in facts["bodies"]
    ]
    somewhere = {"post": "staff", "region": facts.get("region")}
    return found or [Answerable(THE_MATTER, "", superior_of(organisation, somewhere, accused))]


def requests_of(file: CaseFile) -> list[Request]:
    """Every request, oldest first. An adverse entry stays, however late the answer."""
    given = {paper.content["request"]: paper for paper in file.papers(GIVEN)}
    unanswered = {record.data["clock"] for record in file.records if record.kind is EventKind.UNANSWERED}
    late = {clock for _, clock in file.progress.late}
    return [
        Request(
            id=content["request"],
            about=content["about"],
            to=content["to"],
            why=Above(content["why"]),
            asked=paper.date,
            due=date.fromisoformat(content["due"]),
            text=paper.text,
            given=given[content["request"]].date if content["request"] in given else None,
            reasons=given[content["request"]].text if content["request"] in given else "",
            adverse=clock_of(content["request"]) in unanswered | late,
        )
        for paper in file.papers(REQUEST)
        for content in [paper.content]
    ]


def due_for(file: CaseFile, roster: Roster, today: date) -> date:
    """Until when an answer to a request of today is due."""
    return detriments().justification.after(today, rules_of(file, roster).calendar)


def ask_reasons(
    desk: Desk, actor: Actor, case: str, typed: Mapping[str, str], *, seen: int | None = None
) -> None:
    """Keep the letter that goes to whoever stands above ``about``, and let its clock run: one open request about each.

    Where few could know what it is about, ``circle`` says what is done about it (`triage.casework.small_circle`).
    Raises as ``Desk.act``; CorrectThisError.
    """
    text = checked_text(typed.get("text", ""))
    with desk.act(actor, case, Act.ASK_REASONS, seen=seen) as acting:
        file = acting.file
        known = {each.key: each for each in answerables(file, actor.roster)}
        about = known.get(typed.get("about", ""))
        if about is None:
            raise CorrectThisError(Reason.UNKNOWN_REQUEST)
        made = requests_of(file)
        waiting = [each for each in made if each.given is None and each.about == about.key]
        if any(each.text == text for each in waiting):
            return  # the same form, sent again
        if len(made) >= MOST_REQUESTS or any(each.due >= actor.today for each in waiting):
            raise NotNowError(Reason.ASKED_BEFORE)
        circle = answered(file, actor.roster.organisation, typed)
        request, due = new_id(), due_for(file, actor.roster, actor.today).isoformat()
        content: dict[str, Any] = {
            "request": request,
            "about": about.key,
            "to": about.superior.id,
            "why": about.superior.why.value,
            "due": due,
            **circle,
        }
        paper = acting.paper(REQUEST, text, content)
        acting.tell(
            EventKind.REASONS_ASKED, {**paper, "request": request, "clocks": {clock_of(request): due}}
        )


def record_reasons(
    desk: Desk, actor: Actor, case: str, request: str, text: str, *, seen: int | None = None
) -> None:
    """Keep the answer, however late it came. Raises as ``Desk.act``; CorrectThisError."""
    said = checked_text(text)
    with desk.act(actor, case, Act.RECORD_REASONS, seen=seen) as acting:
        waiting = next((each for each in requests_of(acting.file) if each.id == request), None)
        if waiting is None or (waiting.given is not None and waiting.reasons != said):
            raise CorrectThisError(Reason.UNKNOWN_REQUEST)
        if waiting.given is not None:
            return  # the same form, sent again
        paper = acting.paper(GIVEN, said, {"request": request})
        met = newly_met(acting.file, actor.today, clock_of(request))
        acting.tell(EventKind.REASONS_GIVEN, {**paper, "request": request, "met": met})


def open_requests(file: CaseFile) -> list[str]:
    """The clocks of requests that nobody answered: a decision ends them, as their time could not be owed for ever."""
    return [name for name in file.progress.outstanding() if is_of_one(name)]


def _name(organisation: Organisation, subject: object) -> str:
    if isinstance(subject, str):
        somebody = organisation.officers.get(subject) or organisation.persons[subject]
        return somebody.name
    named: dict[str, Any] = dict(subject) if isinstance(subject, dict) else {}
    place = organisation.name_of(named["body"]) if named.get("body") else ""
    return ", ".join(part for part in (named.get("name", ""), place) if part)
