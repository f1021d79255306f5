"""A report becomes a bundle of sealed rows. Pure: no database, no clock. When this returns, the case key is forgotten.

The rows are everything a case can never be given later: epoch 0, grants, recovery, ladder, the compartments, slip, leaf 0,
the authenticated mailbox row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crypto.encoding import canonical_json, pack
from crypto.item import ItemPlace, seal_item
from crypto.keys import KeyPair, PublicKeys, new_id
from crypto.receipt import ReceiptKeys
from crypto.symmetric import seal_value
from intake import ladder, watch
from intake.card import Card, seal_card, title_of
from intake.database.base import State
from intake.database.case_tables import Case, Event, Item, ItemKey, ItemKind, MailboxRow, Recipient, Slip
from intake.database.evidence_tables import Evidence
from intake.database.log_tables import WaitingStatement
from intake.drafts import Draft
from intake.events import EventKind
from intake.evidence.attachments import Custody, entries_of
from intake.filing.about import Retaliation
from intake.filing.assess import Assessment, sum_answers
from intake.filing.letterbox import (
    compartments,
    first_epoch,
    first_grants,
    notices_of,
    slip_of,
    told_of,
)
from intake.identity.compartment import Compartment, Name
from intake.identity.confidence import COMPARTMENT
from intake.identity.custodians import custodians_for
from intake.intake_types import intake_types, said_to_the_reporter
from intake.notices import dispatch
from intake.protection.bands import BAND, Stood
from intake.protection.card import ProtectionCard
from intake.protection.compartment import first_rows
from intake.protection.contacts import contacts_of
from intake.protection.noted import KIND
from intake.protection.of_case import risk_answers, risk_said
from intake.protection.plan_due import reached_said
from intake.protection.triggers import STAGES
from intake.protection.triggers import VERSION as STAGES_VERSION
from intake.record import (
    EMPTY,
    REPORTER,
    Author,
    ChainHead,
    Letterbox,
    make_event,
    report_fingerprint,
)
from intake.roster import Roster
from intake.routing import first_recipients, rungs
from intake.statements import kinds as statements
from intake.states import CaseState

VERSION = 1


@dataclass(frozen=True, slots=True)
class Circle:
    """Who can open the case from the first minute, and who could at most."""

    recipients: tuple[str, ...]
    at_most: int
    roles: dict[str, int]

    def as_document(self, office: str) -> dict[str, Any]:
        """What the mailbox shows of it: roles and numbers, no name."""
        return {"office": office, "at_most": self.at_most, "roles": self.roles}


@dataclass(frozen=True, slots=True, repr=False)
class Sealing:
    """Everything a bundle is made from."""

    draft: Draft
    assessment: Assessment
    circle: Circle
    roster: Roster
    receipt: ReceiptKeys
    today: date
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Blob → bytes of its stored object, for every file that the report takes along."""
    about: Retaliation | None = None
    """What a retaliation case says beside its report."""


def circle_of(roster: Roster, assessment: Assessment) -> Circle:
    """First recipients, and everybody of the final office who could get a grant by assignment."""
    decision = assessment.decision
    recipients = first_recipients(roster.organisation, decision, roster.certified)
    possible = [
        member
        for member in roster.organisation.members_of(decision.handling_unit)
        if member.id in roster.certified and member.id not in decision.excluded_officers
    ]
    roles = Counter(str(member.role) for member in possible if member.id in recipients)
    return Circle(recipients, len(possible), dict(sorted(roles.items())))


def first_contacts(roster: Roster, assessment: Assessment, circle: Circle) -> tuple[str, ...]:
    """Who looks after the reporter from the first minute."""
    return contacts_of(
        roster,
        assessment.decision.handling_unit,
        excluded=assessment.decision.excluded_officers,
        team=circle.recipients,
        reporter_unit=assessment.facts.reporter_unit,
    )


