"""The second look at what goes to a reporter: does it name an officer, somebody reported, or a place on a machine by accident?

It warns and never forbids: whoever sends the same text again has looked. Pure; it reads an opened case and the roster, and
knows no page. A receipt code opens answers and never the report (A5), so an answer must not tell what the report is about.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crypto.keys import is_id
from intake.casefile import CaseFile
from intake.database.case_tables import ItemKind
from intake.roster import Roster
from triage.casework.people import office_of
from triage.casework.refusals import CorrectThisError, Reason, RefusedError

SHORTEST_PART = 4  # letters: "Ann" or "Lee" inside a sentence says too little to be worth a warning
QUOTED_WORDS, QUOTED_LETTERS = 7, 12
"""So many in a row are a quotation: fewer, people say by chance."""
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,}")
_PATH = re.compile(
    r"(?<![^\W_])[A-Za-z]:[\\/][^\s\"<>|]*"  # C:\reports\17
    r"|\\\\[^\s\\]+\\[^\s\"<>|]*"  # \\server\share
    r"|file:/[^\s\"<>]*"
    r"|(?<![\w/:.~])~?(?:/[\w.\-]+){2,}/?"  # /home/milo/17, and not "and/or" or an address on the web
    r"|(?<![\w/:.~])~/[\w.\-]+"
)
# Only from where a run of letters begins, and without giving any of it back: a long word must not cost its square.
_ADDRESS = re.compile(r"(?<![^\s@<>()\[\],;:])[^\s@<>()\[\],;:]++@[^\s@<>()\[\],;:]+\.[^\s@<>()\[\],;:.]+")
_DATE = re.compile(r"(?<!\d)(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4})(?!\d)")
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d(?:[ ().\-/]{0,2}\d){6,}")


class Clue(StrEnum):
    """What a text may give away."""

    OFFICER = "officer"
    """A name, a part of one, or a login name."""
    SUBJECT = "subject"
    """Somebody or some body that is reported, as the report names them."""
    PATH = "path"
    """A place on somebody's machine or in an office's network."""
    ADDRESS = "address"
    """An e-mail address."""
    PHONE = "phone"
    CASE = "case"
    """The internal id of a case."""
    QUOTE = "quote"
    """The reporter's own words: who finds the receipt code must not learn what was reported."""


@dataclass(frozen=True, slots=True)
class Found:
    """One place in a text; ``start`` and ``end`` count characters."""

    start: int
    end: int
    clue: Clue


class LookAgainError(CorrectThisError):
    """The text may say something by accident. ``text`` is what was looked at; ``looked`` lets the same text pass next time."""

    def __init__(self, text: str, found: Sequence[Found]) -> None:
        super().__init__(Reason.LOOK_AGAIN)
        self.text = text
        self.found = tuple(found)

    @property
    def looked(self) -> str:
        """What the form sends along when the officer has looked."""
        return fingerprint(self.text)

    @property
    def pieces(self) -> list[tuple[str, Clue | None]]:
        """The text cut at what was found, to be shown in place."""
        parts: list[tuple[str, Clue | None]] = []
        at = 0
        for found in self.found:
            parts += [(self.text[at : found.start], None), (self.text[found.start : found.end], found.clue)]
            at = found.end
        return [part for part in (*parts, (self.text[at:], None)) if part[0]]


def check_looked(text: str, looked: str, file: CaseFile, roster: Roster) -> None:
    """Return if nothing was found, or if the officer has looked at this very text. Raises LookAgainError."""
    if looked == fingerprint(text):
        return
    found = look(text, file, roster)
    if found:
        raise LookAgainError(text, found)


def fingerprint(text: str) -> str:
    """Names a text, so that a changed one is looked at anew. No secret: the page shows the text itself."""
    return hashlib.sha256(text.encode()).hexdigest()


def all_of(refusals: Iterable[RefusedError]) -> LookAgainError | None:
    """What several cases found in one and the same text, as one; None when none of them did."""
    found = [refused for refused in refusals if isinstance(refused, LookAgainError)]
    if not found:
        return None
    return LookAgainError(found[0].text, _without_overlaps(hit for refused in found for hit in refused.found))


def look(text: str, file: CaseFile, roster: Roster) -> list[Found]:
    """Everything in a text for this case's reporter that deserves a second look, in order, without overlaps."""
    hits = [
        *_patterns(text),
        *_quotes(text, file),
        *_Names(_near_officers(file, roster), SHORTEST_PART).found_in(text, Clue.OFFICER),
        *_Names(_all_officers(roster), SHORTEST_PART, only_capitals=True).found_in(text, Clue.OFFICER),
        *_Names(_subjects(file, roster), SHORTEST_PART).found_in(text, Clue.SUBJECT),
        *_Names(_bodies(file, roster), None).found_in(text, Clue.SUBJECT),
    ]
    return _without_overlaps(hits)


def check_looked_without_case(text: str, looked: str, roster: Roster) -> None:
    """The same for whoever looks after a reporter and does not know the report: places, numbers, and every officer's name.

    Raises LookAgainError.
    """
    if looked == fingerprint(text):
        return
    names = _Names(_all_officers(roster), SHORTEST_PART, only_capitals=True)
    found = _without_overlaps([*_patterns(text), *names.found_in(text, Clue.OFFICER)])
    if found:
        raise LookAgainError(text, found)


