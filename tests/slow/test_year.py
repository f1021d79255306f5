"""A year of an office, played: officers act or stay silent, reporters ask, workers die, days are skipped. Nothing is lost."""

from __future__ import annotations

import os
import random
from datetime import timedelta

from tests.conftest import MakeInstance
from tests.slow.year.checks import Checks
from tests.slow.year.people import Year
from tests.slow.year.workers import a_day_of_work, a_killed_worker, mortal

SEED = int(os.environ.get("UNDERSEAL_YEAR", "20261121"))
DAYS = 365
CASES = {"sqlite": 24, "postgresql": 12}
"""About so many; with twice as many it takes longer than anybody waits."""


def test_a_year_of_an_office_ends_with_every_duty_told_once_and_every_case_readable(
    make_instance: MakeInstance, engine_kind: str
) -> None:
    """``UNDERSEAL_YEAR=<number>`` plays another one. Its last weeks begin no day, so that the roster holds to the end."""
    chance = random.Random(f"{SEED} {engine_kind}")
    instance = make_instance()
    ties = {(tie.officer, tie.target) for tie in instance.organisation.ties}
    year = Year(instance, chance, instance.today, instance.roster, ties=ties)
    checks = Checks(year)
    last = instance.today + timedelta(days=DAYS - 20)
    filing = CASES[engine_kind] / DAYS
    with mortal(instance):
        while year.today < last:
            off = chance.random() < 0.06
            skipped = 7 if off else chance.randint(1, 6)
            for _ in range(skipped):
                year.today += timedelta(days=1)
                play(year, checks, filing)
            if chance.random() < 0.03:
                a_killed_worker(instance, year.today, chance)
            assert a_day_of_work(instance, year.today, chance)
            checks.end_of_day(year.cases)
            assert not checks.faults, _said(checks)
    checks.check_notices()
    assert not checks.faults, _said(checks)


def _said(checks: Checks) -> str:
    """What is wrong, and how to play the same year again."""
    return "\n".join([f"UNDERSEAL_YEAR={SEED}", *checks.faults])


def play(year: Year, checks: Checks, filing: float) -> None:
    """One day of everybody else."""
    chance = year.chance
    if chance.random() < filing:
        year.file()
    for case in year.cases:
        if chance.random() < case.pace:
            year.work(case, checks.holders(case))
        if chance.random() < 0.015:
            year.write(case)
    if chance.random() < 0.3:
        year.look_from_above(
            chance.choice(
                sorted(set(year.at_work()) & {"nora", "nils", "nina", "noel", "lena", "luca", "lily", "leo"})
            )
        )
    if chance.random() < 0.015:
        year.declare_a_tie()
    if chance.random() < 0.006 and len(year.gone) < 3:
        year.disable(
            chance.choice(sorted(set(year.at_work()) & {"mina", "milo", "nina", "abel", "lily", "vito"}))
        )
