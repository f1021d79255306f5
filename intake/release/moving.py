"""The release itself: a new epoch for a new circle, made by the gate, and all that follows from it, in one transaction.

Knows no rule of when: whoever calls has decided. The officers' grants of earlier epochs come out of a rung, or stay where they
are; the old circle keeps nothing that opens what comes later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from crypto import epoch
from crypto.encoding import from_text, to_text
from crypto.keys import KeyPair, PublicKeys
from intake import ladder
from intake import watch as watches
from intake.answering import among, answers_of, stands_for
from intake.barred import BARRED, seal_barred
from intake.database.case_tables import Epoch, Event, Grant
from intake.events import BY_REPORTER, EventKind
from intake.following import follow_up
from intake.identity.letters import burn
from intake.ladder import PeeledRung
from intake.lawful_tables import CONTACT_CLOCK, PANEL_CLOCK
from intake.notices import Letter, NoticeKind, letters
from intake.organisation import Duty
from intake.protection.compartment import begin_compartment, present_contacts
from intake.protection.contacts import contacts_of
from intake.record import GATE, Author, Letterbox, append_event
from intake.release.fitting import opened_anew, ways_out
from intake.release.holding import Held
from intake.routing import Notice, Priority, contact_period
from intake.standing import told_at
from intake.states import OVER, CaseState
from intake.watch import Watch, overdue_by, overseers, soonest

CONTACT = CONTACT_CLOCK
EXCLUSION = "exclusion"
"""The ``reason`` of a release because somebody must not read the case any more, or too few can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What a release does. ``rung``: where the case goes; None: it stays, and ``staying`` keeps it."""

    reason: str
    rung: PeeledRung | None
    staying: frozenset[str] = frozenset()
    """Holders whose grants stay where they are."""
    kind: str | None = None
    """Of which kind the case is from now on; None: as before."""
    state: CaseState | None = None
    clocks: Mapping[str, date] = field(default_factory=dict)
    restart: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()
    """Who is excluded from now on, besides those who were."""
    told: tuple[str, ...] = ()
    """Those of ``excluded`` whom the reporter named; the event, sealed to the new circle, repeats them."""
    received: date | None = None
    """The day that the clocks of a review count from."""
    asked: int | None = None
    """The number of the reporter's event that asked for this."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What the reporter wrote for the new circle, moved on unread (intake.upward)."""


def contact_anew(held: Held, day: date) -> dict[str, date]:
    """The clock of the first contact by the office that gets the case on ``day``; none where its priority asks for none."""
    organisation, watch = held.organisation, held.watch
    period = contact_period(organisation.pack, Priority(watch.priority), urgent=watch.urgent)
    return {} if period is None else {CONTACT: period.after(day, organisation.calendar)}


@dataclass(frozen=True, slots=True, repr=False)
class _NewKey:
    number: int
    pair: KeyPair


def carry_through(held: Held, release: Release) -> None:
    """Move the case. Raises sqlalchemy's IntegrityError when somebody acted in the same moment: nothing happened then."""
    if release.rung is not None and release.rung.office != held.watch.office:
        # Whoever was to vote holds the case no longer: the proposal ended with the move.
        ended = [PANEL_CLOCK] if PANEL_CLOCK in held.watch.clocks else []
        release = replace(release, restart=(*release.restart, *ended))
    # Whoever is shut out is asked for no name in it either.
    burn(held.session, held.row.id, release.excluded)
    key = _NewKey(held.row.epoch + 1, KeyPair.generate())
    circle = release.staying | set(release.rung.grants if release.rung is not None else ())
    goes_on = _next_watch(held, release, key, circle)
    _publish(held, release, key)
    _begin_epoch(held, key)
    _begin_compartment(held, goes_on, key, circle)
    written = list(_letters(held, release, goes_on))
    held.session.add_all(letter.as_row() for letter in written)
    goes_on = replace(goes_on, notices=(*goes_on.notices, *(letter.id for letter in written)))
    number = _tell(held, release, goes_on, key, circle, [letter.id for letter in written])
    goes_on = replace(goes_on, number=number)
    _store(held, release, goes_on, key)
    joined = [*([held.watch.joined] if held.watch.joined else []), *(case for _, case in held.watch.leads)]
    follow_up(held.session, held.row.id, joined, held.gate.pair.public, held.gate.today)


