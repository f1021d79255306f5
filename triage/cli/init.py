"""`underseal init`: a new instance, its ceremony sheet, and the first accounts. It decides nothing that a flag does not say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from intake.database.engines import Databases
from intake.evidence.settings import EvidenceTable
from intake.organisation import EXT_OMB, MAX_BYTES, OVS, Organisation, load_organisation
from intake.organisation import Officer as Member
from intake.roster import Officer, certify
from intake.settings import TriageSettings
from intake.time import Clock
from triage.accounts.enrol import make_account
from triage.accounts.second_factor import new_totp_secret
from triage.cli.input_files import load
from triage.cli.terminal import Enrolee, ask_access_keys, ask_login, is_terminal
from triage.instances.ceremony import FirstLogin, Threshold, make_shares, render_sheet
from triage.instances.evidence import Keys, read_keys, table_from
from triage.instances.make import Ceremony, Plan, make_instance
from triage.instances.officers import Login, about_duties
from triage.instances.passphrase import new_passphrase
from triage.instances.postgresql import owner_url
from triage.instances.simple import check_name, simple_organisation


@dataclass
class Enrolment:
    """Who gets an account now, and how: at the terminal, or in an envelope for somebody who is elsewhere."""

    instance: str
    offices: frozenset[str]
    envelopes: bool
    first_logins: list[FirstLogin] = field(default_factory=list)

    def __call__(
        self, databases: Databases, settings: TriageSettings, organisation: Organisation
    ) -> Iterator[Officer]:
        for member in organisation.officers.values():
            if member.office in self.offices:
                login = self._login(member)
                names = (member.name,)
                keys = make_account(
                    databases, settings, member.id, login.password, login.totp_secret, names=names
                )
                yield certify(organisation, member.id, keys)

    def _login(self, member: Member) -> Login:
        if not self.envelopes:
            return ask_login(Enrolee(member.id, member.name, self.instance))
        login = Login(new_passphrase(), new_totp_secret())
        self.first_logins.append(FirstLogin(member.id, member.name, login.password, login.totp_secret))
        return login


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--org", type=click.Path(path_type=Path), metavar="ORG.json", help="The organisation file.")
@click.option(
    "--simple", metavar="NAME", help="A small organisation of this name: one office, no file needed."
)
@click.option(
    "--officer", "officers", multiple=True, metavar="NAME", help="With --simple: an officer, enrolled now."
)
@click.option(
    "--external", metavar="NAME", help="With --simple: who receives reports about the office itself."
)
@click.option(
    "--database", metavar="URL", help="An empty PostgreSQL database, as its owner. Default: embedded SQLite."
)
@click.option(
    "--shares", metavar="K/N", help="Recovery shares: K of N trustees (default 3/5; with --simple 2/3)."
)
@click.option(
    "--copy",
    "copy_directory",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A second place: every accepted report is flushed there before the receipt is shown.",
)
@click.option(
    "--evidence",
    metavar="URL",
    help="Where sealed files lie: s3://BUCKET/PREFIX?endpoint=https://…&region=…, or a directory."
    " Default: in DIR.",
)
@click.option(
    "--evidence-keys",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With S3: the processes' access keys. Default: asked for at the terminal.",
)
@click.option(
    "--envelopes", is_flag=True, help="Print first logins instead of asking people at this terminal."
)
def init(  # noqa: PLR0913 - each is an option of the command, named in docs/interfaces.md
    directory: Path,
    *,
    org: Path | None,
    simple: str | None,
    officers: tuple[str, ...],
    external: str | None,
    database: str | None,
    shares: str | None,
    copy_directory: Path | None,
    evidence: str | None,
    evidence_keys: Path | None,
    envelopes: bool,
) -> None:
    """Make a new instance in DIR, and print its recovery shares and ceremony sheet once."""
    if (org is None) == (simple is None):
        raise click.UsageError("give either --org ORG.json or --simple NAME")
    if simple is None and (officers or external):
        raise click.UsageError(
            "--officer and --external belong to --simple; with --org the file lists everybody"
        )
    try:
        threshold = Threshold.from_text(shares or ("3/5" if simple is None else "2/3"))
        owner = owner_url(database) if database else None
        table = EvidenceTable() if evidence is None else table_from(evidence)
        name, text = _read(org) if simple is None else (simple, _ask_simple(simple, officers, external))
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if table.directory is not None and _lies_in(table.directory, directory):
        raise click.UsageError(f"leave --evidence out: sealed files lie in {directory} by themselves")
    keys = _keys(table, evidence_keys)
    offices = frozenset[str]() if simple is None else frozenset(load_organisation(text.encode()).offices)
    enrol = Enrolment(name, offices | {EXT_OMB, OVS}, envelopes or not is_terminal())
    copy_is_new = copy_directory is not None and not copy_directory.exists()
    plan = Plan(
        name=name,
        organisation_json=text,
        today=Clock().today(),
        database=owner,
        copy_directory=_prepared(copy_directory, directory),
        evidence=table,
        evidence_keys=keys,
    )

    def announce(ceremony: Ceremony, _directory: Path) -> None:
        sheet = render_sheet(
            ceremony, threshold, make_shares(ceremony.recovery, threshold), enrol.first_logins
        )
        click.echo(sheet)

    try:
        make_instance(directory, plan, enrol=enrol, announce=announce)
    except BaseException:
        if copy_is_new and plan.copy_directory is not None:
            plan.copy_directory.rmdir()
        raise
    for said in about_duties(load_organisation(text.encode())):
        click.echo(said, err=True)
    _say_next(directory, simple=simple is not None, copied=copy_directory is not None)


def _read(path: Path | None) -> tuple[str, str]:
    assert path is not None
    raw = b""

    def keep(content: bytes) -> Organisation:
        nonlocal raw
        raw = content
        return load_organisation(content)

    organisation = load(path, keep, limit=MAX_BYTES)
    name = organisation.extra.get("name")
    return (name if isinstance(name, str) and 0 < len(name) <= 200 else path.stem), raw.decode("utf-8")


def _ask_simple(name: str, officers: tuple[str, ...], external: str | None) -> str:
    """The organisation file's text. Raises ValueError, also before anybody is asked."""
    check_name(name)
    people = list(officers)
    while not officers and is_terminal():
        person = click.prompt(
            "Name of an officer (empty: that was all)", default="", show_default=False
        ).strip()
        if not person:
            break
        people.append(person)
    if external is None and is_terminal():
        click.echo(
            "Who outside should receive reports about the office itself, and those the office leaves undone?"
        )
        external = click.prompt("Name of that person (empty: nobody)", default="", show_default=False).strip()
    if not external:
        click.echo(
            "Without a recipient outside, reports about your own officers cannot be accepted.", err=True
        )
    return simple_organisation(name, people, external or None)


