"""The pages on which the office above makes, changes and closes accounts of the offices below, two people for each.

Who may see or do it is asked of the roster at every request. Whoever stands above no office gets 403, whatever they ask about,
and so learns nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from urllib.parse import urlencode

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from intake.appointments import GROUNDS, Entry, Kind, People, history
from intake.organisation import OVS, Duty, Officer, Organisation, Role
from templates.web.request import Fields
from templates.web.routes import see_other
from triage.accounts.appointing import CORRECT, NotDoneError, NotYoursError, Signer, Wanted, tie_token
from triage.accounts.invitations import Invited
from triage.accounts.pending import Guest, Pending, Waiting, pending
from triage.accounts.session import OfficerSession
from triage.web import people_words
from triage.web.access import Access, Guarded, current_cookie, current_session
from triage.web.kept import kept_form_for
from triage.web.services import Services

INVITE, ASK = "/people/invite", "/people/ask"
SHOWN = 50
"""How many appointments a page shows, the newest first."""
_SEARCHED = 5_000
"""How far back they are looked for."""


@dataclass(frozen=True, slots=True)
class Line:
    """One person of an office, or somebody who is to become one."""

    id: str
    name: str
    member: Officer | None
    state: str
    waiting: Waiting | None
    guest: Guest | None

    @property
    def kind(self) -> Kind:
        """What new keys would be for this person."""
        return Kind.KEYS if self.state == "certified" else Kind.APPOINT


def stands_above(organisation: Organisation, session: OfficerSession) -> bool:
    """Whether these pages are for this officer at all: the oversight board, and every office with one below it."""
    mine = session.officer.office
    return mine == OVS or any(organisation.parent(office) == mine for office in organisation.offices)


def people(services: Services) -> ResponseReturnValue:
    """The offices below, or the people of one of them."""
    session = current_session()
    office = request.args.get("office", "") or _kept().get("office", "")
    if office:
        return _office_page(services, office)
    organisation = session.roster.organisation
    if not stands_above(organisation, session):
        abort(403)
    folded, mine = session.roster.people(), session.officer
    below = [
        each
        for each in organisation.offices
        if organisation.parent(each) == mine.office or mine.id in folded.signers(each)
    ]
    with services.appointing.databases.reading() as database:
        waiting = pending(database, folded, below, _today(services))
    return render_template(
        "triage/people.html",
        organisation=organisation,
        offices=[(each, _lines(folded, each, waiting)) for each in below],
        entries=_history(services, lambda each: _may_see(organisation, mine.office, each)),
        people_words=people_words,
    )


def invite(services: Services) -> ResponseReturnValue:
    """Let somebody enrol. The code is on this answer alone: it is kept nowhere, so that there is nothing to go back to."""
    form = request.form
    office, officer = form.get("office", ""), form.get("officer", "").strip()
    role = form.get("role", "")
    invited = Invited(
        officer,
        office,
        form.get("name", "").strip(),
        Role(role) if role in set(Role) else Role.OFFICER,
        frozenset(form.getlist("duty")),
    )
    try:
        code = services.appointing.invite(_signer(services), invited)
    except NotYoursError:
        abort(403)
    except NotDoneError as refused:
        return _refused(services, office, refused, "invite")
    _forget_kept(services)
    organisation = current_session().roster.organisation
    member = organisation.officers.get(officer)
    name = invited.name if member is None else member.name
    return render_template(
        "triage/people_code.html",
        organisation=organisation,
        office=office,
        officer=officer,
        name=name,
        code=code,
    )


def ask(services: Services) -> ResponseReturnValue:
    """The first signature."""
    form = request.form
    office = form.get("office", "")
    wanted = Wanted(
        officer=form.get("officer", ""),
        kind=form.get("kind", ""),
        ground=form.get("ground", ""),
        role=form.get("role", ""),
        duties=frozenset(form.getlist("duty")),
        tie=form.get("tie", ""),
        seen=form.get("seen", ""),
        compared=form.get("compared") == "1",
    )
    return _do(
        services, office, "ask", lambda signer: services.appointing.ask(signer, office, wanted), "asked"
    )


def confirm(services: Services) -> ResponseReturnValue:
    """The second signature."""
    form = request.form
    office, officer, seen = (form.get(name, "") for name in ("office", "officer", "seen"))
    return _do(
        services,
        office,
        "confirm",
        lambda signer: services.appointing.confirm(
            signer, officer, seen, compared=form.get("compared") == "1"
        ),
    )


def put_away(services: Services) -> ResponseReturnValue:
    """Put away what waits."""
    office, officer = request.form.get("office", ""), request.form.get("officer", "")
    return _do(
        services,
        office,
        "withdraw",
        lambda signer: services.appointing.withdraw(signer, office, officer),
        "withdrawn",
    )


def _do(
    services: Services, office: str, form: str, perform: Callable[[Signer], Kind | None], said: str = ""
) -> ResponseReturnValue:
    try:
        done = perform(_signer(services))
    except NotYoursError:
        abort(403)
    except NotDoneError as refused:
        return _refused(services, office, refused, form)
    _forget_kept(services)
    return see_other(f"/people?{urlencode({'office': office, 'said': said if done is None else done.value})}")


def _refused(services: Services, office: str, refused: NotDoneError, form: str) -> ResponseReturnValue:
    page = _office_page(services, office, refused=refused, form=form)
    return page, 422 if refused.refusal in CORRECT else 409


def _office_page(
    services: Services, office: str, *, refused: NotDoneError | None = None, form: str = ""
) -> str:
    session = current_session()
    # After a refusal the session's roster may be older than what made it so.
    roster = services.appointing.rosters.current(_today(services))
    organisation, mine = roster.organisation, session.officer
    if office not in organisation.offices or not _may_see(organisation, mine.office, office):
        abort(403)
    folded = roster.people()
    signers = folded.signers(office)
    with services.appointing.databases.reading() as database:
        waiting = pending(database, folded, [office], _today(services))
    typed: MultiDict[str, str] = MultiDict(request.form) if refused is not None else _kept()
    form = form or ("" if not typed else "ask" if typed.get("kind") else "invite")
    return render_template(
        "triage/people_office.html",
        organisation=organisation,
        office=office,
        lines=_lines(folded, office, waiting),
        signers=signers,
        may_sign=mine.id in signers,
        me=mine.id,
        today=_today(services),
        said=people_words.SAID.get(request.args.get("said", "")),
        refused=None if refused is None else people_words.REFUSALS[refused.refusal],
        at_fault="" if refused is None else people_words.FIELDS.get(refused.refusal, ""),
        form=form,
        typed=typed,
        people_words=people_words,
        duties=tuple(Duty),
        roles=tuple(Role),
        grounds=GROUNDS,
        declared=roster.declared,
        tie_token=tie_token,
        entries=_history(services, lambda each: each == office),
    )


def _lines(folded: People, office: str, waiting: Pending) -> list[Line]:
    """Everybody, those about whom something waits in front."""
    lines = [
        Line(
            each.id,
            each.name,
            each,
            _state(folded, each.id),
            waiting.asks.get(each.id),
            waiting.guests.get(each.id),
        )
        for each in folded.members_of(office)
    ]
    known = {line.id for line in lines}
    new = {
        **{one: each.ask.name for one, each in waiting.asks.items() if each.ask.office == office},
        **{one: each.invited.name for one, each in waiting.guests.items() if each.invited.office == office},
    }
    lines += [
        Line(one, new[one], None, "new", waiting.asks.get(one), waiting.guests.get(one))
        for one in sorted(new.keys() - known)
    ]
    return sorted(lines, key=lambda line: line.waiting is None and line.guest is None)


def _state(folded: People, officer: str) -> str:
    if folded.is_active(officer):
        return "certified"
    return "disabled" if officer in folded.officers else "no_keys"


def _history(services: Services, wanted: Callable[[str], bool]) -> list[Entry]:
    roster = current_session().roster
    with services.appointing.databases.reading() as database:
        found = islice(history(database, roster.head), _SEARCHED)
        return list(islice((each for each in found if wanted(each.signed.ask.office)), SHOWN))


def _may_see(organisation: Organisation, mine: str, office: str) -> bool:
    """What happens in an office is for everybody in the line above it, and for the board."""
    return mine == OVS or (office in organisation.offices and mine in organisation.path_up(office)[1:])


def _signer(services: Services) -> Signer:
    session = current_session()
    return Signer(session.officer.id, session.pair, _today(services))


def _today(services: Services) -> date:
    return services.desk.actor(current_session()).today


def _kept() -> MultiDict[str, str]:
    return kept_form_for(INVITE) or kept_form_for(ASK)


def _forget_kept(services: Services) -> None:
    session = current_session()
    if session.kept is not None and session.kept.path == request.path:
        services.sessions.forget_kept(current_cookie(), session)


ROUTES = (
    Guarded("/people", people, query=frozenset({"office", "said"}), access=Access.OFFICER),
    Guarded(
        INVITE,
        invite,
        post=Fields.of("office", "officer", "name", "role", "duty", repeatable=("duty",)),
        get=False,
        access=Access.OFFICER,
    ),
    Guarded(
        ASK,
        ask,
        post=Fields.of(
            "office",
            "officer",
            "kind",
            "ground",
            "role",
            "duty",
            "tie",
            "seen",
            "compared",
            repeatable=("duty",),
        ),
        get=False,
        access=Access.OFFICER,
    ),
    Guarded(
        "/people/confirm",
        confirm,
        post=Fields.of("office", "officer", "seen", "compared"),
        get=False,
        access=Access.OFFICER,
    ),
    Guarded(
        "/people/withdraw",
        put_away,
        post=Fields.of("office", "officer"),
        get=False,
        access=Access.OFFICER,
    ),
)
