"""The kinds of clues, and what each calls for in plain English; pages have their own words, which are translated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a passage tells of its writer; of two kinds of the same passage the earlier is told.

    Programs rely on the tokens: never renamed or reused.
    """

    PHONE = "phone"
    EMAIL = "email"
    OWN_NAME = "own_name"
    RELATIVE = "relative"
    ONLY_ONE = "only_one"
    TEAM = "team"
    PROFILE = "profile"
    NUMBER = "number"
    LETTER = "letter"
    SERVICE = "service_length"
    PLACE = "place"
    MOMENT = "moment"
    ROLE = "role"
    OWN = "own"
    """Anything else that is the writer's."""
    FILE_NAME = "file_name"


_ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Clue:
    """``text[start:end]`` could point at whoever wrote it."""

    start: int
    end: int
    kind: Kind

    @property
    def order(self) -> tuple[int, int, int]:
        """By its place; of those that begin together the longest first."""
        return self.start, -self.end, _ORDER[self.kind]

    @property
    def advice(self) -> str:
        """What to do about it, in English."""
        return ADVICE[self.kind]


ADVICE: Mapping[Kind, str] = {
    Kind.ROLE: "This says what your own work is. Say what happened without it, or speak of a larger group.",
    Kind.ONLY_ONE: "If few people know this, it points at you. Leave it out, or say only what more people know.",
    Kind.TEAM: "People close to you lead to you. Name them only if you report them; otherwise leave them out.",
    Kind.OWN_NAME: "This looks like your own name. Take it out unless you want to be known.",
    Kind.PHONE: "A telephone number leads to a person. Take it out: you get answers with your code.",
    Kind.EMAIL: "An e-mail address leads to a person. Take it out: you get answers with your code.",
    Kind.NUMBER: "A personal number leads to one person. Take it out.",
    Kind.MOMENT: "Only the people who were there know this moment. Leave out the time, or say it less exactly.",
    Kind.PLACE: "This says where you live, sit or work. Leave it out, or name a larger area.",
    Kind.LETTER: "This looks copied from a letter or paper that somebody got. Say in your own words what it says.",
    Kind.RELATIVE: "Your family leads to you. Leave out that they are yours.",
    Kind.PROFILE: "An account or a page of your own leads to you. Take it out.",
    Kind.SERVICE: "How long you work there, or your age, narrows down who you are. Leave it out.",
    Kind.OWN: "This is yours, and somebody may know it. Say it without “my”, or leave it out.",
    Kind.FILE_NAME: "The name of the file says something about you. Rename it and add it again.",
}
