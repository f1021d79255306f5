"""The demo's organisation and its reports, as data. Filing them goes through the portal's own code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from itertools import cycle, islice
from typing import Any

from intake.drafts import Draft, DraftSubject
from intake.evidence.attachments import Attachment
from intake.organisation import Organisation
from triage.instances.sample_evidence import SAMPLES, Sample

ORGANISATION = "sample_organisation.json"
REPORTS = "sample_reports.json"


def sample_organisation() -> str:
    """An invented country's organisation file."""
    return files("triage.instances").joinpath(ORGANISATION).read_text(encoding="utf-8")


def sample_drafts(
    organisation: Organisation, number: int, attach: Callable[[Sample], Attachment]
) -> Iterator[Draft]:
    """``number`` drafts: every report in turn, each time about another body of its kind; files come with the first of each."""
    reports: list[dict[str, Any]] = json.loads(
        files("triage.instances").joinpath(REPORTS).read_text(encoding="utf-8")
    )
    for turn, report in enumerate(islice(cycle(reports), number)):
        draft = _draft(organisation, report, turn)
        if turn < len(reports):
            draft.files.extend(attach(SAMPLES[word]) for word in report.get("evidence", ()))
        yield draft


def _draft(organisation: Organisation, report: dict[str, Any], turn: int) -> Draft:
    bodies = [body for body in organisation.bodies if body.endswith(f"-{report['about']}")]
    body = bodies[turn % len(bodies)]
    draft = Draft.new()
    for name, value in report["answers"].items():
        draft.set(name, value)
    heads = organisation.registered_heads(body) if report["post"] == "head" else ()
    draft.subjects.append(DraftSubject(name=heads[0].name if heads else "", post=report["post"], body=body))
    return draft
