"""Asking at the terminal: an officer for a password twice, unseen, and a second factor by QR code; the operator for the keys
to the storage of evidence. It stores nothing.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import click
import segno
from pydantic import ValidationError

from intake.settings import faults_of
from intake.time import Clock
from triage.accounts.passwords import WeakPasswordError, check_password
from triage.accounts.second_factor import enrolment_uri, matching_step, new_totp_secret
from triage.instances.evidence import AccessPair
from triage.instances.officers import Login
from triage.migrations.roles import Process

TRIES = 5


@dataclass(frozen=True, slots=True)
class Enrolee:
    """Who sits at the terminal, and the instance's name as the authenticator app will show it."""

    officer: str
    name: str
    instance: str


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty()


def ask_login(person: Enrolee, *, clock: Clock | None = None) -> Login:
    """The officer's choice, checked: password and second factor. Raises click.Abort after too many tries or Ctrl-C."""
    click.secho(f"\n{person.name}: your login name is {person.officer}", bold=True)
    return Login(_ask_password(person), _ask_second_factor(person, clock or Clock()))


def ask_access_keys() -> Mapping[Process, AccessPair]:
    """Each process's key to the storage of evidence. Raises click.Abort on Ctrl-C."""
    click.echo("Each process has its own key to the storage, so that each can be allowed only what it needs.")
    keys: dict[Process, AccessPair] = {}
    for process in Process:
        same = keys.get(Process.PORTAL)
        name = click.prompt(
            f"Access key of the {process}" + (" (empty: the portal's)" if same else ""),
            default="" if same else None,
            show_default=False,
        ).strip()
        keys[process] = same if same and not name else _ask_secret(process, name)
    return keys


def _ask_secret(process: Process, name: str) -> AccessPair:
    secret = click.prompt(f"Secret key of the {process} (unseen)", hide_input=True).strip()
    try:
        return AccessPair(access_key=name, secret_key=secret)
    except ValidationError as error:
        raise click.UsageError(f"this is no access key: {faults_of(error)}") from None


def _ask_password(person: Enrolee) -> str:
    for _ in range(TRIES):
        password: str = click.prompt(
            "Password (12 characters or more)", hide_input=True, confirmation_prompt="Once more"
        )
        try:
            check_password(password, (person.officer, person.name))
        except WeakPasswordError as error:
            click.echo(f"Please choose another: {error}")
        else:
            return password
    click.echo("No password was chosen; start again when there is time.")
    raise click.Abort


def _ask_second_factor(person: Enrolee, clock: Clock) -> str:
    secret = new_totp_secret()
    picture = io.StringIO()
    segno.make(enrolment_uri(secret, person.officer, person.instance), micro=False).terminal(
        out=picture, compact=True
    )
    click.echo("Scan this with your authenticator app, or type the secret into it:")
    click.echo(picture.getvalue())
    click.echo(f"Secret: {secret}")
    for _ in range(TRIES):
        code: str = click.prompt("The six digits the app shows now")
        if matching_step(secret, code, clock.now(), after=0) is not None:
            return secret
        click.echo(
            "That is not the code of this moment. Wait for the next one, and check that the clocks agree."
        )
    click.echo("The second factor could not be confirmed; nothing was stored for this person.")
    raise click.Abort
