"""Zip archives: the list of what is in them, as the archive says it. Nothing is unpacked."""

from __future__ import annotations

import io
import zipfile

from intake.evidence.clean.job import damaged
from intake.evidence.types import BROKEN_ZIP
from intake.evidence.view.work import Work
from intake.evidence.views import Fact, Label, Note, Shows


def show(work: Work) -> Shows:
    """Names and sizes in bytes, folders left out."""
    try:
        with zipfile.ZipFile(io.BytesIO(work.data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except BROKEN_ZIP:
        damaged("zip")
    work.facts[Fact.FILES] = len(infos)
    if any(info.flag_bits & 1 for info in infos):
        work.note(Note.FILES_LOCKED)
    work.note(Note.FILES_INSIDE)
    work.table([[info.filename, str(info.file_size)] for info in infos], Label.FILES)
    return Shows.TEXT
