"""`underseal officer …`: accounts and certificates, at the terminal. `underseal keys renew`: the roster for another year."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from intake.database.engines import Databases
from intake.organisation import MAX_BYTES, Organisation, load_organisation
from intake.roster import Roster, RosterError, RosterReader
from intake.settings import load_triage
from triage.cli.group import CommandGroup
from triage.cli.input_files import RefusedError, load
from triage.cli.recovery import recover, rotate_recovery
from triage.cli.terminal import Enrolee, ask_login
from triage.instances.officers import Login, Registry, about_duties, open_registry

_Command = TypeVar("_Command", bound=Callable[..., object])

_directory = click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
_name = click.argument("officer", metavar="NAME")
_root = click.option("--roster-key", type=click.Path(path_type=Path), metavar="PATH",
                     help="Where roster.key is, once it was moved offline.")  # fmt: skip


@click.group(cls=CommandGroup)
def officer() -> None:
    """Add, disable, reset and list officers. NAME is the member's id in the organisation file."""


@officer.command()
@_directory
@_name
@_root
def add(directory: Path, officer: str, roster_key: Path | None) -> None:
    """Enrol a member: password, second factor, keys, certificate."""
    _enrol(directory, officer, roster_key, Registry.add)
    click.echo(f"{officer} can log in, and new reports are sealed to {officer} where the rules say so.")


@officer.command()
@_directory
@_name
@_root
def reset(directory: Path, officer: str, roster_key: Path | None) -> None:
    """New password, second factor and keys for an officer. Cases sealed to the old keys need a new grant from a colleague."""
    _enrol(directory, officer, roster_key, Registry.reset)
    click.echo(
        f"{officer} has new keys. What was sealed to the old ones stays closed: a colleague must grant it again."
    )


@officer.command()
@_directory
@_name
@_root
def disable(directory: Path, officer: str, roster_key: Path | None) -> None:
    """Close an account at once. Signatures made so far stay valid."""
    with open_registry(directory, roster_key) as registry:
        roster = registry.disable(officer)
    click.echo(
        f"{officer} cannot log in any more, and nothing new is sealed to {officer} (roster {roster.number})."
    )


@officer.command("list")
@_directory
def list_officers(directory: Path) -> None:
    """Every member of the organisation, office by office, and who is certified."""
    settings = load_triage(directory)
    databases = Databases.open(settings)
    try:
        roster = RosterReader(databases, settings.roster_root, settings.seen_file).newest()
    finally:
        databases.close()
    for line in _lines(roster):
        click.echo(line)


@click.group(cls=CommandGroup, commands=(recover, rotate_recovery))
def keys() -> None:
    """Certificates, the roster, the recovery key."""


@keys.command()
@_directory
@click.option("--org", type=click.Path(path_type=Path), metavar="ORG.json", help="A new organisation file.")
@_root
def renew(directory: Path, org: Path | None, roster_key: Path | None) -> None:
    """Sign the roster for another year, with a new organisation file if one is given."""
    text = None
    if org is not None:
        text = _text_of(org)
    with open_registry(directory, roster_key) as registry:
        roster = registry.renew(text)
    for said in about_duties(roster.organisation):
        click.echo(said, err=True)
    click.echo(f"Roster {roster.number} is valid until {roster.expires}.")


def _enrol(
    directory: Path, name: str, roster_key: Path | None, act: Callable[[Registry, str, Login], Roster]
) -> None:
    with open_registry(directory, roster_key) as registry:
        member = registry.roster().organisation.officers.get(name)
        if member is None:
            raise RosterError(
                f"the organisation lists no member {name}; `underseal officer list {directory}` shows all"
            )
        login = ask_login(Enrolee(name, member.name, registry.settings.name))
        try:
            act(registry, name, login)
        except ValueError as error:
            raise RefusedError(str(error)) from None


def _text_of(path: Path) -> str:
    kept: list[bytes] = []

    def keep(raw: bytes) -> Organisation:
        kept.append(raw)
        return load_organisation(raw)

    load(path, keep, limit=MAX_BYTES)
    return kept[0].decode("utf-8")


def _lines(roster: Roster) -> list[str]:
    organisation = roster.organisation
    lines = [f"roster {roster.number}, valid until {roster.expires}"]
    for office in (*organisation.offices, *organisation.externals):
        lines.append(f"{organisation.name_of(office)} ({office})")
        for member in organisation.members_of(office):
            lines.append(
                f"  {member.id:<24} {member.role:<12} {_certificate(roster, member.id):<28} {member.name}"
            )
    gone = sorted(set(roster.officers) - set(organisation.officers))
    return lines + [f"  {name:<24} left" for name in gone]


def _certificate(roster: Roster, member: str) -> str:
    """Whether a member is certified, and who said so last: the root, or two officers of the office above."""
    officer = roster.officers.get(member)
    if officer is None:
        return "no keys"
    state = "certified" if officer.active else "disabled"
    return f"{state}, appointment {officer.appointment}" if officer.appointment else f"{state} by the root"
