"""Real acts of a whole case, through every gate, raise no alarm: whoever is told of meddling must be able to believe it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from intake.drafts import Draft
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.states import CaseState
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import BackOffice, office_with_duties
from tests.support.duties import Watched
from tests.support.handling import Handled
from tests.support.reports import Offices, plumber_report, water_report
from triage.casework.close import close, reopen

DAY = timedelta(days=1)


@pytest.mark.parametrize("draft", [plumber_report, water_report])
def test_a_case_handled_to_its_end_and_taken_up_again_raises_no_alarm(
    make_instance: MakeInstance, today: date, draft: Callable[[], Draft]
) -> None:
    instance = make_instance(office_with_duties())
    filed = Offices(instance, today).file(draft())
    handled, watched = Handled(BackOffice(instance, today), filed), Watched(filed)
    watched.look(today)
    handled.found().propose_closing()
    watched.look(today + DAY)
    handled.agree()
    watched.look(today + 2 * DAY)
    assert watched.row().state is CaseState.CONCLUDED
    later = today + 16 * DAY
    handled = handled.on(BackOffice(instance, later)).told().corrected()
    watched.look(later)
    close(handled.office.desk, handled.actor("milo"), filed.case)
    watched.look(later + DAY)
    assert watched.row().state is CaseState.CLOSED
    reopen(handled.office.desk, handled.actor("milo"), filed.case, "Something new came in.")
    watched.look(later + 2 * DAY)
    assert EventKind.NEGLECTED not in watched.kinds()
    assert watched.told(NoticeKind.ALARM) == {}