def bundle(sealing: Sealing) -> list[list[State]]:
    """Every row of the new case, in groups that are stored one after the other."""
    case = new_id()
    pair = KeyPair.generate()
    custody_pair = KeyPair.generate()  # of files
    author = Author(REPORTER, sealing.receipt.reporter(case))
    box = Letterbox(case, 0, pair.public, author.pair.public)
    custodians = _custodians(sealing)
    keys = [sealing.roster.keys_of(who) for who in custodians]
    identity, made = compartments(box, custody_pair, keys, _name(sealing), author.pair)
    report = _report_item(sealing, box, author, custody_pair.public)
    card = _card(sealing)
    written = notices_of(case, sealing.assessment.decision, sealing.roster, sealing.today)
    notices = tuple(letter.id for letter in written)
    first = _first_event(sealing, box, author, report[0], notices, made)
    return [
        [
            Case(
                id=case,
                office=sealing.assessment.decision.handling_unit,
                state=CaseState.RECEIVED,
                epoch=0,
                wake=card.next_due(),
                card=seal_card(card, case, 0, pair),
                rule_version=sealing.assessment.decision.rule_version,
            ),
            _mailbox_row(sealing, box, custody_pair.public, made),
        ],
        [
            first_epoch(case, pair, sealing.roster),
            *first_grants(case, pair, sealing.roster, sealing.circle.recipients),
            report[0],
            first,
            *_told(sealing, box, author, first),
            *_stated(sealing, box),
            identity,
            *_compartment(sealing, case, pair, author),
            *ladder.rows(case, 0, _ladder(sealing, box, pair), sealing.roster.gate),
            _slip(sealing, case),
            watch.row_of(_watch(sealing, box, notices), author, sealing.roster.gate),
            # Every filing leaves one dispatch, empty or not: that one waits says nothing.
            dispatch(sealing.roster.gate, written, sealing.today),
            *(Evidence(id=blob, case_id=case, size=size) for blob, size in sorted(sealing.sizes.items())),
        ],
        [report[1]],
    ]


def _report_item(
    sealing: Sealing, box: Letterbox, author: Author, custody_public: PublicKeys
) -> tuple[Item, ItemKey]:
    draft, assessment = sealing.draft, sealing.assessment
    content = {
        "v": VERSION,
        "filed": sealing.today.isoformat(),
        "language": draft.language,
        "answers": draft.case_answers,
        "subjects": [
            {
                key: value
                for key in ("name", "post", "body", "other", "region")
                if (value := getattr(subject, key))
            }
            for subject in draft.subjects
            if not subject.empty
        ],
        "bodies": draft.bodies,
        "evidence": entries_of(draft.files, Custody(box.case, custody_public)),
        "catalogues": {"intakes": intake_types().version},
        "facts": assessment.document,
        "decision": assessment.decision.as_json(),
        "severity": assessment.severity.as_json(),
        "risk": assessment.risk.as_json(),
        "reporter": author.pair.public.as_text(),
        "custody": custody_public.as_text(),
        **(sealing.about.as_content() if sealing.about is not None else {}),
    }
    place = ItemPlace(ItemKind.REPORT.value, box.case, new_id())
    sealed = seal_item(place, canonical_json(content), author.pair, (box.public,))
    return (
        Item(id=place.item, case_id=box.case, kind=ItemKind.REPORT, body=sealed.body),
        ItemKey(item_id=place.item, recipient=Recipient.CASE, epoch=0, sealed=sealed.keys[0]),
    )


def _compartment(sealing: Sealing, case: str, pair: KeyPair, author: Author) -> list[State]:
    """The protection compartment, for whoever looks after the reporter and does not get the case (M07)."""
    draft, assessment, roster = sealing.draft, sealing.assessment, sealing.roster
    decision, facts = assessment.decision, assessment.facts
    contacts = first_contacts(roster, assessment, sealing.circle)
    given = sum_answers(draft.answers, assessment.document, roster.organisation, attached=bool(draft.files))
    day = sealing.today.isoformat()
    card = ProtectionCard(
        office=decision.handling_unit,
        received=day,
        state=CaseState.RECEIVED.value,
        kind=facts.kind.value,
        bands=((day, assessment.risk.band.value),),
        risk=risk_said(assessment.risk.as_json()),
        answers=risk_answers(given),
        assessed=day,
        team=len(sealing.circle.recipients),
        reached=reached_said(Stood(sealing.today, assessment.risk.band, 0)),
    )
    return first_rows(case, pair, author.pair.public, contacts, roster, card)


def _card(sealing: Sealing) -> Card:
    decision = sealing.assessment.decision
    return Card(
        title=title_of(sealing.draft.answer("what")),
        category=sealing.draft.answer("category"),
        intake=sealing.draft.path.code.value,
        stage=sealing.draft.answer("stage"),
        priority=str(decision.priority),
        severity=sealing.assessment.severity.band.value,
        band=sealing.assessment.risk.band.value,
        received=sealing.today.isoformat(),
        clocks={name: due.isoformat() for name, due in sorted(decision.clocks.items())},
        reached=reached_said(Stood(sealing.today, sealing.assessment.risk.band, 0)),
        kind=sealing.assessment.facts.kind.value,
    )