def _keys(table: EvidenceTable, file: Path | None) -> Keys:
    if table.store != "s3":
        if file is not None:
            raise click.UsageError("--evidence-keys belongs to an --evidence that begins with s3://")
        return {}
    if file is not None:
        return read_keys(file)
    if not is_terminal():
        raise click.UsageError("without a terminal, --evidence s3://… needs --evidence-keys FILE")
    return ask_access_keys()


def _lies_in(place: Path, directory: Path) -> bool:
    return place.resolve().is_relative_to(directory.resolve())


def _prepared(copy_directory: Path | None, directory: Path) -> Path | None:
    if copy_directory is None:
        return None
    place = copy_directory.resolve()
    if _lies_in(place, directory):
        raise click.UsageError("--copy must lie elsewhere: a copy in the same directory is lost with it")
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"--copy {place} cannot be made ({error.strerror})") from None
    return place


def _say_next(directory: Path, *, simple: bool, copied: bool) -> None:
    click.echo(f"The instance is in {directory}. Next:")
    if not simple:
        click.echo(f"  underseal officer add {directory} NAME     for each member who handles reports")
    click.echo(
        f"  underseal portal {directory}    underseal triage {directory}    underseal worker {directory}"
    )
    click.echo(f"  underseal doctor {directory}    says what is still missing")
    if not copied:
        click.echo("  There is no second copy (--copy): the loss of this disk would lose reports.")
