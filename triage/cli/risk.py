"""`underseal risk` and `underseal severity`: the two sums of the protection model on a file of answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click

from intake import scoring
from intake.scoring import Answers, Score, Sum, explain_score, load_answers
from intake.scoring.answers import MAX_BYTES
from triage.cli.input_files import load


def _print_sum(path: Path, which: Sum, add_up: Callable[[Answers], Score], *, in_words: bool) -> None:
    answers = load(path, lambda raw: load_answers(raw, which), limit=MAX_BYTES)
    score = add_up(answers)
    if in_words:
        click.echo(explain_score(answers, score))
    else:
        click.echo(json.dumps(score.as_json(), indent=2, ensure_ascii=False))


@click.command()
@click.option(
    "--answers", type=click.Path(path_type=Path), required=True, metavar="A.json", help="The answers file."
)
@click.option("--explain", "in_words", is_flag=True, help="Print a paragraph to read instead of JSON.")
def risk(answers: Path, *, in_words: bool) -> None:
    """Print the risk of retaliation as JSON: score, band, overrides, factors."""
    _print_sum(answers, Sum.RISK, scoring.risk, in_words=in_words)


@click.command()
@click.option(
    "--answers", type=click.Path(path_type=Path), required=True, metavar="A.json", help="The answers file."
)
@click.option("--explain", "in_words", is_flag=True, help="Print a paragraph to read instead of JSON.")
def severity(answers: Path, *, in_words: bool) -> None:
    """Print the severity of the matter as JSON: score, band, overrides, factors."""
    _print_sum(answers, Sum.SEVERITY, scoring.severity, in_words=in_words)
