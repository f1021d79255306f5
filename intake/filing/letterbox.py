"""What every new letterbox is given, whether somebody filed a report or a panel split one: the first key and who gets it, the
compartments of files and of a name, the slip, the notices. Pure; knows neither draft nor case file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from crypto import custody, epoch
from crypto.encoding import canonical_json, pack
from crypto.envelope import Place, Purpose, seal_padded
from crypto.keys import KeyPair, PublicKeys, new_id
from intake.database.case_tables import Epoch, Grant, Identity, Slip
from intake.identity.compartment import Compartment, Name, listed, make_compartment
from intake.identity.confidence import NAME
from intake.notices import Letter, NoticeKind, letters
from intake.record import Letterbox
from intake.roster import Roster
from intake.routing import Decision, addressees


def first_epoch(case: str, pair: KeyPair, roster: Roster) -> Epoch:
    """Epoch 0. What vouches for its key is the mailbox row, or the act of the panel that made the case."""
    record = epoch.first_record(case, pair)
    return Epoch(
        case_id=case,
        number=0,
        public=record.public.raw,
        signer=record.signer,
        signatures=b"",
        link=None,
        recovery=epoch.seal_for_recovery(case, 0, roster.recovery, pair.unsafe_seed),
    )


def first_grants(case: str, pair: KeyPair, roster: Roster, officers: Iterable[str]) -> list[Grant]:
    """Epoch 0 for each of these."""
    return [
        Grant(
            officer_id=officer,
            case_id=case,
            epoch=0,
            sealed=epoch.grant(case, 0, roster.keys_of(officer), pair.unsafe_seed),
        )
        for officer in officers
    ]


def compartments(
    box: Letterbox,
    files: KeyPair,
    custodians: Sequence[PublicKeys],
    name: Name | None,
    reporter: KeyPair | None,
) -> tuple[Identity, Compartment]:
    """The compartments of files and of a name, of one size whether or not one is in it. Each has a key of its own."""
    made = make_compartment(box.case, box.public, custodians, name, reporter)
    row = Identity(
        case_id=box.case,
        custody_public=files.public.raw,
        sealed=made.to_bytes(),
        pairs=pack(*custody.pair_envelopes(box.case, custodians, files.unsafe_seed)),
    )
    return row, made


def told_of(made: Compartment, custodians: Sequence[str], roster: Roster, *, name: bool) -> dict[str, object]:
    """What a first event says of the compartment: the case and its reporter read it."""
    return {
        "id": made.lock.id,
        "sealed": made.fingerprint,
        "custodians": listed(roster, custodians),
        NAME: name,
    }


def slip_of(content: Mapping[str, object], gate: PublicKeys) -> Slip:
    """A slip for the worker: ids of a case and of what it is about, never content."""
    slip = new_id()
    sealed = seal_padded(gate, Place(Purpose.SLIP, "slip", slip), canonical_json(dict(content)))
    return Slip(id=slip, sealed=sealed)


def notices_of(
    case: str, decision: Decision, roster: Roster, today: date, *, only: Collection[str] = tuple(NoticeKind)
) -> list[Letter]:
    """What the decision says must be told to which officers (S17). The grant itself brings the case into the queue."""
    written: list[Letter] = []
    for notice, officers in sorted(addressees(roster.organisation, decision, roster.certified).items()):
        name, _, office = notice.partition(":")
        if name not in only:
            continue
        content = {
            "case": case,
            "office": decision.handling_unit,
            "addressed": office,
            "priority": str(decision.priority),
            "clocks": {clock: due.isoformat() for clock, due in sorted(decision.clocks.items())},
        }
        written += letters(roster, officers, NoticeKind(name), today, content)
    return written
