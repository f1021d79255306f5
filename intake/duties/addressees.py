"""Whom the worker tells of a case: never anybody whom the watch, or a tie declared since, excludes (P2). Pure."""

from __future__ import annotations

from dataclasses import replace

from intake.organisation import OVS
from intake.release.fitting import tied
from intake.roster import Roster
from intake.rules import as_begun
from intake.standing import told_at
from intake.watch import Watch, overseers


def level_above(watch: Watch, roster: Roster) -> tuple[str, ...]:
    """The officers of the level above the handling office."""
    return office_above(watch, roster)[1]


def office_above(watch: Watch, roster: Roster) -> tuple[str, tuple[str, ...]]:
    """The office above the handling office that supervises, and its officers who may be told."""
    return overseers(_as_of_now(watch, roster), roster)


def ledger(watch: Watch, roster: Roster) -> tuple[str, ...]:
    """Who reads the accountability ledger: the level above, and the oversight board."""
    now = _as_of_now(watch, roster)
    return tuple(sorted({*overseers(now, roster)[1], *told_at(roster, OVS, now.excluded)}))


def excluded(watch: Watch, roster: Roster) -> frozenset[str]:
    """Everybody who is excluded from the case as the roster is now."""
    return frozenset(watch.excluded) | tied(watch, as_begun(watch.rules, roster.organisation))


def _as_of_now(watch: Watch, roster: Roster) -> Watch:
    return replace(watch, excluded=tuple(sorted(excluded(watch, roster))))
