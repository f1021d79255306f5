"""Asking an officer at the terminal: a password twice, unseen, and a second factor by QR code. Stores nothing."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass

import click
import segno

from intake.time import Clock
from triage.accounts.passwords import WeakPasswordError, check_password
from triage.accounts.second_factor import enrolment_uri, matching_step, new_totp_secret
from triage.instances.officers import Login

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
