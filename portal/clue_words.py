"""Clues and advice in plain words. Codes come from ``intake``; what was typed is shown in place, "
"cut short, never kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext

from intake.clues import Clue, Kind
from intake.protection.advice import Advice, Contradiction
from portal.forms.clues import Looked

_ = lazy_gettext

SHOWN = 10
"""Passages on one page. Whoever changes them sees the next ones; a wall of marks helps nobody."""
AROUND, LONGEST = 45, 120  # characters
_CUT = "…"

CLUES: Mapping[Kind, tuple[LazyString, LazyString]] = {
    Kind.ROLE: (
        _("What your work is"),
        _("Say what happened without it, or speak of a larger group: “somebody who works there”."),
    ),
    Kind.ONLY_ONE: (
        _("What only few people know"),
        _("The fewer know it, the more it points at you. Leave it out, or say only what more people know."),
    ),
    Kind.TEAM: (_("People close to you"), _("They lead to you. Name them only if you report them.")),
    Kind.OWN_NAME: (_("This could be your own name"), _("Take it out, unless you want to be known.")),
    Kind.PHONE: (_("A telephone number"), _("If it is yours, take it out. You get answers with your code.")),
    Kind.EMAIL: (_("An e-mail address"), _("If it is yours, take it out. You get answers with your code.")),
    Kind.NUMBER: (_("A number that belongs to one person"), _("If it is yours, take it out.")),
    Kind.MOMENT: (
        _("A moment that few people were part of"),
        _("Leave out the time, or say it less exactly: “in spring”."),
    ),
    Kind.PLACE: (_("Where you live, sit or work"), _("Leave it out, or name a larger place.")),
    Kind.LETTER: (
        _("Copied from a letter or paper"),
        _("Whoever wrote the paper knows who got it. Say in your own words what it says."),
    ),
    Kind.RELATIVE: (_("Your family"), _("Leave out that they are yours.")),
    Kind.PROFILE: (_("An account or page"), _("If it is yours, take it out.")),
    Kind.SERVICE: (
        _("How long you work there, or how old you are"),
        _("It makes the circle small. Leave it out."),
    ),
    Kind.OWN: (
        _("Something of yours"),
        _("Somebody may know it. Say it without “my”, or leave it out."),
    ),
    Kind.FILE_NAME: (
        _("The name of a file"),
        _("Take the file out, give it a plain name, and add it again."),
    ),
}
"""Kind → what it is, and what to do."""

ADVICE: Mapping[str, tuple[LazyString, LazyString]] = {
    "danger": (
        _("Somebody could be hurt very soon"),
        _("Do not wait for us: call the emergency number now. Nobody reads this day and night."),
    ),
    "violence": (
        _("Somebody threatened to hurt you or to lock you up"),
        _(
            "Go to people you trust or to another safe place first. Tell the police or a lawyer "
            "about the threat. You can send the report later."
        ),
    ),
    "not_safe": (
        _("You do not feel safe"),
        _(
            "You need not send this today. If you send it, say in your mailbox what would help you: "
            "officers look at this first."
        ),
    ),
    "detriment": (
        _("Something bad was done to you"),
        _(
            "Write down what, when and by whom, and keep the papers outside of your work. After "
            "sending you can enter it in your mailbox."
        ),
    ),
    "threat": (
        _("You were threatened"),
        _("Write down the words, the day and who heard them. Keep the note outside of your work."),
    ),
    "known": (
        _("A person you report knows that it is you"),
        _(
            "From today, write down each change in how you are treated, with the day. The law "
            "forbids to punish you, and such notes help to prove it."
        ),
    ),
    "suspected": (
        _("A person you report suspects you, or could"),
        _(
            "Behave as always. Do not ask about the matter and do not speak of it. Nobody has to say "
            "whether they reported."
        ),
    ),
    "only_me": (
        _("Only you could know this"),
        _(
            "Whatever we do, it points at you. Leave it out, or wait until more people know it, if that is safe."
        ),
    ),
    "few": (
        _("Few people could know this"),
        _("Write less, or only what more people know. Leave out exact times and words."),
    ),
    "proof": (
        _("Only you have the proof"),
        _(
            "Say in your report that nobody else has it. The officers then take care not to show it. "
            "Keep it where nobody looks."
        ),
    ),
    "raised": (
        _("You spoke about it before"),
        _("Use other words here than you used there. Tell nobody else."),
    ),
    "permit": (
        _("Your right to stay or your licence depends on it"),
        _("Ask an advice centre or a lawyer early. They need not know about the report."),
    ),
    "contract": (
        _("They decide on your contract or licence"),
        _("Keep a copy of the contract and of all letters at home. Say in your mailbox when it ends."),
    ),
    "temporary": (
        _("Your job is temporary or on trial"),
        _("Say in your mailbox when it ends: officers can then see it coming."),
    ),
    "boss": (
        _("They stand above you at work"),
        _(
            "Keep your good references and evaluations at home. Write down when your tasks, hours or place change."
        ),
    ),
    "signs": (
        _("You are avoided, watched or left out"),
        _("Write down what you notice, with the day. Tell us in your mailbox when it gets worse."),
    ),
    "others": (
        _("Others at work know or guess it"),
        _("Ask them once to tell nobody. Do not speak of it again, and not in writing."),
    ),
    "unknown": (
        _("You do not know how many people could know it"),
        _("Think of who was there and who sees such papers. If it may be few, write less."),
    ),
    "alone": (
        _("You have nobody to lean on"),
        _(
            "Other places can help you, and keep silent about it. They are listed under “Other places to report”."
        ),
    ),
    "vulnerable": (
        _("It is harder for you than for others"),
        _("Say what you need when you write. You need not say why."),
    ),
    "works_there": (
        _("You work there"),
        _("Do not come back here with a device or a network of your work, and not in your working hours."),
    ),
}
"""Code → when it is meant, and the advice."""

CONTRADICTIONS: Mapping[str, LazyString] = {
    "nobody_but_subject": _(
        "You say that nobody knows of this report, and that you spoke about the matter with a person "
        "you report. They could guess that it is you."
    ),
    "nobody_but_others": _(
        "You say that nobody knows of this report, and that you spoke about the matter with somebody "
        "else. They could guess that it is you."
    ),
    "nobody_but_detriment": _(
        "You say that nobody knows of this report, and that you were threatened or treated badly "
        "because of it. Somebody could guess that it is you."
    ),
    "many_but_only_proof": _(
        "You say that many people could know what you wrote, and that nobody else has your proof. "
        "The proof alone could point at you."
    ),
    "many_but_only_one": _(
        "You say that many people could know what you wrote, but a passage sounds as if only you or "
        "very few could know it."
    ),
    "nothing_but_violence": _(
        "You say that nothing bad has happened, and that somebody threatened to hurt you or to lock "
        "you up. A threat counts."
    ),
    "nothing_but_not_safe": _(
        "You say that nothing bad has happened, and that you do not feel safe. Your feeling counts."
    ),
    "outside_but_boss": _(
        "You say that you do not work there, and that the people you report are your boss, stand "
        "above your boss or on your level."
    ),
    "no_power_but_contract": _(
        "You say that they have no power over you, that your right to stay or your licence depends "
        "on the place, and that you were threatened or treated badly."
    ),
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A clue in its place: a few words before, the clue, a few words after."""

    before: str
    marked: str
    after: str
    path: str
    title: LazyString


@dataclass(frozen=True, slots=True)
class Group:
    """The passages of one kind."""

    title: LazyString
    advice: LazyString
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What the page shows of all that was found."""

    count: int
    groups: tuple[Group, ...]
    more: int
    """How many are not shown."""
    more_kinds: tuple[LazyString, ...]


def clue_words(looked: Sequence[Looked]) -> Found:
    """The first SHOWN passages by their kinds, and what kinds the others are of."""
    every = [(clue, field) for field in looked for clue in field.clues]
    shown, hidden = every[:SHOWN], every[SHOWN:]
    groups = [
        Group(*CLUES[kind], tuple(_passage(field, clue) for clue, field in shown if clue.kind is kind))
        for kind in dict.fromkeys(clue.kind for clue, _field in shown)
    ]
    kinds = Counter(clue.kind for clue, _field in hidden)
    return Found(
        len(every), tuple(groups), len(hidden), tuple(CLUES[kind][0] for kind, _ in kinds.most_common())
    )


def _passage(field: Looked, clue: Clue) -> Passage:
    text = field.text
    before, after = text[max(clue.start - AROUND, 0) : clue.start], text[clue.end : clue.end + AROUND]
    marked = text[clue.start : clue.end]
    if clue.start > AROUND:
        before = _CUT + before[_half_a_word(before) :]
    if clue.end + AROUND < len(text):
        after = after[: len(after) - _half_a_word(after[::-1])] + _CUT
    if len(marked) > LONGEST:
        marked = marked[:LONGEST] + _CUT
    return Passage(before, marked, after, field.path, field.title)


def _half_a_word(text: str) -> int:
    """How many characters stand before the first space of the outer half; 0 where no spaces divide words."""
    return max(text.find(" ", 0, AROUND // 2), 0)


def advice_words(advice: Iterable[Advice]) -> list[dict[str, object]]:
    """Each with the situation that it is for."""
    return [
        {"situation": ADVICE[each.code][0], "advice": ADVICE[each.code][1], "urgent": each.urgent}
        for each in advice
    ]


def contradiction_words(contradictions: Iterable[Contradiction]) -> list[LazyString]:
    """What does not fit together."""
    return [CONTRADICTIONS[each.code] for each in contradictions]
