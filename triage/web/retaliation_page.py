"""What a case about retaliation shows beside every other case's sections. It reads an opened case and stores nothing."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake.casefile import CaseFile
from intake.filing.about import BEFORE, DETRIMENT, presumed
from intake.protection.detriments import detriments
from intake.protection.noted import Noted, is_about_retaliation, noted_in
from intake.protection.presumption import Finding
from intake.roster import Roster
from triage.casework.justify import Answerable, Request, answerables, due_for, requests_of
from triage.casework.reading import CaseView
from triage.web import retaliation_words as words


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """One detriment, and whether it is presumed."""

    noted: Noted
    title: str
    way: str
    presumed: Finding | None


@dataclass(frozen=True, slots=True, repr=False)
class Retaliation:
    """One case about retaliation, for its page."""

    file: CaseFile
    roster: Roster
    today: date

    @property
    def detriments(self) -> list[Told]:
        """What was told, in order: the first in the report, every later one in a message."""
        entries = detriments().entries
        said = {entry.id: entry.content for entry in self.file.written if DETRIMENT in entry.content}
        items = {record.number: record.data.get("item") for record in self.file.records}
        found = []
        for noted in noted_in(self.file.records):
            item = items[noted.number]
            content = self.file.report if item is None else said.get(str(item), {})
            title = entries[noted.code].title if noted.code in entries else noted.code
            way = str(content.get(DETRIMENT, {}).get("way", ""))
            found.append(Told(noted, title, way, presumed(content)))
        return found

    @property
    def before(self) -> dict[str, str]:
        """The days of the first case, as they stood when it was told."""
        return dict(self.file.report.get(BEFORE, {}))

    @property
    def answerables(self) -> list[Answerable]:
        """Who has to be justified, and by whom."""
        return answerables(self.file, self.roster)

    @property
    def requests(self) -> list[Request]:
        """What was asked."""
        return requests_of(self.file)

    @property
    def waiting(self) -> Sequence[Request]:
        """What was not answered."""
        return [each for each in self.requests if each.given is None]

    @property
    def due(self) -> date:
        """When an answer to a request of today would be due."""
        return due_for(self.file, self.roster, self.today)

    def letter(self, answerable: Answerable) -> str:
        """What could be asked: every measure of these kinds, in the months in which they happened."""
        told = self.detriments
        days = sorted(each.noted.when for each in told if each.noted.when is not None)
        period = ""
        if days:
            first, last = days[0].replace(day=1), days[-1]
            last = last.replace(day=monthrange(last.year, last.month)[1])
            period = str(words.PERIOD) % {"first": first.isoformat(), "last": last.isoformat()}
        return str(words.LETTER) % {
            "to": self.roster.organisation.name_of(answerable.superior.id),
            "period": period,
            "what": "\n".join(f"- {title}" for title in dict.fromkeys(each.title for each in told)),
            "due": self.due.isoformat(),
        }


def retaliation_section(view: CaseView, roster: Roster, today: date) -> dict[str, Any]:
    """Names for the templates; nothing for every other case."""
    about = is_about_retaliation(view.file.report)
    return {
        "retaliation": Retaliation(view.file, roster, today) if about else None,
        "retaliation_words": words,
    }