def _next_watch(held: Held, release: Release, key: _NewKey, circle: frozenset[str]) -> Watch:
    watch, rung = held.watch, release.rung
    moved = rung is not None and rung.office != watch.office
    clocks = {name: due for name, due in watch.clocks.items() if name not in release.restart}
    excluded = {*watch.excluded, *release.excluded}
    if release.kind is not None:
        excluded |= set(watch.involved)
    handlers = {who: task for who, task in watch.handlers.items() if who in circle and not moved}
    goes_on = replace(
        watch,
        epoch=key.number,
        key=key.pair.public.as_text(),
        office=rung.office if rung is not None else watch.office,
        panel=rung.panel if rung is not None and moved else watch.panel,
        state=(release.state or CaseState(watch.state)).value,
        kind=release.kind or watch.kind,
        received=watch.received if release.received is None else release.received.isoformat(),
        clocks=dict(sorted((clocks | _texts(release.clocks)).items())),
        missed={name: due for name, due in watch.missed.items() if name not in release.restart},
        late=overdue_by(watch, held.gate.today, release.restart),
        excluded=tuple(sorted(excluded)),
        handlers=handlers,
        reviews=watch.reviews + (release.reason == "review"),
        served=watch.served if release.asked is None else (*watch.served, release.asked),
        asked={},
        **_kept(held, release),
        joined="" if moved else watch.joined,
        leads=() if moved else watch.leads,
        triggers=tuple(sorted({*watch.triggers, *([held.gate.today.isoformat()] if moved else [])})),
        escalated=None if moved else watch.escalated,
    )
    return goes_on if not moved and _still_answers(goes_on, watch) else _answering_anew(goes_on, held)


def _still_answers(goes_on: Watch, before: Watch) -> bool:
    officer = before.answers.get("officer", "")
    lost_task = officer in before.handlers and officer not in goes_on.handlers
    return bool(officer) and officer not in goes_on.excluded and not lost_task


def _answering_anew(watch: Watch, held: Held) -> Watch:
    """Nobody took the case up here yet: who answers for it follows from tasks that are left, and from the office."""
    roster = held.gate.roster
    officer = among({who: (task, 0) for who, task in watch.handlers.items()}, watch.excluded)
    officer = officer or stands_for(roster, watch.office, watch.excluded)
    return replace(watch, answers=answers_of(officer, held.gate.today, EventKind.RELEASED))


def _kept(held: Held, release: Release) -> dict[str, Any]:
    """A case that is taken up again is closed no more; an early deletion falls with it, or with the reporter's next act."""
    watch = held.watch
    spoken = select(Event.id).where(
        Event.case_id == watch.case, Event.number > watch.early, Event.kind.in_(BY_REPORTER)
    )
    stays = release.state is None and held.session.scalars(spoken.limit(1)).first() is None
    return {
        "closed": watch.closed if release.state is None else None,
        "early": watch.early if stays else -1,
        "early_on": watch.early_on if stays else None,
    }


def _publish(held: Held, release: Release, key: _NewKey) -> None:
    """The sealed grants of every earlier epoch, and one of the new epoch, for the whole new circle and for nobody else."""
    case, roster = held.row.id, held.gate.roster
    leaving = delete(Grant).where(Grant.case_id == case, Grant.officer_id.not_in(release.staying))
    held.session.execute(leaving)
    coming = release.rung.grants if release.rung is not None else {}
    for officer in sorted(coming.keys() - release.staying):
        for old, envelope in sorted(coming[officer].items()):
            held.session.add(
                Grant(officer_id=officer, case_id=case, epoch=int(old), sealed=from_text(envelope))
            )
    for officer in sorted(coming.keys() | release.staying):
        sealed = epoch.grant(case, key.number, roster.keys_of(officer), key.pair.unsafe_seed)
        held.session.add(Grant(officer_id=officer, case_id=case, epoch=key.number, sealed=sealed))


def _begin_epoch(held: Held, key: _NewKey) -> None:
    # No link: the gate never had the earlier seed. The circle's own grants lead to the earlier epochs.
    case, gate = held.row.id, held.gate
    record = epoch.EpochRecord(case, key.number, key.pair.public, GATE)
    held.session.add(
        Epoch(
            case_id=case,
            number=key.number,
            public=key.pair.public.raw,
            signer=GATE,
            signatures=epoch.sign_record(record, chain=gate.pair, signer=gate.pair),
            link=None,
            recovery=epoch.seal_for_recovery(case, key.number, gate.roster.recovery, key.pair.unsafe_seed),
        )
    )


