"""The conclusion: every question of the closing form, and what follows when the panel agrees.

The form is checked when it is proposed (`closing_form`) and carried out when the last member agrees (`conclude`); between the
two nothing of it can change, and no finding either (policy.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from crypto.keys import new_id
from intake.casefile import CaseFile
from intake.catalogues import CatalogueName, Detail, Entry, Track, load_catalogue
from intake.intake_types import Closing, intake_types
from intake.joins import joined_facts
from intake.protection.noted import is_about_retaliation
from intake.roster import Roster
from intake.states import CaseState
from triage.casework.acting import Acting
from triage.casework.call_up import tell_above
from triage.casework.classify import marks_of
from triage.casework.clocks import (
    CORRECTIVE,
    HELD,
    PROGRESS,
    REFERRAL,
    RESULT,
    due_after,
    iso,
    newly_met,
    one_of,
)
from triage.casework.corrections import open_corrections, open_referrals
from triage.casework.find import KNOWINGLY_FALSE, allegations_of, called
from triage.casework.forms import MAX_LINE, FormReader, Sent
from triage.casework.justify import open_requests
from triage.casework.led import FINDING, grades_of, led_conclusion, who_led
from triage.casework.panel import Proposal
from triage.casework.refusals import NotNowError, Reason
from triage.casework.small_circle import CIRCLE_FIELDS, answered

SUBSTANTIATED = frozenset({"established", "partly"})
"""The grades of a finding by which something was found out."""
NONE, SOME = "none", "some"
NO, YES = "no", "yes"
MOST_ROWS = 10
KNEW_ROWS = tuple((f"knew-{n}-who", f"knew-{n}-what") for n in range(MOST_ROWS))
CORRECT_ROWS = tuple(
    (f"correct-{n}-what", f"correct-{n}-owner", f"correct-{n}-due", f"correct-{n}-standard")
    for n in range(MOST_ROWS)
)
CLOSING_REPEATED = ("outcome", FINDING)
_SINGLE = (
    "heard",
    "heard-how",
    "remedy",
    "knew",
    "correct",
    "told",
    "clear",
    "clear-circle",
    "lessons",
    *CIRCLE_FIELDS,
)


def detail_field(code: str, detail: str) -> str:
    """The form field of a detail of an outcome."""
    return f"outcome-{code}-{detail}"


def closing_fields() -> tuple[str, ...]:
    """Every field of the form that comes once. ``outcome`` and FINDING repeat."""
    outcomes = load_catalogue(CatalogueName.OUTCOMES).entries.values()
    details = (detail_field(entry.code, need) for entry in outcomes for need in entry.needs)
    rows = (name for row in (*KNEW_ROWS, *CORRECT_ROWS) for name in row)
    return (*_SINGLE, *rows, *details)


def closing_form(fields: Sent, file: CaseFile, roster: Roster, today: date) -> dict[str, Any]:
    """What the form says, checked, as a proposal keeps it.

    Raises NotNowError while an allegation has no finding, or the case that leads this one no conclusion; CorrectThisError with
    every field that is missing or wrong.
    """
    asked = asked_of(file)
    leading = led_conclusion(file)
    if leading is None and Closing.FINDINGS in asked and _without_finding(file):
        raise NotNowError(Reason.NO_FINDING)
    reader = FormReader(fields, today, due_after(file, roster, CORRECTIVE, today))
    grades = grades_of(reader, file, leading, needed=Closing.FINDINGS in asked)
    # What is not asked for can still be answered.
    outcomes = outcomes_of(reader) if Closing.OUTCOMES in asked or reader.chosen("outcome") else []
    # What the leading case promised is owed and followed up there.
    promised = outcomes if leading is None else [each for each in outcomes if each not in leading["outcomes"]]
    marks = marks_of(file)
    knew = Closing.KNEW in asked or fields.get("knew", "")
    content = {
        "intake": file.brought.value,
        "asked": [answer.value for answer in asked],
        "findings": [
            {
                "allegation": allegation.id,
                "words": called(file, roster.organisation, allegation),
                "grade": grades[allegation.id],
                "codes": marks.get(allegation.id, {}),
            }
            for allegation in allegations_of(file)
            if allegation.id in grades
        ],
        **(_harmed(reader) if Closing.HEARD in asked else {}),
        "knew": _knew(reader) if knew else [],
        "outcomes": outcomes,
        "corrections": [*_carried(file), *_corrections(reader), *_talks(promised)],
        "referrals": [*_awaited(file), *_referrals(promised)],
        "told": reader.text("told"),
        "name_to_clear": _circle_to_clear(reader)
        if Closing.CLEAR in asked or fields.get("clear", "")
        else "",
        "lessons": reader.optional("lessons"),
        **who_led(file, roster),
        "catalogues": {
            **{name.value: load_catalogue(name).version for name in CatalogueName},
            "intakes": intake_types().version,
        },
    }
    if is_unremedied(content, file):
        reader.faults["correct"] = Reason.REMEDY_MISSING
    reader.check()
    # A referral tells somebody outside what only a few could know.
    referred = _on(Track.REFERRAL, promised)
    return content | (answered(file, roster.organisation, fields) if referred else {})


def asked_of(file: CaseFile) -> tuple[Closing, ...]:
    """What a conclusion has to answer, by what the reporter brought and whether somebody is accused in it by now, or in a case
    that was joined with it.
    """
    matters = (file.report, *joined_facts(file))
    named = any(matter["subjects"] or matter["bodies"] for matter in matters) or any(
        allegation.words for allegation in allegations_of(file)
    )
    return intake_types().paths[file.brought].answers(named=named)


def check_findings(content: Mapping[str, Any], file: CaseFile) -> None:
    """Every allegation that needs a finding has one in the conclusion. Raises NotNowError.

    Asked again of a signed proposal: whoever can write to the database could have proposed a report's end as a suggestion's.
    """
    concluded = {finding["allegation"] for finding in content["findings"]}
    if is_unremedied(content, file):
        raise NotNowError(Reason.REMEDY_MISSING)
    if Closing.FINDINGS in asked_of(file) and {entry.id for entry in allegations_of(file)} - concluded:
        raise NotNowError(Reason.NO_FINDING)


def _without_finding(file: CaseFile) -> bool:
    return any(allegation.finding is None for allegation in allegations_of(file))


def is_unremedied(content: Mapping[str, Any], file: CaseFile) -> bool:
    """Whether retaliation was found out, and nothing is to be put right (M19): an owner and a day for each thing, or no end."""
    found_out = any(finding["grade"] in SUBSTANTIATED for finding in content["findings"])
    return is_about_retaliation(file.report) and found_out and not content["corrections"]


def finds_falsehood(content: Mapping[str, Any]) -> bool:
    """Whether a conclusion says that somebody reported what they knew to be false."""
    return any(finding["grade"] == KNOWINGLY_FALSE for finding in content["findings"])


def conclude(acting: Acting, proposal: Proposal) -> dict[str, Any]:
    """Carry a conclusion out: what its event says. The clocks of every promise begin, and the level above is told.

    Raises NotNowError when the level above has to be told and nobody can be.
    """
    file, roster, today = acting.file, acting.roster, acting.today
    clocks = {RESULT: due_after(file, roster, RESULT, today)}
    for name, entries in ((CORRECTIVE, "corrections"), (REFERRAL, "referrals")):
        for entry in proposal.content[entries]:
            clocks[one_of(name, entry["id"])] = date.fromisoformat(entry["due"])
    return {
        "state": CaseState.CONCLUDED.value,
        "clocks": iso(clocks),
        "met": newly_met(file, today, HELD, PROGRESS, *open_requests(file)),
        **tell_above(acting),
    }


def _harmed(reader: FormReader) -> dict[str, Any]:
    """How the person harmed was heard, or why not; and what is done about the harm."""
    return {
        "heard": {"was": reader.choice("heard", (YES, NO)), "how": reader.text("heard-how")},
        "remedy": reader.text("remedy"),
    }


def _knew(reader: FormReader) -> list[dict[str, str]]:
    """Who else knew and did not act: an explicit none, or who and what they failed to do (mechanism 11)."""
    answer = reader.choice("knew", (NONE, SOME))
    rows = reader.rows(KNEW_ROWS)
    _check_rows(reader, "knew", answer, rows, KNEW_ROWS[0][0])
    return [{"who": reader.text(who, MAX_LINE), "what": reader.text(what, MAX_LINE)} for who, what in rows]


def _corrections(reader: FormReader) -> list[dict[str, str]]:
    answer = reader.choice("correct", (NONE, SOME))
    rows = reader.rows(CORRECT_ROWS)
    _check_rows(reader, "correct", answer, rows, CORRECT_ROWS[0][0])
    return [
        {
            "id": new_id(),
            "what": reader.text(what, MAX_LINE),
            "owner": reader.text(owner, MAX_LINE),
            "due": reader.day(due),
            "standard": reader.optional(standard, MAX_LINE),
        }
        for what, owner, due, standard in rows
    ]


def _check_rows(reader: FormReader, name: str, answer: str, rows: Iterable[Any], first: str) -> None:
    if answer == NONE and rows:
        reader.faults[name] = Reason.CONTRADICTION
    if answer == SOME and not rows:
        reader.faults[first] = Reason.INCOMPLETE_FORM


def outcomes_of(reader: FormReader) -> list[dict[str, str]]:
    """A set: recording one never closes another track (mechanism 75), and only an explicit none stands alone."""
    entries = load_catalogue(CatalogueName.OUTCOMES).entries
    chosen = reader.chosen("outcome")
    if not chosen:
        reader.faults["outcome"] = Reason.INCOMPLETE_FORM
    elif chosen - set(entries):
        reader.faults["outcome"] = Reason.UNKNOWN_OUTCOME
    elif len(chosen) > 1 and any(entries[code].alone for code in chosen):
        reader.faults["outcome"] = Reason.CONTRADICTION
    return [_outcome(reader, entry) for code, entry in entries.items() if code in chosen]


def _outcome(reader: FormReader, entry: Entry) -> dict[str, str]:
    return {
        "code": entry.code,
        **{need.value: _detail(reader, need, detail_field(entry.code, need)) for need in entry.needs},
    }


def _detail(reader: FormReader, need: Detail, name: str) -> str:
    if need is Detail.DUE:
        return reader.day(name)
    if need is Detail.CAUSE:
        return reader.choice(name, load_catalogue(CatalogueName.ACCOUNTABILITY).entries)
    if need is Detail.CONSENT:
        return reader.choice(name, (YES,))
    return reader.text(name, MAX_LINE)


def _talks(outcomes: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """A talk is owed like a corrective action: held, kept in a signed record, checked by another person (mechanism 51)."""
    return [
        {"id": new_id(), "what": outcome["code"], "owner": outcome["person"], "due": outcome["due"]}
        for outcome in _on(Track.TALK, outcomes)
    ]


def _referrals(outcomes: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    return [
        {"id": new_id(), "what": outcome["code"], "recipient": outcome["recipient"], "due": outcome["due"]}
        for outcome in _on(Track.REFERRAL, outcomes)
    ]


def _on(track: Track, outcomes: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
    entries = load_catalogue(CatalogueName.OUTCOMES).entries
    return [outcome for outcome in outcomes if entries[outcome["code"]].track is track]


def _carried(file: CaseFile) -> list[dict[str, str]]:
    """What an earlier conclusion promised and nobody has verified: taking a case up again ends no promise."""
    return [
        {
            "id": action.id,
            "what": action.what,
            "owner": action.owner,
            "due": action.due.isoformat(),
            "standard": action.standard,
        }
        for action in open_corrections(file)
    ]


def _awaited(file: CaseFile) -> list[dict[str, str]]:
    return [
        {
            "id": referral.id,
            "what": referral.what,
            "recipient": referral.recipient,
            "due": referral.due.isoformat(),
        }
        for referral in open_referrals(file)
    ]


def _circle_to_clear(reader: FormReader) -> str:
    """In which circle a name must be cleared, or an empty text."""
    if reader.choice("clear", (NO, YES)) == YES:
        return reader.text("clear-circle", MAX_LINE)
    return ""
