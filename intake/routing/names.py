"""Whom a typed entry may mean (interfaces.md, From form to facts): for the steps before there are facts.

It looks people up; a decision itself compares names with officers alone (accused.py).
"""

from __future__ import annotations

from intake.organisation import Organisation, Post
from intake.organisation.names import normal
from intake.routing.facts import Described


def identify(organisation: Organisation, entry: Described) -> tuple[str, ...]:
    """The registered persons that a typed entry stands for: the entry is to be replaced by these ids, if any.

    They have an equal name and body (all, when several match). An entry without a name for the head of a listed body
    stands for the head whom the roster names, so that this head's kin are excluded as for a typed name.
    """
    if entry.body is None:
        return ()
    if entry.name is not None and normal(entry.name):
        found = (*organisation.officers_named(entry.name), *organisation.persons_named(entry.name))
        return tuple(sorted(each for each in found if _place_of(organisation, each) == entry.body))
    if entry.post is not Post.HEAD:
        return ()
    head = organisation.head_of(entry.body)
    heads = [person.id for person in organisation.registered_heads(entry.body)]
    return tuple(sorted([*heads, head.id] if head else heads))


def near_names(organisation: Organisation, typed: str, limit: int = 5) -> tuple[str, ...]:
    """Ids of officers and persons whose name is like the typed one but not equal, nearest first, at most `limit`.

    The reporter is asked whether one of them is meant: a slip of the pen must not keep an accused officer in the circle.
    """
    return tuple(identifier for _, identifier in sorted(organisation.near_names(typed))[:limit])


def _place_of(organisation: Organisation, identifier: str) -> str | None:
    officer = organisation.officers.get(identifier)
    return officer.office if officer else organisation.persons[identifier].body
