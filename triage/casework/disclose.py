"""Asking custodians to open what they keep: the name that a reporter left in confidence, or a file's untouched original.

A panel agrees on it, on a ground from the list. Then two custodians are asked whom nobody chose, one after the other, and not
before the reporter had time to object; unless the same panel said why the reporter must not be told before. Nothing opens here:
what this leaves is a letter, which a custodian answers (`triage.custody`). Whoever proposed it reads what comes of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import custody
from crypto.encoding import parse_object, to_text, unpack
from crypto.errors import CryptoError
from crypto.item import ItemPlace, open_item
from crypto.keys import KeyPair, new_id
from intake.casefile import CaseFile
from intake.database.case_tables import Event, Identity
from intake.events import EventKind
from intake.evidence.attachments import Entry
from intake.identity.confidence import NAME, Asked, Confidence, Generation, confidence_of, is_custodian
from intake.identity.custodians import Pair, draw, fit_pairs
from intake.identity.grounds import grounds
from intake.identity.kept import compartment_of
from intake.identity.letters import LetterKind, burn, write_letter
from intake.identity.roll import barred_from
from intake.notices import NoticeKind
from intake.record import ITEM_KIND
from intake.roster import Roster
from intake.standing import standing_of
from triage.casework.acting import Acting
from triage.casework.desk import MAX_TEXT
from triage.casework.evidence import evidence_of
from triage.casework.forms import Sent
from triage.casework.measures import Content, Ground, Measure
from triage.casework.panel import Proposal
from triage.casework.position import office_of
from triage.casework.refusals import CorrectThisError, NotNowError, Reason

ABOUT, UNTOLD, ENDANGERS = "about", "untold", "endangers"
"""Fields of the proposal: what is asked for, whether the reporter is not told before, and what that would endanger."""
FIELDS = (ABOUT, UNTOLD, ENDANGERS)
SOUGHT, TRIED = "sought", "tried"
"""What a notice to the level above says."""


def originals_of(file: CaseFile) -> list[Entry]:
    """The files whose untouched original is kept under this case's own custody key."""
    return [
        piece.entry
        for piece in evidence_of(file).pieces
        if piece.entry.original is not None and piece.entry.original.case == file.id
    ]


def first_generation(file: CaseFile) -> Generation | None:
    """The custodians that the case began with, who keep the originals."""
    return confidence_of(file.records[:1]).generation


def may_ask(file: CaseFile, roster: Roster, holders: Collection[str], today: date) -> bool:
    """Whether there is anything that custodians could be asked for, and none has a request before them that they can answer."""
    confidence = confidence_of(file.records)
    waiting = confidence.open_request(today)
    barred = barred_from(holders, file, standing_of(file, roster))
    free = waiting is None or _is_stuck(waiting, file, roster, holders, barred)
    return free and (confidence.has_name or bool(originals_of(file)))


def _form(sent: Sent, ground: Ground) -> dict[str, Any]:
    about = sent.get(ABOUT, "") or NAME
    untold = sent.get(UNTOLD, "") == "yes"
    endangers = sent.get(ENDANGERS, "").replace("\r\n", "\n").strip()
    if untold and not endangers:
        raise CorrectThisError(Reason.UNTOLD_NEEDS_REASON)
    if len(endangers) > MAX_TEXT:
        raise CorrectThisError(Reason.TEXT_TOO_LONG)
    content = {ABOUT: about, UNTOLD: untold, ENDANGERS: endangers if untold else ""}
    _check(content, ground)
    return content


def _check(content: Content, ground: Ground) -> None:
    about, file = str(content[ABOUT]), ground.file
    confidence = confidence_of(file.records)
    if about == NAME and not confidence.has_name:
        raise NotNowError(Reason.NO_NAME)
    if about != NAME and about not in {entry.id for entry in originals_of(file)}:
        raise CorrectThisError(Reason.NO_ORIGINAL)
    waiting = confidence.open_request(ground.today)
    barred = barred_from(ground.holders, file, standing_of(file, ground.roster))
    if waiting is not None and not _is_stuck(waiting, file, ground.roster, ground.holders, barred):
        raise NotNowError(Reason.SOUGHT_ALREADY)
    if _drawn(about, confidence, ground.file, ground.roster, barred, ground.today) is None:
        raise NotNowError(Reason.NO_CUSTODIANS)


def _is_stuck(
    waiting: Asked, file: CaseFile, roster: Roster, holders: Collection[str], barred: Collection[str]
) -> bool:
    """Whether a request can be answered no more, so that it is asked anew: a custodian who has still to answer is gone, or
    whoever asked.
    """
    keepers = _keepers(waiting.about, confidence_of(file.records), file)
    keys = {} if keepers is None else dict(keepers.custodians)
    left = waiting.custodians if waiting.agreed is None else waiting.custodians[1:]
    gone = any(who in barred or not is_custodian(roster, who, keys.get(who, "")) for who in left)
    return gone or waiting.by not in holders


