"""The circle of a case: who holds its key. Writing into a case, granting, and beginning a new epoch when somebody leaves.

Knows nothing of who may do so: the back office's policy asks first. Everything here runs inside the caller's transaction, so
an act happens whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from crypto import epoch
from crypto.encoding import canonical_json
from crypto.envelope import is_for
from crypto.item import ItemPlace, seal_item
from crypto.keys import KeyPair, new_id
from intake.casefile import CaseFile
from intake.database.case_tables import Case, Epoch, Grant, Item, ItemKey, ItemKind, Recipient
from intake.events import EventKind
from intake.protection.compartment import key_row
from intake.record import Author, Letterbox, append_event, head_of, report_fingerprint
from intake.roster import Roster


def write_item(
    session: Session, box: Letterbox, author: Author, kind: ItemKind, today: date, content: Mapping[str, Any]
) -> dict[str, str]:
    """Seal an answer (to reporter and case), a note or a paper (to the case); returns what its event's data says of it.

    ``content`` has a ``text``; for an answer the author's ``role`` and ``office``, for a paper its ``form`` and fields.
    """
    place = ItemPlace(kind.value, box.case, new_id())
    number = head_of(session, box.case).number + 1
    document = {**content, "author": author.name, "date": today.isoformat(), "number": number}
    to_reporter = kind is ItemKind.ANSWER
    recipients = (box.public, box.reporter) if to_reporter else (box.public,)
    sealed = seal_item(place, canonical_json(document), author.pair, recipients)
    session.add(Item(id=place.item, case_id=box.case, kind=kind, body=sealed.body))
    session.flush()
    session.add(ItemKey(item_id=place.item, recipient=Recipient.CASE, epoch=box.epoch, sealed=sealed.keys[0]))
    if to_reporter:
        session.add(ItemKey(item_id=place.item, recipient=Recipient.REPORTER, epoch=0, sealed=sealed.keys[1]))
    return {"item": place.item, "body": report_fingerprint(sealed.body)}


def grant_newest(session: Session, file: CaseFile, roster: Roster, officers: Iterable[str]) -> None:
    """Give officers the newest epoch's key, and the key of every earlier epoch that no link leads to."""
    held = set(holders(session, file.id))
    for officer in officers:
        if officer in held:
            continue
        for number, pair in roots(session, file).items():
            sealed = epoch.grant(file.id, number, roster.keys_of(officer), pair.unsafe_seed)
            session.add(Grant(officer_id=officer, case_id=file.id, epoch=number, sealed=sealed))


def holders(session: Session, case: str) -> list[str]:
    """Who holds a grant of the newest epoch, in the order of ids."""
    newest = select(Case.epoch).where(Case.id == case).scalar_subquery()
    return list(
        session.scalars(
            select(Grant.officer_id)
            .where(Grant.case_id == case, Grant.epoch == newest)
            .order_by(Grant.officer_id)
        )
    )


def begin_epoch(
    session: Session, file: CaseFile, actor: Author, roster: Roster, circle: Iterable[str]
) -> KeyPair:
    """A new key for a new circle: what comes later is closed to everybody else. Returns the new epoch's pair.

    Granted to the new circle, signed by the previous epoch's key and by ``actor``, sealed for recovery; every other grant goes.
    The act that caused it is told, and everything that follows from it stored anew (intake.derived), in the same transaction.
    """
    number = file.epoch + 1
    pair = KeyPair.generate()
    record = epoch.EpochRecord(file.id, number, pair.public, actor.name)
    session.add(
        Epoch(
            case_id=file.id,
            number=number,
            public=pair.public.raw,
            signer=actor.name,
            signatures=epoch.sign_record(record, chain=file.newest, signer=actor.pair),
            link=epoch.link(file.id, number, pair.public, file.newest.unsafe_seed),
            recovery=epoch.seal_for_recovery(file.id, number, roster.recovery, pair.unsafe_seed),
        )
    )
    session.add(key_row(file.id, number, pair))
    keys = {n: p for n, p in roots(session, file).items() if n != file.epoch} | {number: pair}
    session.execute(delete(Grant).where(Grant.case_id == file.id))
    for officer in sorted(set(circle)):
        for root, root_pair in keys.items():
            sealed = epoch.grant(file.id, root, roster.keys_of(officer), root_pair.unsafe_seed)
            session.add(Grant(officer_id=officer, case_id=file.id, epoch=root, sealed=sealed))
    session.execute(update(Case).where(Case.id == file.id).values(epoch=number))
    session.flush()
    return pair


def seal_again_for_recovery(session: Session, file: CaseFile, roster: Roster) -> None:
    """After the recovery key was rotated, whoever acts seals the case's keys to the new one: the old one opens them no more."""
    stored = session.execute(select(Epoch.number, Epoch.recovery).where(Epoch.case_id == file.id)).all()
    for number, sealed in stored:
        if number in file.pairs and not is_for(roster.recovery, sealed):
            again = epoch.seal_for_recovery(file.id, number, roster.recovery, file.pairs[number].unsafe_seed)
            session.execute(
                update(Epoch).where(Epoch.case_id == file.id, Epoch.number == number).values(recovery=again)
            )


def tell(
    session: Session, box: Letterbox, author: Author, kind: EventKind, today: date, data: dict[str, Any]
) -> None:
    """Add the act's event. Raises IntegrityError when somebody else acted first."""
    append_event(session, box, author, kind, today, data)


def roots(session: Session, file: CaseFile) -> dict[int, KeyPair]:
    """The newest epoch and every epoch that ends a run of links: together their seeds open everything."""
    unlinked = session.scalars(
        select(Epoch.number).where(Epoch.case_id == file.id, Epoch.link.is_(None), Epoch.number > 0)
    )
    numbers = {file.epoch} | {number - 1 for number in unlinked}
    return {number: file.pairs[number] for number in sorted(numbers)}
