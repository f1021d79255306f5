"""Taking copies of a case's files along, as one archive with a manifest: who took what, when, and by which fingerprints.

Every file is read to its end first. Then the event and its paper, which names the files, are stored; only then anything is
given away, and only what the paper names. What was missing or damaged stands in paper and manifest. Knows no page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from crypto.encoding import to_text
from crypto.errors import MalformedError
from crypto.keys import is_id
from intake.casefile import CaseFile, Written
from intake.events import EventKind
from intake.evidence.store.protocol import Store
from intake.record import EventRecord
from intake.roster import Roster
from triage.casework.desk import Actor, Desk
from triage.casework.evidence import Broken, Evidence, Harm, Piece, evidence_of, given_away, harm_of
from triage.casework.policy import RULES, Act
from triage.casework.position import position_of
from triage.casework.reading import open_to_read
from triage.casework.refusals import NoSuchCaseError, NotNowError, Reason
from triage.casework.zipping import Member

COPIES = "copies"
FORMAT = "underseal-evidence-1"
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
_CLEANED, _UNCLEANED = "cleaned", "not-cleaned"


@dataclass(frozen=True, slots=True, repr=False)
class Copies:
    """Copies that this officer took today: what the archive holds."""

    file: CaseFile
    paper: Written
    record: EventRecord
    roster: Roster
    pieces: Sequence[Piece]
    harmed: Sequence[tuple[Piece, Harm]]
    broken: Sequence[Broken]

    @property
    def name(self) -> str:
        """The archive's, of nothing but the case's id, the day and the event."""
        return f"evidence-{self.file.id[:8]}-{self.record.date.isoformat()}-{self.record.number}.zip"

    def members(self, store: Store) -> list[Member]:
        """What the archive holds: first what says what is in it. Their contents raise as ``evidence.given_away``."""
        paths = {piece.entry.id: _path(number, piece) for number, piece in enumerate(self.pieces, 1)}
        manifest = json.dumps(_manifest(self, paths), ensure_ascii=False, indent=1).encode() + b"\n"
        sums = {paths[piece.entry.id]: piece.entry.blob.sha256.hex() for piece in self.pieces}
        sums[MANIFEST] = hashlib.sha256(manifest).hexdigest()
        listed = "".join(f"{digits}  {path}\n" for path, digits in sums.items())
        return [
            _made(MANIFEST, manifest),
            _made(SUMS, listed.encode()),
            *(_stored(store, paths[piece.entry.id], piece) for piece in self.pieces),
        ]


def take_copies(desk: Desk, actor: Actor, case: str, store: Store, *, seen: int | None = None) -> str:
    """Record that copies are taken; the id of the paper that says of what. A form that was sent twice takes one.

    Raises as ``Desk.act``; NotNowError where there is nothing to take; StoreError.
    """
    file = open_to_read(desk, actor, case)
    RULES[Act.EXPORT].check(position_of(file, actor.officer, actor.today))
    harms = {piece.entry.id: harm_of(store, piece.entry.blob) for piece in evidence_of(file).pieces}
    with desk.act(actor, case, Act.EXPORT) as acting:
        for record, paper in _taken(acting.file, actor):
            if seen is not None and record.number > seen:
                return paper.id
        evidence = evidence_of(acting.file)
        # A file that came meanwhile was not read: it waits for the next time.
        read = [piece for piece in evidence.pieces if piece.entry.id in harms]
        if not any(harms[piece.entry.id] is None for piece in read):
            raise NotNowError(Reason.NOTHING_TO_EXPORT)
        said = acting.paper(COPIES, "", {"files": [_said(piece, harms[piece.entry.id]) for piece in read]})
        acting.tell(EventKind.EXPORTED, said)
    return said["item"]


def _said(piece: Piece, harm: Harm | None) -> dict[str, Any]:
    ref = piece.entry.blob
    said = {"id": ref.id, "length": ref.length, "sha256": ref.sha256.hex()}
    return said if harm is None else {**said, "harm": harm.value}


def copies_of(desk: Desk, actor: Actor, case: str, paper: str) -> Copies:
    """What this officer took today. Raises CryptoError, NoSuchCaseError.

    Copies of somebody else or of another day are not there: whoever wants them takes them, and the record says so.
    """
    if not is_id(paper):
        raise NoSuchCaseError
    file = open_to_read(desk, actor, case)
    found = next(((record, each) for record, each in _taken(file, actor) if each.id == paper), None)
    if found is None:
        raise NoSuchCaseError
    record, written = found
    evidence = evidence_of(file)
    whole, harmed = _as_said(evidence, written.content.get("files", ()))
    return Copies(file, written, record, actor.roster, whole, harmed, evidence.broken)


def taken_today(file: CaseFile, actor: Actor) -> list[tuple[EventRecord, Written]]:
    """The copies that this officer took today, the newest first."""
    return _taken(file, actor)[::-1]


def _taken(file: CaseFile, actor: Actor) -> list[tuple[EventRecord, Written]]:
    papers = {paper.id: paper for paper in file.papers(COPIES)}
    return [
        (record, papers[record.data["item"]])
        for record in file.records
        if record.kind is EventKind.EXPORTED
        and (record.actor, record.date) == (actor.officer.id, actor.today)
        and record.data.get("item") in papers
    ]


def _as_said(
    evidence: Evidence, said: Iterable[dict[str, Any]]
) -> tuple[list[Piece], list[tuple[Piece, Harm]]]:
    """What the paper names. Raises MalformedError: who can write to the database writes what they like into their own."""
    whole: list[Piece] = []
    harmed: list[tuple[Piece, Harm]] = []
    try:
        for each in said:
            piece = evidence.find(each["id"])
            if piece is not None and "harm" in each:
                harmed.append((piece, Harm(each["harm"])))
            elif piece is not None:
                whole.append(piece)
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedError("a paper about copies does not say of what") from error
    return whole, harmed


def _made(path: str, data: bytes) -> Member:
    return Member(path, len(data), lambda: (data,))


def _stored(store: Store, path: str, piece: Piece) -> Member:
    ref = piece.entry.blob
    return Member(path, ref.length, lambda: given_away(store, ref))


def _path(number: int, piece: Piece) -> str:
    # The number makes it the only one, also where two names differ in nothing that a file system sees.
    folder = _CLEANED if piece.entry.cleaned else _UNCLEANED
    return f"{folder}/{number:03}-{piece.entry.name}"


def _manifest(copies: Copies, paths: dict[str, str]) -> dict[str, Any]:
    organisation = copies.roster.organisation
    record = copies.record
    officer = copies.roster.officers[record.actor]
    return {
        "format": FORMAT,
        "case": copies.file.id,
        "exported": record.date.isoformat(),
        "by": {"officer": officer.id, "name": organisation.name_of(officer.id), "office": officer.office},
        "record": {"event": record.number, "commitment": to_text(record.commitment)},
        "files": [{"path": paths[piece.entry.id], **_described(piece)} for piece in copies.pieces],
        "not_in_archive": [
            *({**_described(piece), "why": harm.value} for piece, harm in copies.harmed),
            *({"from": _from(broken), "why": broken.fault.value} for broken in copies.broken),
        ],
    }


def _described(piece: Piece) -> dict[str, Any]:
    entry = piece.entry
    described: dict[str, Any] = {
        "id": entry.id,
        "name": entry.name,
        "kind": entry.kind,
        "media_type": entry.media_type,
        "length": entry.blob.length,
        "sha256": entry.blob.sha256.hex(),
        "cleaned": entry.cleaned,
        "not_cleaned": None if entry.reason is None else entry.reason.value,
        "traces": entry.findings.as_json(),
        "taken_out_on_choice": sorted(drop.value for drop in entry.dropped),
        "from": _from(piece),
    }
    if entry.original is not None:
        kept = entry.original
        described["original_kept"] = {"id": kept.blob, "length": kept.length, "sha256": kept.sha256.hex()}
    return described


def _from(each: Piece | Broken) -> dict[str, str]:
    source = each.source
    return {"what": "message" if source.message else "report", "date": source.day.isoformat()}