def _begin_compartment(held: Held, watch: Watch, key: _NewKey, circle: frozenset[str]) -> None:
    """Whoever looks after the reporter from now on reads what comes; the next act of the new circle gives them the rest."""
    held.session.flush()
    contacts = contacts_of(
        held.gate.roster,
        watch.office,
        excluded=watch.excluded,
        team=circle,
        reporter_unit=watch.reporter_unit,
        present=present_contacts(held.session, watch.case),
    )
    reporter = PublicKeys.from_text(watch.reporter)
    begin_compartment(held.session, watch.case, key.number, key.pair, reporter, contacts, held.gate.roster)


def _letters(held: Held, release: Release, watch: Watch) -> Iterator[Letter]:
    """What has to be told outside the case, straight to its officers: the office that lost the case has no hand in it."""
    roster, today = held.gate.roster, held.gate.today
    for name in sorted(release.rung.notify) if release.rung is not None else ():
        kind, _, office = name.partition(":")
        if kind == Notice.SEALED_NOTICE:
            addressed, officers = overseers(watch, roster)
        elif kind in (Notice.PROTECTION_CONTACT, Notice.ACCOUNTABILITY_ENTRY):
            addressed, officers = office, told_at(roster, office, watch.excluded)
        else:  # the queue is the grant itself; the reporter reads the event
            continue
        if kind == Notice.PROTECTION_CONTACT:
            officers = tuple(who for who in officers if Duty.PROTECT in roster.officers[who].duties)
        content = {
            "case": watch.case,
            "office": watch.office,
            "addressed": addressed,
            "priority": watch.priority,
            "clocks": dict(watch.clocks),
            "reason": release.reason,
        }
        yield from letters(roster, officers, NoticeKind(kind), today, content)


def _tell(
    held: Held,
    release: Release,
    watch: Watch,
    key: _NewKey,
    circle: frozenset[str],
    notices: list[str],
) -> int:
    roster = held.gate.roster
    roles = Counter(roster.officers[officer].role for officer in circle)
    at_most = circle | set(told_at(roster, watch.office, watch.excluded))
    data: dict[str, Any] = {
        "reason": release.reason,
        "from": held.watch.office,
        "clocks": _texts(release.clocks),
        "restart": sorted(release.restart),
        "circle": {"office": watch.office, "at_most": len(at_most), "roles": dict(sorted(roles.items()))},
        "handlers": dict(watch.handlers),
        "notices": notices,
        **release.words,
    }
    if release.state is not None:
        data["state"] = release.state.value
    if release.received is not None:
        data["received"] = release.received.isoformat()
    if release.asked is not None:
        data["asked"] = release.asked
    if release.told:
        data["officers"] = sorted(release.told)
    box = Letterbox(watch.case, key.number, key.pair.public, PublicKeys.from_text(watch.reporter))
    held.session.flush()
    author = Author(GATE, held.gate.pair)
    if release.reason == EXCLUSION:
        data[BARRED] = seal_barred(box, author, release.excluded)
    return append_event(held.session, box, author, EventKind.RELEASED, held.gate.today, data).number


def _store(held: Held, release: Release, watch: Watch, key: _NewKey) -> None:
    """The clear columns, the ladder above with the new key added for everybody on it, the watch."""
    row, gate, organisation = held.row, held.gate, held.organisation
    row.office, row.state, row.epoch = watch.office, CaseState(watch.state), key.number
    row.wake = soonest(watch)
    quiet = organisation.pack.duties["quiet"]
    row.stale = None if row.state in OVER else quiet.after(gate.today, organisation.calendar)
    left = ways_out(held.rungs, watch, organisation, gate.roster)
    if watch.office != held.watch.office:
        left = opened_anew(left, watch, organisation, release.clocks.get(CONTACT))
    fresh = _fresh_grants(left, watch.case, key, held)
    for_all = [replace(rung, grants=_with_key(rung, key, fresh)) for rung in left]
    ladder.replace(held.session, watch.case, key.number, for_all, gate.pair.public)
    watches.store_asked(held.session, watch, gate.pair)
    held.session.flush()


def _fresh_grants(rungs: Sequence[PeeledRung], case: str, key: _NewKey, held: Held) -> dict[str, str]:
    """The new key for everybody above, once for each, on however many rungs they stand."""
    roster = held.gate.roster
    return {
        officer: to_text(epoch.grant(case, key.number, roster.keys_of(officer), key.pair.unsafe_seed))
        for officer in sorted({officer for rung in rungs for officer in rung.grants})
    }


def _with_key(rung: PeeledRung, key: _NewKey, fresh: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {officer: {**grants, str(key.number): fresh[officer]} for officer, grants in rung.grants.items()}


def _texts(days: Mapping[str, date]) -> dict[str, str]:
    return {name: day.isoformat() for name, day in sorted(days.items())}
