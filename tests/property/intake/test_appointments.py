"""Whatever is written into the chain, lawful or not: nobody is certified whom two of the office above did not sign for."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.encoding import canonical_json
from crypto.errors import MalformedError
from crypto.keys import KeyPair
from intake.appointments import (
    Ask,
    Entry,
    Ground,
    Head,
    Kind,
    Lift,
    People,
    SignedEntry,
    UnlawfulError,
    read_ask,
    read_entry,
    sign_ask,
)
from intake.certified import Officer
from intake.organisation import (
    EXT_OMB,
    Duty,
    Organisation,
    Role,
    Tie,
    TieType,
    load_organisation,
    text_with_members,
)
from tests.conftest import TODAY
from tests.support.appointments import ask_for, entry_for, organisation_with_appointers
from tests.support.examples import examples

TEXT = json.dumps(organisation_with_appointers())
STAFF = ("lena", "luca", "nora", "nils", "nina", "mara", "milo", "anna", "abel", "olga", "omar", "vera")
SUBJECTS = (*STAFF, "frida", "felix")


@cache
def _organisation() -> Organisation:
    return load_organisation(TEXT.encode())


@cache
def _pair(name: str) -> KeyPair:
    return KeyPair(name.encode().ljust(32, b"."))


@cache
def _first_officers() -> tuple[Officer, ...]:
    members = (_organisation().officers[name] for name in STAFF)
    return tuple(
        Officer(each.id, each.office, str(each.role), each.duties, _pair(each.id).public) for each in members
    )


def _people() -> People:
    officers = {officer.id: officer for officer in _first_officers()}
    return People(_organisation(), 1, officers, Head(), TODAY + timedelta(days=365))


_lies = st.fixed_dictionaries(
    {},
    optional={
        "base": st.sampled_from([2]),
        "before": st.sampled_from(["", "x"]),
        "office": st.sampled_from(["HO-north", "HO-ashford", "HO-land", "EXT-OMB", "nowhere"]),
        "duties": st.sets(st.sampled_from([*Duty, "cook"])).map(frozenset),
        "role": st.sampled_from(list(Role)),
        "keys": st.sampled_from([_pair("nora").public]),
    },
)
_signers = st.one_of(
    st.sampled_from([("nora", "nils"), ("nils", "nora"), ("lena", "luca"), ("luca", "olga")]),
    st.tuples(st.sampled_from(STAFF), st.sampled_from(STAFF)),
)
"""Mostly those who may: rules that nothing passes would hold for every wrong fold as well."""
_step = st.tuples(
    st.sampled_from(SUBJECTS),
    st.sampled_from(list(Kind)),
    _signers,
    st.one_of(st.just({}), st.just({}), _lies),
    st.sampled_from(["", "", "", "first forged", "second forged", "old place", "repeated"]),
)


def _sign(people: People, step: Any, before: list[SignedEntry]) -> SignedEntry | None:
    officer, kind, (first, second), lies, how = step
    if how == "repeated" and before:
        return before[0]
    try:
        ask = ask_for(people, officer, kind, first, **lies)
    except MalformedError:
        return None
    signed = sign_ask(ask, _pair(second if how == "first forged" else first))
    place = {"number": people.head.number or 2} if how == "old place" else {}
    return entry_for(people, signed, second, _pair(first if how == "second forged" else second), **place)


def _stands_above(organisation: Organisation, people: People, signer: str, office: str) -> bool:
    """Told again, from the words of the design: certified, with the duty, in an office above, and no nearer two are there."""
    able = [
        one.id
        for one in people.officers.values()
        if one.active and "accounts" in one.duties and one.office in organisation.path_up(office)[1:]
    ]
    own = next(one for one in people.officers.values() if one.id == signer).office
    nearer = [
        one for one in able if organisation.path_up(office).index(people.officers[one].office)
        < organisation.path_up(office).index(own)
    ] if signer in able else able  # fmt: skip
    return signer in able and len(nearer) < 2


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(_step, max_size=12))
def test_nobody_is_certified_whom_two_of_above_did_not_sign_for(steps: list[Any]) -> None:
    organisation, people, made = _organisation(), _people(), list[SignedEntry]()
    for step in steps:
        before, entry = people.copy(), _sign(people, step, made)
        if entry is None:
            continue
        made.append(entry)
        try:
            taken: Entry | None = people.apply(entry)
        except UnlawfulError:
            taken = None
        changed = {
            one for one in people.officers if people.officers[one] != before.officers.get(one)
        }  # fmt: skip
        if taken is None:
            assert (changed, people.head, people.changed) == (set(), before.head, before.changed)
            continue
        ask = taken.signed.ask
        assert ask.officer in changed
        assert all(one == ask.officer or not people.officers[one].active for one in changed)
        assert ask.first != taken.second
        assert organisation.parent(ask.office) != EXT_OMB
        for signer in (ask.first, taken.second):
            assert _stands_above(organisation, before, signer, ask.office)
        ask_bytes = read_entry(entry.document).signed
        ask_bytes.verify(before.officers[ask.first].keys)
        entry.verify(before.officers[taken.second].keys)
        # What came of it is an organisation again, with everybody in it as certified, and so is its file.
        whole = organisation.with_members(people.changed.values())
        again = load_organisation(text_with_members(TEXT, people.changed.values()).encode())
        for one in people.officers.values():
            for each in (whole, again):
                member = each.officers[one.id]
                assert (member.office, str(member.role), member.duties) == (one.office, one.role, one.duties)
        heads = [each.id for each in whole.members_of(ask.office) if each.role is Role.HEAD]
        assert len(heads) <= 1
        keys = [keys.raw for one in people.officers.values() for keys in one.all_keys]
        assert len(keys) == len(set(keys))


@settings(max_examples=examples(40), deadline=None)
@given(st.data())
def test_an_appointment_has_one_encoding_and_any_change_is_refused(data: st.DataObject) -> None:
    people = _people()
    signed = sign_ask(ask_for(people, "frida", Kind.APPOINT, "nora"), _pair("nora"))
    entry = entry_for(people, signed, "nils", _pair("nils"))
    at = data.draw(st.integers(0, len(entry.document) - 1))
    flipped = bytes([entry.document[at] ^ data.draw(st.integers(1, 255))])
    altered = SignedEntry(entry.document[:at] + flipped + entry.document[at + 1 :], entry.signature)
    with pytest.raises((UnlawfulError, MalformedError)):
        people.apply(altered)
    assert people.head == Head()
    people.apply(entry)
    assert people.head.hash == entry.hash


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"name": "two\nlines"},
        {"officer": ""},
        {"id": "short"},
        {"base": 0},
        {"keys": None},
        {"until": TODAY + timedelta(days=400)},
        {"kind": Kind.DISABLE},
        {"lifts": Lift(Tie(officer="frida", type=TieType.KIN, target="p-water"), 1)},
        {"kind": Kind.LIFT, "keys": None, "ground": Ground.OVER},
        {
            "kind": Kind.LIFT,
            "keys": None,
            "ground": Ground.OVER,
            "lifts": Lift(Tie(officer="mara", type=TieType.KIN, target="p-water"), 1),
        },
    ],
)
def test_an_ask_outside_its_limits_is_none(change: dict[str, Any]) -> None:
    ask: Ask = ask_for(_people(), "frida", Kind.APPOINT, "nora")
    with pytest.raises(MalformedError):
        replace(ask, **change)


def test_an_ask_comes_back_from_its_bytes_and_from_no_others() -> None:
    signed = sign_ask(ask_for(_people(), "frida", Kind.APPOINT, "nora"), _pair("nora"))
    document = signed.ask.as_document()
    assert read_ask(canonical_json(document), signed.signature) == signed
    for change in ({"extra": 1}, {"format": 2}, {"ground": "whim"}, {"duties": ["triage", "handle"]}):
        with pytest.raises(MalformedError):
            read_ask(canonical_json(document | change), signed.signature)
