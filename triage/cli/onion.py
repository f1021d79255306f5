"""`underseal onion`: writes Tor's configuration for this instance, and says what is wrong with its onion service."""

from __future__ import annotations

from pathlib import Path

import click

from intake.listening import PortalAddress
from intake.settings import PublicSettings, SettingsError, read_public
from triage.instances.files import write_public
from triage.instances.finding import Grade
from triage.instances.onion import TORRC, Onion, address_in
from triage.instances.torrc import read_torrc, write_torrc

_path = click.Path(path_type=Path)


@click.command()
@click.argument("directory", metavar="DIR", type=_path)
@click.option(
    "--socket", type=_path, metavar="PATH", help="Where the portal listens for Tor; kept in underseal.toml."
)
@click.option("--torrc", type=_path, metavar="FILE", help="Tor's configuration; default: DIR/torrc.")
@click.option(
    "--data",
    type=_path,
    default="/var/lib/underseal-tor",
    show_default=True,
    metavar="DIR",
    help="Where this Tor keeps its files, the onion's key among them; for a configuration that is written now.",
)
@click.option("--tor", default="tor", show_default=True, metavar="PROGRAM", help="The Tor that will run.")
@click.option(
    "--write", is_flag=True, help="Write the configuration anew, in place of the one that is there."
)
@click.option("--save", is_flag=True, help="Write the onion's address, which Tor made, into underseal.toml.")
@click.pass_context
def onion(
    context: click.Context,
    directory: Path,
    *,
    socket: Path | None,
    torrc: Path | None,
    data: Path,
    tor: str,
    write: bool,
    save: bool,
) -> None:
    """Write Tor's configuration for the instance, and check the onion service. 1: something would stop or show visitors."""
    public = read_public(directory)
    if socket is not None:
        public = _with_door(directory, public, socket)
    if public.portal.onion is None:
        raise SettingsError("the portal has no door for Tor; give one: --socket /run/underseal/tor/portal")
    place = torrc or directory / TORRC
    if write or not place.exists():
        place.write_text(write_torrc(public.portal.onion, data.absolute()), encoding="utf-8")
        place.chmod(0o644)  # nothing in it is secret, and Tor reads it as another user
        click.echo(f"wrote {place}")
    if save:
        public = _with_address(directory, public, place)
    findings = list(Onion(public, place, tor).examine())
    for finding in findings:
        click.echo(f"{finding.grade:<5}{finding.text}")
    if any(finding.grade is Grade.FAIL for finding in findings):
        context.exit(1)


def _with_door(directory: Path, public: PublicSettings, socket: Path) -> PublicSettings:
    try:
        portal = PortalAddress(**{**public.portal.model_dump(), "onion_socket": str(socket)})
    except ValueError:
        raise click.UsageError(
            "--socket takes a path from / of plain letters, such as /run/underseal/tor/portal"
        ) from None
    return _saved(directory, public.model_copy(update={"portal": portal}))


def _with_address(directory: Path, public: PublicSettings, torrc: Path) -> PublicSettings:
    folder = _folder_in(torrc)
    address = address_in(folder)
    if address is None:
        raise SettingsError(
            f"hostname and key in {folder} do not belong together; restore both from their copy"
        )
    site = public.site.model_copy(update={"onion": address})
    return _saved(directory, public.model_copy(update={"site": site}))


def _folder_in(torrc: Path) -> Path:
    try:
        folder = read_torrc(torrc).service_folder
    except ValueError as error:
        raise SettingsError(f"{torrc}: {error}") from None
    if folder is None:
        raise SettingsError(f"{torrc} names no HiddenServiceDir; write it anew with --write")
    if not (folder / "hostname").exists():
        raise SettingsError(f"{folder} has no address yet: start this Tor once, it makes one; then try again")
    return folder


def _saved(directory: Path, public: PublicSettings) -> PublicSettings:
    write_public(directory, public)
    return read_public(directory)
