"""A case in the middle of an act: what it was when the act began, and the few things that an act can do to it.

Whatever an act writes, tells or grants goes through here; ``finish`` makes everything that follows from it. Knows no rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from crypto.errors import BrokenSealError
from crypto.keys import KeyPair, PublicKeys
from intake import circle
from intake.casefile import CaseFile, read_file
from intake.database.case_tables import ItemKind
from intake.derived import store_derived
from intake.events import EventKind
from intake.following import follow_up
from intake.joins import partners_of
from intake.notices import NoticeKind, dispatch, letters
from intake.record import Author, Letterbox
from intake.roster import Officer, Roster


@dataclass(slots=True, repr=False)
class Acting:
    """The open transaction of one act of one officer. ``file`` stays what it was when the act began."""

    session: Session
    file: CaseFile
    author: Author
    officer: Officer
    roster: Roster
    gate: PublicKeys
    today: date
    other: Acting | None = field(default=None, init=False)
    """The same officer's hands in a second case, where an act writes into two; what follows there is stored with it."""
    _pairs: dict[int, KeyPair] = field(init=False)
    _told: bool = field(default=False, init=False)
    _left: bool = field(default=False, init=False)
    """Whether somebody left who must not hold the cases that are joined with this one either."""

    def __post_init__(self) -> None:
        self._pairs = dict(self.file.pairs)

    @property
    def box(self) -> Letterbox:
        """Where to write now."""
        newest = max(self._pairs)
        return Letterbox(self.file.id, newest, self._pairs[newest].public, self.file.reporter)

    def tell(self, kind: EventKind, data: Mapping[str, Any]) -> None:
        """Add the act's event. The reporter can read its data: no name of an officer, no content of a paper."""
        circle.tell(self.session, self.box, self.author, kind, self.today, dict(data))
        self._told = True
        self._left = self._left or kind is EventKind.RECUSED

    def answer(self, text: str) -> dict[str, str]:
        """Store an answer that names its author's role and office, never the person. What its event says of it."""
        content = {"text": text, "role": self.officer.role, "office": self.officer.office}
        return self._write(ItemKind.ANSWER, content)

    def note(self, text: str) -> dict[str, str]:
        """Store a note for the circle. What its event says of it."""
        return self._write(ItemKind.NOTE, {"text": text})

    def paper(self, form: str, text: str, content: Mapping[str, Any]) -> dict[str, str]:
        """Store a paper for the circle: ``content`` holds the form's fields. What its event says of it."""
        return self._write(ItemKind.PAPER, {**content, "form": form, "text": text})

    def grant(self, officers: Iterable[str]) -> None:
        """Give officers the newest key. Nobody whom `intake.standing` excludes may be among them."""
        circle.grant_newest(self.session, self.file, self.roster, officers)
        self.session.flush()

    def holders(self) -> list[str]:
        """Who holds the newest key now."""
        return circle.holders(self.session, self.file.id)

    def begin_epoch(self, officers: Iterable[str]) -> None:
        """A new key, for these alone. Once in an act, before its event is told."""
        pair = circle.begin_epoch(self.session, self.file, self.author, self.roster, officers)
        self._pairs[self.file.epoch + 1] = pair

    def notify(self, officers: Iterable[str], kind: NoticeKind, content: Mapping[str, Any]) -> list[str]:
        """Tell officers outside the case that something happened; the ids belong into the event's data as ``notices``."""
        written = letters(self.roster, officers, kind, self.today, {"case": self.file.id, **content})
        if written:
            self.session.add(dispatch(self.gate, written, self.today))
        return [letter.id for letter in written]

    def reread(self) -> CaseFile:
        """The case as it is by now, in the middle of the act. Raises CryptoError."""
        file = read_file(self.session, self.file.id, self._pairs, self.roster, self.gate)
        if file is None:
            raise BrokenSealError("the case vanished in the middle of an act")
        return file

    def finish(self) -> None:
        """Read the case again and store what follows from the act. Raises CryptoError.

        Nothing follows where no event tells of an act: a form that was sent twice ends no silence ("seen, not acted").
        """
        if self.other is not None:
            self.other.finish()
        if not self._told:
            return
        file = self.reread()
        store_derived(self.session, file, self.author, self.roster, self.gate, self.today)
        going = set(partners_of(self.file)) - (set() if self._left else set(partners_of(file)))
        follow_up(self.session, self.file.id, sorted(going), self.gate, self.today)

    def _write(self, kind: ItemKind, content: Mapping[str, Any]) -> dict[str, str]:
        return circle.write_item(self.session, self.box, self.author, kind, self.today, content)
