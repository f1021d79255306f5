"""`underseal migrate`: bring an instance's databases to this release's schema."""

from __future__ import annotations

from pathlib import Path

import click

from intake.database.engines import make_engine
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
    for engine in engines:
        engine.dispose()
    click.echo("The databases have this release's schema.")
