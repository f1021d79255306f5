"""`underseal route`: where would this report go, and why. A dry run that stores nothing."""

from __future__ import annotations

import json
from pathlib import Path

import click

from intake.organisation import MAX_BYTES, load_organisation
from intake.routing import decide, explain, load_facts
from intake.routing.facts_reader import MAX_BYTES as MAX_FACTS_BYTES
from triage.cli.input_files import load


@click.command()
@click.option(
    "--org", type=click.Path(path_type=Path), required=True, metavar="ORG.json", help="The organisation file."
)
@click.option(
    "--facts", type=click.Path(path_type=Path), required=True, metavar="FACTS.json", help="The facts file."
)
@click.option("--explain", "in_words", is_flag=True, help="Print a paragraph to read instead of JSON.")
def route(org: Path, facts: Path, *, in_words: bool) -> None:
    """Print where a report would go and what follows, as JSON. Nothing is stored."""
    organisation = load(org, load_organisation, limit=MAX_BYTES)
    known = load(facts, lambda raw: load_facts(raw, organisation), limit=MAX_FACTS_BYTES)
    decision = decide(organisation, known, organisation.calendar)
    if in_words:
        click.echo(explain(organisation, known, decision))
    else:
        click.echo(json.dumps(decision.as_json(), indent=2, ensure_ascii=False))