def _mailbox_row(
    sealing: Sealing, box: Letterbox, custody_public: PublicKeys, made: Compartment
) -> MailboxRow:
    row = {
        "v": VERSION,
        "case": box.case,
        "key": box.public.as_text(),
        "custody": custody_public.as_text(),
        "name": made.lock.key.as_text(),
    }
    decision = sealing.assessment.decision
    # What a retaliation case needs to know: whoever is shut out here gets that one neither. No page shows it.
    needed = {
        "out": sorted(decision.excluded_officers),
        "unit": sealing.assessment.facts.reporter_unit or "",
    }
    content = canonical_json({**row, **needed})
    if len(content) > _ROOM:
        content = canonical_json(row)
    receipt = sealing.receipt
    sealed = seal_value(
        receipt.mailbox_key, pack(b"mailbox", receipt.locator_hash), content, floor=MAILBOX_BYTES
    )
    return MailboxRow(locator_hash=receipt.locator_hash, sealed=sealed)


_ROOM = 8000  # bytes of content; a row that would not fit says less, and a retaliation case goes further up
MAILBOX_BYTES = 8192  # every mailbox row has one size, now and when later versions put more into it


def _first_event(
    sealing: Sealing,
    box: Letterbox,
    author: Author,
    report: Item,
    notices: Sequence[str],
    made: Compartment,
) -> Event:
    decision = sealing.assessment.decision
    data = {
        "report": report_fingerprint(report.body),
        "rules": decision.rule_version,
        STAGES: STAGES_VERSION,
        "clocks": {name: due.isoformat() for name, due in sorted(decision.clocks.items())},
        "circle": sealing.circle.as_document(decision.handling_unit),
        "notices": list(notices),
        BAND: sealing.assessment.risk.band.value,
        statements.MARK: statements.VERSION,
        COMPARTMENT: told_of(made, _custodians(sealing), sealing.roster, name=_name(sealing) is not None),
        **({} if sealing.about is None else {KIND: sealing.assessment.facts.kind.value}),
        **said_to_the_reporter(sealing.draft.path.code),
    }
    nonce = sealing.receipt.first_nonce(box.case)
    return make_event(box, author, EventKind.FILED, sealing.today, data, EMPTY, nonce=nonce)


def _stated(sealing: Sealing, box: Letterbox) -> list[WaitingStatement]:
    """What the filing states, for the log, and a detriment with it."""
    keys = sealing.receipt.statements(box.case)
    rules = sealing.assessment.decision.rule_version
    statement = statements.filing(keys, box.reporter, sealing.today, rules)
    filed = WaitingStatement(commitment=statements.committed(keys.filing, statement))
    if sealing.about is None:
        return [filed]
    data = sealing.about.entry.as_event()
    nonce = sealing.about.nonce
    told = statements.waiting_beside(nonce, EventKind.DETRIMENT, sealing.today, data, box.reporter)
    return [filed, *told]


def _told(sealing: Sealing, box: Letterbox, author: Author, first: Event) -> list[State]:
    """The detriment that a retaliation case begins with, right after its leaf."""
    if sealing.about is None:
        return []
    head = ChainHead(first.number, first.commitment)
    data = sealing.about.entry.as_event()
    nonce = sealing.about.nonce
    return [make_event(box, author, EventKind.DETRIMENT, sealing.today, data, head, nonce=nonce)]


def _custodians(sealing: Sealing) -> tuple[str, ...]:
    decision, roster = sealing.assessment.decision, sealing.roster
    circle = first_recipients(roster.organisation, decision, roster.certified)
    return custodians_for(roster, decision.handling_unit, {*decision.excluded_officers, *circle})


def _name(sealing: Sealing) -> Name | None:
    name = sealing.draft.answer("identity_name").strip()
    return Name(name, sealing.draft.answer("identity_contact").strip()) if name else None


def _ladder(sealing: Sealing, box: Letterbox, pair: KeyPair) -> list[ladder.PeeledRung]:
    assessment, roster = sealing.assessment, sealing.roster
    steps = rungs(roster.organisation, assessment.facts, assessment.decision)
    return ladder.build(box.case, steps, {0: pair.unsafe_seed}, roster, box.reporter)


def _watch(sealing: Sealing, box: Letterbox, notices: tuple[str, ...]) -> watch.Watch:
    assessment = sealing.assessment
    keys = (box.public, box.reporter)
    return watch.first_watch(box.case, keys, assessment.facts, assessment.decision, sealing.roster, notices)


def _slip(sealing: Sealing, case: str) -> Slip:
    if sealing.about is not None:
        # One reporter, however often they are hit: whoever counts independent reports about a body counts the first alone.
        return slip_of({"case": case, "bodies": [], "persons": []}, sealing.roster.gate)
    facts = sealing.assessment.document
    described = [subject for subject in facts["subjects"] if isinstance(subject, dict)]
    bodies = {subject["body"] for subject in described if "body" in subject} | set(facts["bodies"])
    listed = [subject for subject in facts["subjects"] if isinstance(subject, str)]
    return slip_of({"case": case, "bodies": sorted(bodies), "persons": sorted(listed)}, sealing.roster.gate)