def _patterns(text: str) -> Iterator[Found]:
    for found in _PATH.finditer(text):
        yield Found(found.start(), found.end(), Clue.PATH)
    for found in _ADDRESS.finditer(text):
        yield Found(found.start(), found.end(), Clue.ADDRESS)
    # Dates look like telephone numbers, and every second letter to a reporter has one.
    for found in _PHONE.finditer(_DATE.sub(lambda date: "x" * len(date[0]), text)):
        yield Found(found.start(), found.end(), Clue.PHONE)
    for found in _TOKEN.finditer(text):
        if is_id(found[0]):
            yield Found(found.start(), found.end(), Clue.CASE)


def _quotes(text: str, file: CaseFile) -> Iterator[Found]:
    """Runs of words, or of letters in scripts that write them together, which stand so in what the reporter wrote."""
    said = [file.report["answers"]["what"]]
    said += [entry.text for entry in file.written if entry.kind is ItemKind.MESSAGE]
    for pattern, least in ((_WORD, QUOTED_WORDS), (_UNSPACED, QUOTED_LETTERS)):
        known = {run for each in said for run in _runs([_fold(w[0]) for w in pattern.finditer(each)], least)}
        found = list(pattern.finditer(text))
        start = end = -1
        for at, run in enumerate(_runs([_fold(word[0]) for word in found], least)):
            if run not in known:
                continue
            if at > end:  # another quotation, further on
                if start >= 0:
                    yield Found(found[start].start(), found[end].end(), Clue.QUOTE)
                start = at
            end = at + least - 1
        if start >= 0:
            yield Found(found[start].start(), found[end].end(), Clue.QUOTE)


def _runs(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + length]) for at in range(len(words) - length + 1))


def _near_officers(file: CaseFile, roster: Roster) -> Iterator[str]:
    """Names and login names that slip in most easily: the handling office's, and those with a part in the case."""
    members = (member.id for member in roster.organisation.members_of(office_of(file)))
    for officer in {*members, *file.progress.handlers, *file.progress.readers}:
        yield officer
        yield roster.organisation.name_of(officer)
    yield from file.report["answers"].get("involved", "").splitlines()


def _all_officers(roster: Roster) -> Iterator[str]:
    return (officer.name for officer in roster.organisation.officers.values())


def _subjects(file: CaseFile, roster: Roster) -> Iterator[str]:
    for subject in file.report["subjects"]:
        yield subject.get("name") or ""
    for subject in file.report["facts"]["subjects"]:
        if isinstance(subject, str):
            yield roster.organisation.name_of(subject)


def _bodies(file: CaseFile, roster: Roster) -> Iterator[str]:
    for subject in file.report["subjects"]:
        yield subject.get("other") or ""
        yield roster.organisation.name_of(subject.get("body") or "")
    for body in file.report["bodies"]:
        yield roster.organisation.name_of(body)


class _Names:
    """Names to look for: whole, and, where ``part`` says from how many letters on, each of their words alone."""

    def __init__(self, names: Iterable[str], part: int | None, *, only_capitals: bool = False) -> None:
        self._only_capitals = only_capitals
        self._whole: dict[str, set[tuple[str, ...]]] = {}
        self._parts: set[str] = set()
        self._unspaced: set[str] = set()
        for name in names:
            words = tuple(_fold(word[0]) for word in _WORD.finditer(name))
            if not words:
                continue
            if len(words) > 1 or len(words[0]) >= SHORTEST_PART:
                self._whole.setdefault(words[0], set()).add(words)
            if part is not None:
                self._parts |= {word for word in words if len(word) >= part}
            if any(unicodedata.category(letter) == "Lo" for letter in name):
                self._unspaced.add(name.strip())

    def found_in(self, text: str, clue: Clue) -> Iterator[Found]:
        """Every place where one of the names stands."""
        words = [(found.start(), found.end(), _fold(found[0])) for found in _WORD.finditer(text)]
        folded = [word for _, _, word in words]
        for at, (start, end, word) in enumerate(words):
            for whole in self._whole.get(word, ()):
                if tuple(folded[at : at + len(whole)]) == whole and self._counts(text[start]):
                    yield Found(start, words[at + len(whole) - 1][1], clue)
            if word in self._parts and self._counts(text[start]):
                yield Found(start, end, clue)
        # Scripts that write words together, or hang particles on them, have no word edges to go by.
        for name in self._unspaced:
            for found in re.finditer(re.escape(name), text):
                yield Found(found.start(), found.end(), clue)

    def _counts(self, first: str) -> bool:
        """In a large roster "will", "may" and "rose" are names: only with a capital are they meant."""
        return not (self._only_capitals and first.islower())


def _fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().replace("’", "'").removesuffix("'s")


def _without_overlaps(hits: Iterable[Found]) -> list[Found]:
    kept: list[Found] = []
    for hit in sorted(hits, key=lambda found: (found.start, -found.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept
