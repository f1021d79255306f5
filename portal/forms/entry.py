"""The steps of a detriment that is told in the mailbox. All but the first ask as the report's own steps do."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import LazyString, lazy_gettext

from intake.drafts import DETRIMENT_FIELDS, Draft
from portal.forms.steps import CHECK, EVIDENCE, SAFETY, WHO, Step
from templates.web.request import Fields

_ = lazy_gettext

ENTRY = "entry"
"""The field that names the entry, so that what was sent is not sent again."""
_BASE = "/mailbox/detriment"


def _beside(step: Step, title: LazyString) -> Step:
    fields = replace(step.fields, names=step.fields.names | {ENTRY})
    return replace(step, path=f"{_BASE}/{step.word}", title=title, fields=fields)


HAPPENED = Step(
    "detriment",
    _BASE,
    _("What was done"),
    Fields.of("go", ENTRY, *DETRIMENT_FIELDS),
)
ENTRY_WHO = _beside(WHO, _("Who did it"))
ENTRY_EVIDENCE = _beside(EVIDENCE, EVIDENCE.title)
ENTRY_SAFETY = _beside(SAFETY, SAFETY.title)
ENTRY_CHECK = _beside(CHECK, CHECK.title)

_NEW = (HAPPENED, ENTRY_WHO, ENTRY_EVIDENCE, ENTRY_SAFETY, ENTRY_CHECK)
_GOES_ON = (HAPPENED, ENTRY_EVIDENCE, ENTRY_CHECK)


def way_of_entry(draft: Draft) -> tuple[Step, ...]:
    """What goes on goes to those who know it: nobody is asked again who did it."""
    return _GOES_ON if draft.answer("goes_on") else _NEW


def beside_entry(draft: Draft, step: Step, distance: int) -> Step:
    """The step before (-1) or after (1); the ends are their own neighbours, and a step that is left out leads to the first."""
    way = way_of_entry(draft)
    position = way.index(step) + distance if step in way else 0
    return way[min(max(position, 0), len(way) - 1)]
