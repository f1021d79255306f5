"""The words of days and of what is wrong with them, on the pages about a reporter's safety."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext, ngettext

from intake.mailbox import DateLabel
from intake.protection.limits import DateFault, limits

_ = lazy_gettext

LABELS: tuple[tuple[str, LazyString], ...] = (
    (DateLabel.CONTRACT.value, _("My contract ends")),
    (DateLabel.PROBATION.value, _("My time on probation ends")),
    (DateLabel.PERMIT.value, _("A permit or a licence of mine ends")),
    (DateLabel.RATING.value, _("My work is rated")),
    (DateLabel.HEARING.value, _("A hearing, or a talk about me")),
    (DateLabel.MOVE.value, _("I am moved to other work or another place")),
    (DateLabel.LEAVE.value, _("I go on leave, or come back from it")),
    (DateLabel.OTHER.value, _("Something else")),
)

_FAULTS: Mapping[DateFault, LazyString] = {
    DateFault.MISSING: _("Write the day."),
    DateFault.NO_DAY: _("There is no such day. Write it as year, month and day, such as 2027-03-31."),
    DateFault.OVER: _("This day is over, or it is today. Choose a later one. If something happened, write it to us."),
    DateFault.TWICE: _("You gave this day already. We ask you on it."),
    DateFault.TOO_MANY: _("These are more days than we can keep. Take one back first."),
}  # fmt: skip


def date_words(fault: DateFault, furthest: int) -> str:
    """What to do about a day; ``furthest``: how many days ahead it may be."""
    if fault is DateFault.TOO_FAR:
        return str(
            ngettext(
                "This is too far away. The day may be at most %(num)s day from now.",
                "This is too far away. The day may be at most %(num)s days from now.",
                furthest,
            )
        )
    if fault is DateFault.TOO_MANY:
        return str(
            ngettext(
                "You can have %(num)s such day at a time. Take one back first.",
                "You can have %(num)s such days at a time. Take one back first.",
                limits().own_days,
            )
        )
    return str(_FAULTS[fault])
