"""What every new letterbox is given, whether somebody filed a report or a panel split one: the first key and who gets it, the
identity compartment, the slip, the notices. Pure; knows neither draft nor case file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from crypto import custody, epoch
from crypto.encoding import canonical_json, pack
from crypto.envelope import Place, Purpose, seal_padded
from crypto.keys import KeyPair, PublicKeys, new_id
from intake.database.case_tables import Epoch, Grant, Identity, Slip
from intake.notices import Letter, NoticeKind, letters
from intake.organisation import OVS, Duty
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


def empty_identity(case: str, pair: KeyPair, custodians: Sequence[PublicKeys]) -> Identity:
    """The compartment for a name, of one size whether or not one is in it."""
    return Identity(
        case_id=case,
        custody_public=pair.public.raw,
        sealed=custody.seal_identity(case, pair.public, b""),
        pairs=pack(*custody.pair_envelopes(case, custodians, pair.unsafe_seed)),
    )


def custodians_for(roster: Roster, decision: Decision, circle: Collection[str]) -> Sequence[PublicKeys]:
    """Up to six custodians from the offices above (and outside): never excluded, and at most one of the handling office.

    The nearest offices come first; the external recipients and the oversight board close the list. Whoever handles the case
    (``circle``) is never its custodian; nor is anybody excluded, who must not learn that it exists.
    """
    organisation = roster.organisation
    barred = {*decision.excluded_officers, *circle}
    chosen: list[str] = []
    for office in (*organisation.path_up(decision.handling_unit), OVS):
        fit = sorted(
            member.id
            for member in organisation.members_of(office)
            if Duty.CUSTODY in member.duties and member.id in roster.certified and member.id not in barred
        )
        chosen += fit[:1] if office == decision.handling_unit else fit
    return [roster.keys_of(officer) for officer in chosen[: custody.MAX_CUSTODIANS]]


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
