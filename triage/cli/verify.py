"""`underseal verify`: what anybody can check of a portal without trusting it. A code is read from a file, never from a command
line, which other users of a machine can see.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from crypto.checkpoint import MAX_NOTE, Checkpoint, LogKey
from crypto.errors import CryptoError
from crypto.receipt import CodeSlipError, ReceiptCode, parse_code
from intake.retention.ledger import Why
from intake.statements.document import MAX_BYTES
from intake.wordlists import all_wordlists
from triage.cli.input_files import RefusedError
from triage.verify.document import Proved, check_document, read_document
from triage.verify.published import FetchedLog, UnverifiedError
from triage.verify.receipt import FoundDeleted, check_receipt
from triage.verify.site import Site, SiteError

_MAX_CODE = 4096  # bytes

_COMMON = ("v", "kind", "date", "report", "key", "rules")

_url = click.option("--url", required=True, metavar="URL", help="The portal's address.")
_key = click.option(
    "--key", metavar="KEY", help="The log's key as the office published it; else the server's word is taken."
)
_save = click.option("--save", type=click.Path(path_type=Path), metavar="FILE",
                     help="Keep the checkpoint that was proved, for the next time.")  # fmt: skip


@click.group()
def verify() -> None:
    """Check a receipt or the public log without trusting the server."""


@verify.command()
@_url
@click.option("--code-file", type=click.Path(path_type=Path), required=True, metavar="FILE",
              help="A file with the receipt code.")  # fmt: skip
@click.option("--checkpoint", type=click.Path(path_type=Path), metavar="FILE",
              help="An earlier checkpoint, which the log must continue.")  # fmt: skip
@_key
@_save
def receipt(url: str, code_file: Path, checkpoint: Path | None, key: str | None, save: Path | None) -> None:
    """Prove from a receipt code that the report was filed and is still there, unchanged."""
    code = _code(code_file)
    with _one_line():
        site = Site(url)
        log = _fetch(site, key, checkpoint)
        found = check_receipt(site, log, code, datetime.now(UTC).date())
    if isinstance(found, FoundDeleted):
        _say_deleted(found)
        _say_following(found.following)
        _keep(log, save)
        return
    click.echo(
        f"OK: your report of {found.filed} is still there, unchanged. It is entry {found.entry} of the log."
    )
    click.echo(f"Everything done with it is in one unbroken record: {found.published} acts in the log,"
               f" {found.waiting} waiting for the next day's batch.")  # fmt: skip
    if found.cases > 1:
        click.echo(
            f"It is handled as {found.cases} cases, and each is the one that the record of your report names."
        )
    _say_following(found.following)
    _keep(log, save)


def _say_following(cases: int) -> None:
    if cases:
        click.echo(f"Cases about what was done to you since: {cases}, each unchanged. Compare the number with"
                   " what you remember: nothing but your code knows of them.")  # fmt: skip


def _say_deleted(found: FoundDeleted) -> None:
    deleted = found.deleted
    why = (
        f"its time was over on {deleted.due}"
        if deleted.why is Why.RETENTION
        else f"it was no matter for the office, and nobody objected until {deleted.due}"
    )
    closed = "" if deleted.closed is None else f" It had been closed on {deleted.closed}."
    click.echo(f"OK: your report was deleted by the rules on {deleted.on}: {why}.{closed}")
    place = (
        f"is entry {found.entry} of the log" if found.entry is not None else "waits for the next day's batch"
    )
    click.echo(f"The deletion is signed by the key that this server names as its gate's, and {place}.")


@verify.command("log")
@_url
@click.option("--since", type=click.Path(path_type=Path), metavar="CHECKPOINT",
              help="A checkpoint saved earlier, which the log must continue.")  # fmt: skip
@_key
@_save
def log_(url: str, since: Path | None, key: str | None, save: Path | None) -> None:
    """Prove that the log is what its checkpoint says, and that nothing was taken out of it."""
    with _one_line():
        site = Site(url)
        log = _fetch(site, key, since)
        log.check_entries(site)
    click.echo(f"OK: the log has {log.checkpoint.size} entries, and every one is under its signed head.")
    _keep(log, save)


@verify.command()
@click.argument("file", type=click.Path(path_type=Path))
@_url
@click.option("--checkpoint", type=click.Path(path_type=Path), metavar="FILE",
              help="An earlier checkpoint, which the log must continue: what was in the log by then is said.")  # fmt: skip
@_key
@_save
def document(file: Path, url: str, checkpoint: Path | None, key: str | None, save: Path | None) -> None:
    """Prove that a certificate or a timeline is as it was made, and that everything in it is in the log."""
    with _one_line():
        shown = read_document(_read(file, MAX_BYTES))
        log = _fetch(Site(url), key, checkpoint)
        proved = check_document(log, shown, datetime.now(UTC).date())
        earlier = None if checkpoint is None else log.key.open(_read(checkpoint, MAX_NOTE))
    _say_proved(proved, earlier)
    _keep(log, save)


def _say_proved(proved: Proved, earlier: Checkpoint | None) -> None:
    shown, count = proved.document, len(proved.entries)
    says = shown.filed.says
    click.echo(f"OK: this {shown.form.value} is as it was made. Its mark is {shown.mark}.")
    click.echo(f"A report was filed on {says['date']}, under the rules {says['rules']}.")
    for each in shown.shown[1:]:
        said = ", ".join(f"{name} {text}" for name, text in each.says.items() if name not in _COMMON)
        click.echo(f"  {each.day} {each.says['kind']}" + (f": {said}" if said else ""))
    click.echo(f"All {count} statements in it are in the log: they were there when the checkpoint of {proved.bound.size}"
               " entries was signed.")  # fmt: skip
    if earlier is not None:
        click.echo(f"{proved.already_in(earlier)} of them were in the log already at the checkpoint of {earlier.size} entries"
                   " that you gave.")  # fmt: skip
    if shown.left_out:
        click.echo(f"{shown.left_out} more are left out of it.")
    click.echo(
        "It does not say who reported, and whoever made it may have left lines out; the log gives no day of its own."
    )


def _fetch(site: Site, key: str | None, earlier: Path | None) -> FetchedLog:
    pinned = None
    if key is not None:
        try:
            pinned = LogKey.from_text(key.strip())
        except CryptoError as error:
            raise click.BadParameter(f"{error}; copy it whole", param_hint="--key") from None
    note = None if earlier is None else _read(earlier, MAX_NOTE)
    log = FetchedLog.fetch(site, pinned)
    if note is not None:
        old = log.check_since(note)
        click.echo(f"The log continues the earlier checkpoint of {old.size} entries; nothing was taken out.")
    elif pinned is None:
        click.echo(f"The log's key is the server's own word; compare it with what the office published:\n"
                   f"  {log.key.as_text()}")  # fmt: skip
    return log


def _keep(log: FetchedLog, path: Path | None) -> None:
    if path is None:
        return
    try:
        path.write_bytes(log.note)
    except OSError as error:
        raise RefusedError(f"{path}: cannot be written ({error.strerror}); choose another file") from None


def _code(path: Path) -> ReceiptCode:
    try:
        return parse_code(_read(path, _MAX_CODE).decode("utf-8"), all_wordlists("en"))
    except UnicodeDecodeError:
        raise RefusedError(f"{path}: is not text; it should hold the words of a receipt code") from None
    except CodeSlipError as error:
        raise RefusedError(f"{path}: {error}; compare it with what you wrote down") from None


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise RefusedError(f"{path}: cannot be read ({error.strerror}); check the path") from None


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except UnverifiedError as error:
        raise RefusedError(f"NOT PROVED: {error}") from None
    except SiteError as error:
        raise RefusedError(str(error)) from None
