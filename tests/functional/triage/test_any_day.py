"""Whatever officers do, in whatever order: nobody excluded ever reads, somebody always can, and the record stays whole."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.functional.triage.conftest import BackOffice
from tests.support.reports import SENTENCE, Filed
from triage.casework.acknowledge import acknowledge
from triage.casework.assign import assign
from triage.casework.desk import Actor
from triage.casework.listing import list_cases
from triage.casework.reading import read_case
from triage.casework.recuse import recuse
from triage.casework.refusals import NoSuchCaseError, RefusedError
from triage.casework.writing import answer, note

PEOPLE = ("mara", "milo", "mina", "marc", "mona", "moss", "nora", "nils", "nina", "noel", "lena", "olga")
EXCLUDED = "mina"


@pytest.mark.parametrize("seed", range(3))
def test_no_order_of_acts_breaks_a_promise(back_office: BackOffice, filed: Filed, seed: int) -> None:
    chance = random.Random(seed)
    desk, case = back_office.desk, filed.case
    acts: list[Callable[[Actor], object]] = [
        lambda actor: read_case(desk, actor, case),
        lambda actor: acknowledge(desk, actor, case, "A"),
        lambda actor: answer(desk, actor, case, "B"),
        lambda actor: note(desk, actor, case, "C"),
        lambda actor: assign(
            desk, actor, case, chance.choice(PEOPLE), chance.choice(["handle", "investigate"])
        ),
        lambda actor: recuse(desk, actor, case),
        lambda _: filed.offices.mailbox.write(filed.master, "D"),
    ]
    left: set[str] = set()
    for _ in range(40):
        name = chance.choice(PEOPLE)
        act = chance.choices(acts, weights=[3, 2, 3, 3, 6, 3, 2])[0]
        try:
            act(back_office.officer(name))
        except (RefusedError, NoSuchCaseError):
            continue
        if act is acts[5]:
            left.add(name)

    able = {name for name in PEOPLE if _can_read(back_office, name, case)}
    assert able
    assert EXCLUDED not in able
    assert not able & left
    view = read_case(desk, back_office.officer(min(able)), case)
    assert view.whole
    assert view.file.report["answers"]["what"] == SENTENCE
    assert set(view.holders) >= able
    assert filed.offices.mailbox.view(filed.master).proved
    assert {name for name in PEOPLE if list_cases(desk, back_office.officer(name)).total} == able


def _can_read(back_office: BackOffice, name: str, case: str) -> bool:
    try:
        read_case(back_office.desk, back_office.officer(name), case)
    except NoSuchCaseError:
        return False
    return True
