"""`underseal clean`: the traces of one file removed, by the code and in the sandbox that the portal uses."""

from __future__ import annotations

import json
import os
import secrets
import stat
from pathlib import Path

import click

from intake.evidence import sandbox
from intake.evidence.traces import Cleaned, Drop, NotCleanableError, Reason, Trace
from intake.evidence.words import TRACES, why
from triage.cli.input_files import RefusedError

NOT_CLEANABLE = 3
_NEUTRAL_TIME = 946_684_800  # 2000-01-01 UTC: when it was cleaned is a trace as well


@click.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--report", is_flag=True, help="Print JSON of what was found, removed and left.")
@click.option(
    "--drop",
    "drop",
    default="",
    metavar="LIST",
    help="Also take out, comma-separated: hidden, comments, notes, headers.",
)
@click.option("--overwrite", is_flag=True, help="Replace OUT when it exists.")
@click.pass_context
def clean(
    context: click.Context, source: Path, target: Path, drop: str, *, report: bool, overwrite: bool
) -> None:
    """Write a copy of IN without traces to OUT. Exit status 3, and no OUT, when it cannot be cleaned."""
    choices = _choices(drop)
    if not overwrite and os.path.lexists(target):
        raise RefusedError(f"{target} exists; choose another name, or say --overwrite")
    try:
        cleaned = sandbox.clean(_read(source), choices)
    except NotCleanableError as error:
        if report:
            click.echo(
                json.dumps({"cleaned": False, "reason": error.reason.value, "detail": error.detail}, indent=2)
            )
        click.echo(f"{source}: not cleaned ({error}). {why(error)}", err=True)
        context.exit(NOT_CLEANABLE)
    _write(target, cleaned.data, overwrite=overwrite)
    if report:
        click.echo(json.dumps(_as_json(cleaned), indent=2))


def _choices(drop: str) -> frozenset[Drop]:
    try:
        return frozenset(Drop(name.strip()) for name in drop.split(",") if name.strip())
    except ValueError:
        raise click.BadParameter(f"choose from {', '.join(Drop)}", param_hint="--drop") from None


def _read(source: Path) -> bytes:
    """At most one byte more than may be cleaned; a pipe or a device is refused before it can block."""
    handle = os.open(source, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise RefusedError(f"{source} is not a file; name one file")
        data = stream.read(sandbox.DEFAULT.size + 1)
    if len(data) > sandbox.DEFAULT.size:
        raise NotCleanableError(Reason.TOO_LARGE)
    return data


def _write(target: Path, data: bytes, *, overwrite: bool) -> None:
    """All of it or nothing, with a time that says nothing, for the owner alone."""
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.utime(handle, (_NEUTRAL_TIME, _NEUTRAL_TIME))
            os.fsync(handle)
        if overwrite:
            part.replace(target)
        else:
            target.hardlink_to(part)  # unlike a rename, it refuses when somebody else made OUT meanwhile
    finally:
        part.unlink(missing_ok=True)


def _as_json(cleaned: Cleaned) -> dict[str, object]:
    counts = cleaned.findings.as_json()
    return {
        "cleaned": True,
        "kind": cleaned.kind,
        "media_type": cleaned.media_type,
        "size": len(cleaned.data),
        **counts,
        "words": {code: TRACES[Trace(code)] for code in counts["found"]},
    }
