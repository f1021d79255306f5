"""`underseal migrate`: bring an instance's databases to this release's schema, and make what else it needs."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import Engine, func, select

from intake.database.engines import make_engine
from intake.database.evidence_tables import Evidence
from intake.evidence.settings import DEFAULT_FOLDER
from intake.settings import load_triage, read_public
from triage.instances.postgresql import owner_url
from triage.migrations.upgrade import upgrade_all


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--database",
    metavar="URL",
    help="With PostgreSQL: the database as its owner; processes may not change it.",
)
def migrate(directory: Path, database: str | None) -> None:
    """Upgrade the databases of DIR. Stop its processes first, and back it up."""
    if (read_public(directory).database == "postgresql") != (database is not None):
        raise click.UsageError("--database is needed with PostgreSQL, and only there")
    if database is None:
        settings = load_triage(directory)
        urls = (settings.database_url, settings.volatile_url)
    else:
        try:
            urls = (owner_url(database).render_as_string(hide_password=False),) * 2
        except ValueError as error:
            raise click.UsageError(str(error)) from None
    engines = [make_engine(url) for url in urls]
    upgrade_all(*engines)
    _make_folder(directory, engines[0])
    for engine in engines:
        engine.dispose()
    click.echo("The databases have this release's schema.")


def _make_folder(directory: Path, state: Engine) -> None:
    """The place for sealed files, for an instance that is older than they are. One that was lost is not replaced."""
    table, place = read_public(directory).evidence, directory / DEFAULT_FOLDER
    if table.store != "directory" or table.directory is not None or place.exists():
        return
    with state.connect() as connection:
        files = connection.scalar(select(func.count()).select_from(Evidence))
    if files:
        click.echo(
            f"{place} is missing, and {files} files of cases lay in it: restore it from a backup.", err=True
        )
    else:
        place.mkdir(mode=0o700)
        click.echo(f"Made {place} for sealed files.")
