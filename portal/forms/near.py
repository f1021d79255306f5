"""Names that are almost those of a registered person or an officer: the reporter says whether that person is meant.

A slip of the pen must not keep an accused officer in the circle of readers. Nothing is changed without an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intake.drafts import Draft, DraftSubject
from intake.organisation import EXT_OMB, OVS, Officer, Organisation, Person, Post, Role
from intake.routing import near_names, same_name
from portal.forms.reading import Form
from portal.forms.steps import MAX_INVOLVED

NONE_OF_THESE = "none"
MAX_CANDIDATES = 5
_INVOLVED = "near-involved-"

_POSTS = {Role.HEAD: Post.HEAD, Role.TEAM_MEMBER: Post.TEAM_MEMBER, Role.OFFICER: Post.STAFF}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be meant."""

    id: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Question:
    """ "You wrote …. Do you mean one of these?" ``field`` is the form's."""

    field: str
    typed: str
    candidates: Sequence[Candidate]


def questions_of(draft: Draft, organisation: Organisation) -> list[Question]:
    """One question for each typed name that is near others and equal to none."""
    questions = []
    for number, subject in enumerate(draft.subjects):
        if subject.name:
            candidates = _for_subject(subject, organisation)
            questions += [Question(f"near-{number}", subject.name, candidates)] if candidates else []
    return [*questions, *questions_about(draft.answer("involved"), organisation)]


def questions_about(typed: str, organisation: Organisation) -> list[Question]:
    """One question for each line that is near an officer's name and equal to none."""
    questions = []
    for number, line in enumerate(_lines(typed)):
        candidates = _for_involved(line, organisation)
        questions += [Question(f"{_INVOLVED}{number}", line, candidates)] if candidates else []
    return questions


def unanswered(questions: Sequence[Question], form: Form) -> list[str]:
    """The fields of questions without a valid answer."""
    return [
        question.field
        for question in questions
        if form.get(question.field) not in {NONE_OF_THESE, *(entry.id for entry in question.candidates)}
    ]


def apply_answers(
    draft: Draft, organisation: Organisation, questions: Sequence[Question], form: Form
) -> bool:
    """Write the persons who were meant into the draft. True when anything changed."""
    changed = False
    for question in questions:
        chosen = _chosen(question, form)
        if chosen is None:
            continue
        if not question.field.startswith(_INVOLVED):
            _take(draft, _number(question), organisation, chosen)
        changed = True
    if changed and draft.answer("involved"):
        draft.set("involved", with_answers(draft.answer("involved"), organisation, questions, form))
    return changed


def with_answers(typed: str, organisation: Organisation, questions: Sequence[Question], form: Form) -> str:
    """The typed lines, with the names of the officers who were meant."""
    lines = _lines(typed)
    for question in questions:
        chosen = _chosen(question, form)
        if question.field.startswith(_INVOLVED) and chosen is not None:
            lines[_number(question)] = organisation.officers[chosen].name
    return "\n".join(lines)


def unknown_involved(draft: Draft, organisation: Organisation) -> list[str]:
    """The typed names of involved officers that belong to no officer: nobody can be kept out by them."""
    return unknown_among(draft.answer("involved"), organisation)


def unknown_among(typed: str, organisation: Organisation) -> list[str]:
    """The lines that belong to no officer."""
    return [line for line in _lines(typed) if not _is_officer(line, organisation)]


def _for_subject(subject: DraftSubject, organisation: Organisation) -> list[Candidate]:
    if _is_officer(subject.name, organisation):
        return []  # excluded by the name alone
    equal = [person for person in organisation.persons.values() if same_name(person.name, subject.name)]
    if any(person.body == (subject.body or None) for person in equal):
        return []
    # The same name at another place may be a slip in the place.
    ids = [person.id for person in equal] or near_names(organisation, subject.name)
    return [_candidate(organisation, identifier) for identifier in ids[:MAX_CANDIDATES]]


def _for_involved(line: str, organisation: Organisation) -> list[Candidate]:
    if _is_officer(line, organisation):
        return []
    near = near_names(organisation, line, limit=len(organisation.officers))
    officers = [identifier for identifier in near if identifier in organisation.officers]
    return [_candidate(organisation, identifier) for identifier in officers[:MAX_CANDIDATES]]


def _candidate(organisation: Organisation, identifier: str) -> Candidate:
    somebody = _somebody(organisation, identifier)
    place = somebody.office if isinstance(somebody, Officer) else somebody.body
    return Candidate(identifier, somebody.name, organisation.name_of(place) if place else "")


def _take(draft: Draft, number: int, organisation: Organisation, identifier: str) -> None:
    somebody, subject = _somebody(organisation, identifier), draft.subjects[number]
    subject.name = somebody.name
    if isinstance(somebody, Officer):
        subject.post = _POSTS[somebody.role]
        # The outside recipients are no body that can be chosen; their people are recognised by name alone.
        if somebody.office not in {EXT_OMB, OVS}:
            subject.body = somebody.office
    else:
        subject.post = somebody.post
        subject.body = somebody.body or ""
        subject.region = somebody.region or subject.region


def _somebody(organisation: Organisation, identifier: str) -> Officer | Person:
    return organisation.officers.get(identifier) or organisation.persons[identifier]


def _is_officer(typed: str, organisation: Organisation) -> bool:
    return any(
        same_name(typed, officer.name) or typed.strip() == officer.id
        for officer in organisation.officers.values()
    )


def _lines(typed: str) -> list[str]:
    return [line for line in typed.splitlines() if line.strip()][:MAX_INVOLVED]


def _chosen(question: Question, form: Form) -> str | None:
    """The candidate who was meant; anything else that was sent is no answer."""
    chosen = form.get(question.field)
    return chosen if chosen in {entry.id for entry in question.candidates} else None


def _number(question: Question) -> int:
    return int(question.field.rpartition("-")[2])
