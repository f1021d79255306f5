"""The identity-clue check (M02): what in a text could point at whoever wrote it. In memory, without anybody else's help."""

from __future__ import annotations

from intake.clues.check import MAX_TEXT, clues_in
from intake.clues.file_names import clues_in_file_name
from intake.clues.grammar import LANGUAGES
from intake.clues.kinds import ADVICE, Clue, Kind

__all__ = ["ADVICE", "LANGUAGES", "MAX_TEXT", "Clue", "Kind", "clues_in", "clues_in_file_name"]