def _keepers(about: str, confidence: Confidence, file: CaseFile) -> Generation | None:
    return confidence.generation if about == NAME else first_generation(file)


def _drawn(
    about: str,
    confidence: Confidence,
    file: CaseFile,
    roster: Roster,
    barred: Collection[str],
    today: date,
) -> Pair | None:
    keepers = _keepers(about, confidence, file)
    if keepers is None:
        return None
    pairs = fit_pairs(keepers.custodians, roster, office_of(file), barred)
    return draw(pairs, confidence.asked, today)


def _effect(_acting: Acting, _proposal: Proposal) -> dict[str, Any]:
    return {}


def _afterwards(acting: Acting, proposal: Proposal) -> None:
    """Ask the first custodian. Raises NotNowError when what the record says was left is not there."""
    file, roster = acting.reread(), acting.roster
    confidence, standing = confidence_of(file.records), standing_of(file, roster)
    about = str(proposal.content[ABOUT])
    barred = barred_from(acting.holders(), file, standing)
    pair = _drawn(about, confidence, file, roster, barred, acting.today)
    if pair is None or proposal.by not in acting.holders():
        raise NotNowError(Reason.NO_CUSTODIANS)
    asker = roster.officers[proposal.by]
    untold = proposal.content[UNTOLD] is True
    calendar = roster.organisation.calendar
    earliest = acting.today if untold else grounds().waits[proposal.reason].after(acting.today, calendar)
    request = new_id()
    told = {
        "request": request,
        "about": about,
        "by": asker.id,
        "role": str(asker.role),
        "office": asker.office,
        "ground": proposal.reason,
        "grounds": grounds().version,
        "earliest": earliest.isoformat(),
        "until": grounds().answer_within.after(earliest, calendar).isoformat(),
        "untold": untold,
        "custodians": [pair.first, pair.second],
        "readers": sorted({pair.first, pair.second, *standing.overseers(roster)[1]}),
    }
    content = {**told, "date": acting.today.isoformat(), **_handed(acting.session, file, about, pair)}
    notices = tell_above(acting, SOUGHT)
    burn(acting.session, file.id, _asked_before(confidence))
    acting.tell(EventKind.SOUGHT, {**told, "proposal": proposal.id, "notices": notices})
    letter = {
        **content,
        "text": proposal.text,
        "endangers": proposal.content[ENDANGERS],
        "first_key": file.pairs[0].public.as_text(),
        "reporter": file.reporter.as_text(),
        "proof": _proof(acting.session, file.id, acting.reread().newest),
    }
    acting.session.add(
        write_letter(
            file.id,
            (pair.first, roster.keys_of(pair.first)),
            LetterKind.ASK,
            acting.author,
            letter,
            case_pair=acting.reread().newest,
        )
    )
    acting.session.flush()


def _asked_before(confidence: Confidence) -> Iterable[str]:
    return {who for each in confidence.asked[-1:] if each.end is None for who in each.custodians}


def _handed(session: Session, file: CaseFile, about: str, pair: Pair) -> dict[str, Any]:
    """What the custodians need to open it: it lies sealed in the case, where they have no way to it. Raises NotNowError."""
    try:
        if about == NAME:
            found = compartment_of(session, file)
            return {
                "lock": found.lock.id,
                "key": found.lock.key.as_text(),
                "sealed": to_text(found.sealed),
                "pair": pair.number,
                "envelope": to_text(found.pairs[pair.number]),
            }
        row = session.get_one(Identity, file.id)
        entry = next(each for each in originals_of(file) if each.id == about)
        envelopes = unpack(row.pairs, custody.PAIRS)
    except CryptoError as error:
        raise NotNowError(Reason.NAME_ALTERED) from error
    return {
        "lock": "",
        "key": to_text(row.custody_public),
        "sealed": "",
        "original": entry.as_json()["original"],
        "pair": pair.number,
        "envelope": to_text(envelopes[pair.number]),
    }


def _proof(session: Session, case: str, pair: KeyPair) -> dict[str, str]:
    """The newest event of the record, opened: so a custodian sees that the reporter is told the same."""
    event = session.scalars(
        select(Event).where(Event.case_id == case).order_by(Event.number.desc()).limit(1)
    ).one()
    opened = open_item(pair, ItemPlace(ITEM_KIND, case, event.id), event.body, event.case_key)
    outer = parse_object(opened.content)
    return {"event": event.id, "nonce": outer["nonce"], "content": outer["event"]}


def tell_above(acting: Acting, what: str) -> list[str]:
    """The level above learns that somebody sought an identity: office, priority and what came of it, never a name."""
    standing = standing_of(acting.file, acting.roster)
    content = {"office": office_of(acting.file), "priority": str(standing.decision.priority), "what": what}
    return acting.notify(standing.overseers(acting.roster)[1], NoticeKind.IDENTITY, content)


DISCLOSE = Measure(_form, _effect, _check, afterwards=_afterwards)
