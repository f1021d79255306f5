"""`python -P -m triage.cli`: the same commands without the installed script."""

from __future__ import annotations

from triage.cli.main import main

main(prog_name="underseal")
