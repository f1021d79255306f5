"""An officer and the files of a case: what the page lists, what a download is, what is seen, what is taken along."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crypto.keys import new_id
from intake.audience import SEES, Audience
from intake.circle import write_item
from intake.database.case_tables import ItemKind
from intake.events import EventKind
from intake.evidence.types import Kind
from templates.web.headers import NO_STORE
from tests.functional.triage.conftest import BackOffice
from tests.support import evidence_office, evidence_pdf, evidence_pictures
from tests.support.backoffice import Browser, forms_of
from tests.support.handling import Handled
from tests.support.instances import Instance
from tests.support.joined import Pair
from tests.support.panels import Office
from tests.support.reports import Filed, Offices, plumber_report, water_report
from tests.support.shelves import Shelves
from tests.support.splitting import Split, two_matters
from triage.casework.acknowledge import acknowledge

NASTY = "\u202egnp.exe <b>secret</b>/../../etc/passwd.pdf"
CONTENT_CSP = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@pytest.fixture
def shelves(offices: Offices) -> Shelves:
    return Shelves(offices)


@pytest.fixture
def desk(instance: Instance) -> Browser:
    browser = Browser(instance)
    browser.log_in("milo")
    return browser


def section(page: str) -> str:
    """The section of the case's page."""
    found = re.search(r'<section id="evidence".*?</section>', page, re.DOTALL)
    assert found is not None
    return re.sub(r"\s+", " ", found.group())


def test_a_case_without_files_says_so(desk: Browser, filed: Filed) -> None:
    assert "The reporter sent no files." in section(desk.get(f"/cases/{filed.case}").text)


def test_an_officer_sees_what_each_file_is_and_what_was_done_with_it(desk: Browser, shelves: Shelves) -> None:
    photo = evidence_pictures.jpeg()
    filed = shelves.file(
        shelves.cleaned(photo, "IMG_2034.jpeg", keep_original=True),
        shelves.cleaned(evidence_office.docx_file(), "Bericht.docx"),
        shelves.uncleaned(b"MZ\x90 a program", NASTY),
    )
    shelves.writes(filed, "Here is one more.", shelves.plain(b"The third well.", "notes.txt"))
    page = section(desk.get(f"/cases/{filed.case}").text)
    assert "4 files" in page
    assert "1 not cleaned" in page
    assert "Photo (JPEG)" in page
    assert re.search(r"Taken out:[^<]*the place where it was taken or made", page)
    assert re.search(r"and \d+ more kinds of traces", page)
    assert re.search(r"<li>names of authors \(\d+\)</li>", page)
    assert "Still in it:" in page
    assert "Not cleaned: it is locked with a password." in page
    assert "Open it only on a machine without network" in page
    assert "The untouched original is kept, sealed: two custodians together can open it." in page
    assert hashlib.sha256(photo).hexdigest()[:8] in page  # the original's, whole in the details
    assert page.index("From the report") < page.index("From the message of")
    assert "<b>secret" not in page
    assert "\u202e" not in page
    program = next(entry for entry in shelves.entries(filed, "milo") if not entry.cleaned)
    assert f"/evidence/{program.id}/view" not in page


def test_a_download_is_the_cleaned_copy_and_nothing_that_a_browser_runs(
    desk: Browser, shelves: Shelves
) -> None:
    filed = shelves.file(
        shelves.cleaned(evidence_pdf.pdf(), "Rechnung für März.pdf"),
        shelves.plain(b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "x.svg", Kind.SVG),
        shelves.uncleaned(b"<html><script>alert(1)</script>", "page.html"),
    )
    pdf, svg, page = shelves.entries(filed, "milo")
    for entry, media in (
        (pdf, "application/pdf"),
        (svg, "image/svg+xml"),
        (page, "application/octet-stream"),
    ):
        answer = desk.get(f"/cases/{filed.case}/evidence/{entry.id}")
        assert answer.status_code == 200
        assert hashlib.sha256(answer.data).digest() == entry.blob.sha256
        assert answer.headers["Content-Type"] == media
        assert answer.headers["Content-Length"] == str(entry.blob.length)
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
        assert answer.headers["Content-Security-Policy"] == CONTENT_CSP
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == NO_STORE
        assert answer.headers["Accept-Ranges"] == "none"
        assert answer.headers["X-Accel-Buffering"] == "no"
    assert (
        "Rechnung%20f%C3%BCr%20M%C3%A4rz.pdf"
        in desk.get(f"/cases/{filed.case}/evidence/{pdf.id}").headers["Content-Disposition"]
    )
    ranged = desk.client.get(
        f"/cases/{filed.case}/evidence/{pdf.id}", base_url="https://desk.test", headers={"Range": "bytes=0-3"}
    )
    assert (ranged.status_code, len(ranged.data)) == (200, pdf.blob.length)
    assert filed.opened_by("milo").records[-1].kind is EventKind.OPENED  # type: ignore[union-attr]


def test_asking_for_the_head_of_a_file_reads_nothing_of_it(desk: Browser, shelves: Shelves) -> None:
    filed = shelves.file(shelves.plain(bytes(100_000), "zeros.txt"))
    (entry,) = shelves.entries(filed, "milo")
    path = shelves.object_of(entry)
    path.chmod(0o600)
    path.write_bytes(bytes(path.stat().st_size))
    address = f"/cases/{filed.case}/evidence/{entry.id}"
    head = desk.client.head(address, base_url="https://desk.test")
    assert (head.status_code, head.headers["Content-Length"]) == (200, "100000")
    assert desk.get(address).status_code == 409
    path.unlink()
    assert desk.client.head(address, base_url="https://desk.test").status_code == 409


@pytest.mark.parametrize("harm", ["missing", "altered", "cut short", "longer", "another file"])
def test_a_file_that_is_not_whole_is_not_given_out_and_the_page_says_what_to_do(
    desk: Browser, shelves: Shelves, harm: str
) -> None:
    filed = shelves.file(shelves.plain(b"One." * 5000, "one.txt"), shelves.plain(b"Two." * 5000, "two.txt"))
    one, two = shelves.entries(filed, "milo")
    path = shelves.object_of(one)
    data = bytearray(path.read_bytes())
    if harm == "missing":
        path.unlink()
    elif harm == "another file":
        path.write_bytes(shelves.object_of(two).read_bytes())
    else:
        data[-3] ^= harm == "altered"
        path.write_bytes(bytes(data[:-1] if harm == "cut short" else data + b"x" * (harm == "longer")))
    for address in ("", "/view", "/view/1"):
        answer = desk.get(f"/cases/{filed.case}/evidence/{one.id}{address}")
        assert answer.status_code == 409, answer.text
        assert "This file cannot be given out" in answer.text
        assert "second copy or a backup" in answer.text
        assert "One." not in answer.text
        assert one.blob.sha256.hex() in answer.text
    assert desk.get(f"/cases/{filed.case}/evidence/{two.id}").data == b"Two." * 5000


def test_a_store_that_does_not_answer_is_not_a_lost_file(desk: Browser, shelves: Shelves) -> None:
    filed = shelves.file(shelves.plain(b"One.", "one.txt"))
    (entry,) = shelves.entries(filed, "milo")
    place = shelves.store.path
    place.rename(place.with_name("unmounted"))
    answer = desk.get(f"/cases/{filed.case}/evidence/{entry.id}")
    assert answer.status_code == 503
    assert "cannot be given out" not in answer.text


def test_a_file_that_nobody_can_read_or_prove_is_shown_as_such(desk: Browser, shelves: Shelves) -> None:
    good, twice = shelves.plain(b"One.", "one.txt"), shelves.plain(b"Two.", "two.txt")
    filed = shelves.file(good)
    # A reporter's own program may send anything.
    unchecked = replace(shelves.offices.mailbox, staging=None)
    unchecked.write(filed.master, "The same again.", 0, (good, twice))
    with filed.act("milo") as acting:  # somebody who can write to the database, in the reporter's name
        forged = {"text": "Mine.", "evidence": [{"blob": 1}, shelves.entries(filed, "milo")[0].as_json()]}
        write_item(acting.session, acting.box, acting.author, ItemKind.MESSAGE, acting.today, forged)
    answer = desk.get(f"/cases/{filed.case}")
    assert answer.status_code == 200
    page = section(answer.text)
    assert "5 files" in page
    assert "by the name of another one" in page
    assert "in a way that nobody can read" in page
    assert "is not proved to be the reporter" in page
    assert [entry.name for entry in shelves.entries(filed, "milo")] == ["one.txt", "two.txt"]


@pytest.mark.parametrize("address", ["", "/view", "/view/1", "?x=1"])
def test_a_file_of_another_case_does_not_exist_in_this_one(
    desk: Browser, shelves: Shelves, address: str
) -> None:
    here, there = shelves.file(shelves.plain(b"a", "a.txt")), shelves.file(shelves.plain(b"b", "b.txt"))
    (theirs,) = shelves.entries(there, "milo")
    nothing = desk.get(f"/cases/{new_id()}/evidence/{theirs.id}{address}")
    for blob in (theirs.id, new_id(), "x", "a" * 64, theirs.blob.key.hex()):
        answer = desk.get(f"/cases/{here.case}/evidence/{blob}{address}")
        assert (answer.status_code, answer.text) == (nothing.status_code, nothing.text)


def test_a_picture_is_seen_as_pixels_that_were_coded_anew(desk: Browser, shelves: Shelves) -> None:
    filed = shelves.file(shelves.cleaned(evidence_pictures.jpeg(), "well.jpeg"))
    (entry,) = shelves.entries(filed, "milo")
    page = desk.get(f"/cases/{filed.case}/evidence/{entry.id}/view")
    assert page.status_code == 200
    assert f'src="/cases/{filed.case}/evidence/{entry.id}/view/1"' in page.text
    picture = desk.get(f"/cases/{filed.case}/evidence/{entry.id}/view/1")
    assert picture.headers["Content-Type"] in {"image/png", "image/jpeg"}
    assert picture.headers["Content-Disposition"].startswith("inline; ")
    assert picture.headers["Content-Security-Policy"] == CONTENT_CSP
    assert picture.headers["Cache-Control"] == NO_STORE
    assert hashlib.sha256(picture.data).digest() != entry.blob.sha256
    for beyond in ("/view/2", "/view?page=2", "/view?page=0", "/view?page=x", "/view?page=123456"):
        assert desk.get(f"/cases/{filed.case}/evidence/{entry.id}{beyond}").status_code == 404, beyond


def test_a_document_is_seen_page_by_page_or_as_its_words(desk: Browser, shelves: Shelves) -> None:
    filed = shelves.file(
        shelves.cleaned(evidence_pdf.pdf(), "bill.pdf"),
        shelves.cleaned(evidence_office.docx_file(), "letter.docx"),
        shelves.cleaned(evidence_office.xlsx_file(), "sums.xlsx"),
        shelves.plain(b"a\r\nb <b>bold</b> & more", "words.txt"),
        shelves.uncleaned(b"secret", "locked.zip"),
    )
    pdf, letter, sums, words, locked = shelves.entries(filed, "milo")

    def view(entry_id: str) -> str:
        answer = desk.get(f"/cases/{filed.case}/evidence/{entry_id}/view")
        assert answer.status_code == 200
        return answer.text

    assert "Page 1 of" in view(pdf.id)
    shown = view(letter.id)
    assert evidence_office.TEXT in shown
    assert 'href="?page=1"' in shown
    assert "Picture 1 of" in desk.get(f"/cases/{filed.case}/evidence/{letter.id}/view?page=1").text
    shown = view(sums.id)
    assert '<th scope="col">A</th>' in shown
    assert '<th scope="row">1</th>' in shown
    assert 'role="region" tabindex="0"' in shown
    assert "b &lt;b&gt;bold&lt;/b&gt; &amp; more" in view(words.id)
    shown = view(locked.id)
    assert "Such a file is not shown here." in shown
    assert "<img" not in shown
    assert desk.get(f"/cases/{filed.case}/evidence/{locked.id}/view/1").status_code == 404


def take(desk: Browser, case: str) -> bytes:
    """Take copies as an officer does: the page, its button, the archive."""
    page = desk.get(f"/cases/{case}/evidence/export")
    sent = desk.send(page, f"/cases/{case}/evidence/export")
    assert sent.status_code == 303, sent.text
    answer = desk.get(sent.headers["Location"])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    return bytes(answer.data)


def test_copies_come_with_a_manifest_that_anybody_can_check_and_the_record_says_who_took_them(
    desk: Browser, shelves: Shelves, tmp_path: Path, today: date
) -> None:
    photo = evidence_pictures.jpeg()
    filed = shelves.file(
        shelves.cleaned(photo, "Ä same.jpeg", keep_original=True),
        shelves.cleaned(evidence_pictures.jpeg(), "Ä same.jpeg"),
        shelves.uncleaned(b"MZ", NASTY),
    )
    shelves.writes(filed, "More.", shelves.plain(b"The third well.", "notes.txt"))
    data = take(desk, filed.case)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "out")
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert (manifest["case"], manifest["exported"]) == (filed.case, today.isoformat())
    assert manifest["by"]["officer"] == "milo"
    assert [each["from"]["what"] for each in manifest["files"]] == ["report", "report", "report", "message"]
    assert [each["cleaned"] for each in manifest["files"]] == [True, True, False, True]
    assert manifest["files"][0]["original_kept"]["sha256"] == hashlib.sha256(photo).hexdigest()
    assert manifest["files"][2]["path"].startswith("not-cleaned/003-")
    assert ".." not in manifest["files"][2]["path"]
    assert manifest["not_in_archive"] == []

    file = filed.opened_by("milo")
    assert file is not None
    assert file.whole
    record = file.records[-1]
    assert (record.kind, record.actor) == (EventKind.EXPORTED, "milo")
    assert record.data.keys() == {"item", "body"}
    assert manifest["record"]["event"] == record.number
    (paper,) = file.papers("copies")
    assert [each["sha256"] for each in paper.content["files"]] == [
        each["sha256"] for each in manifest["files"]
    ]
    assert "Took copies of the files" in desk.get(f"/cases/{filed.case}").text


def test_a_reporter_reads_that_copies_were_taken_and_not_by_whom(
    desk: Browser, shelves: Shelves, offices: Offices
) -> None:
    filed = shelves.file(shelves.plain(b"a", "a.txt"))
    take(desk, filed.case)
    seen = offices.mailbox.view(filed.master)
    assert seen.events[-1].kind is EventKind.EXPORTED
    assert seen.proved
    assert EventKind.EXPORTED in SEES[Audience.ABOVE]


def test_copies_can_be_fetched_again_on_the_same_day_by_whoever_took_them(
    desk: Browser, instance: Instance, shelves: Shelves
) -> None:
    filed = shelves.file(shelves.plain(b"a", "a.txt"), draft=water_report())
    page = desk.get(f"/cases/{filed.case}/evidence/export")
    address = desk.send(page, f"/cases/{filed.case}/evidence/export").headers["Location"]
    assert (
        desk.send(page, f"/cases/{filed.case}/evidence/export").headers["Location"] == address
    )  # a second tap
    assert desk.get(address).data == desk.get(address).data
    assert address in desk.get(f"/cases/{filed.case}/evidence/export").text
    other = Browser(instance)
    other.log_in("mara")
    assert other.get(address).status_code == 404
    file = filed.opened_by("milo")
    assert file is not None
    assert [record.kind for record in file.records].count(EventKind.EXPORTED) == 1


def test_what_is_missing_or_damaged_is_named_and_not_in_the_archive(desk: Browser, shelves: Shelves) -> None:
    filed = shelves.file(
        *(shelves.plain(f"{name}.".encode() * 4000, f"{name}.txt") for name in ("a", "b", "c"))
    )
    gone, bad, good = shelves.entries(filed, "milo")
    shelves.object_of(gone).unlink()
    path = shelves.object_of(bad)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    with zipfile.ZipFile(io.BytesIO(take(desk, filed.case))) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert archive.read(manifest["files"][0]["path"]) == b"c." * 4000
        assert len(archive.namelist()) == 3
    assert [each["sha256"] for each in manifest["files"]] == [good.blob.sha256.hex()]
    assert [each["why"] for each in manifest["not_in_archive"]] == ["missing", "damaged"]
    shelves.object_of(good).unlink()
    page = desk.get(f"/cases/{filed.case}/evidence/export")
    refused = desk.send(page, f"/cases/{filed.case}/evidence/export")
    assert refused.status_code == 409
    assert "There is no whole file to take along." in refused.text


def test_a_seat_on_the_panel_reads_and_takes_nothing_along(
    instance: Instance, shelves: Shelves, back_office: BackOffice
) -> None:
    filed = shelves.file(shelves.plain(b"a", "a.txt"))
    acknowledge(back_office.desk, back_office.officer("milo"), filed.case)
    proposal = Office(back_office, filed).refuses()
    seat = min({"marc", "mona"} & set(proposal.seats))  # no duty of triage, no task
    (entry,) = shelves.entries(filed, seat)
    member = Browser(instance)
    member.log_in(seat)
    assert member.get(f"/cases/{filed.case}/evidence/{entry.id}").data == b"a"
    assert f"/cases/{filed.case}/evidence/export" not in member.get(f"/cases/{filed.case}").text
    page = member.get(f"/cases/{filed.case}/evidence/export")
    assert "view and download the files one by one" in page.text
    token = forms_of(page)["/logout"].fields["csrf_token"]
    assert member.post(f"/cases/{filed.case}/evidence/export", csrf_token=token).status_code == 403
    file = filed.opened_by(seat)
    assert file is not None
    assert EventKind.EXPORTED not in {record.kind for record in file.records}


def test_files_of_a_report_that_was_split_open_in_both_of_its_cases(
    instance: Instance, shelves: Shelves, back_office: BackOffice
) -> None:
    draft = two_matters()
    draft.files.append(shelves.plain(b"The wages.", "wages.txt"))
    handled = Handled(back_office, shelves.file(draft=draft)).addressed()
    split = Split.of(back_office, handled.filed, goes=("subject-1",))
    desk = Browser(instance)
    desk.log_in("milo")
    (entry,) = shelves.entries(split.second, "milo")
    for filed in (split.first, split.second):
        assert "wages.txt" in section(desk.get(f"/cases/{filed.case}").text)
        assert desk.get(f"/cases/{filed.case}/evidence/{entry.id}").data == b"The wages."
    shelves.writes(split.first, "Only here.", shelves.plain(b"x", "here.txt"))
    assert len(shelves.entries(split.first, "milo")) == 2
    assert len(shelves.entries(split.second, "milo")) == 1


def test_a_case_that_is_handled_together_with_another_one_leads_to_its_files(
    instance: Instance, shelves: Shelves, back_office: BackOffice, offices: Offices
) -> None:
    leading = Handled(back_office, offices.file(plumber_report())).addressed()
    second = shelves.file(
        shelves.plain(b"A bill.", "bill.txt"), draft=plumber_report(what="Pipes were billed twice.")
    )
    pair = Pair(back_office, Handled(back_office, second).assessed(), leading)
    pair.joined()
    desk = Browser(instance)
    desk.log_in("milo")
    (entry,) = shelves.entries(second, "milo")
    page = section(desk.get(f"/cases/{leading.filed.case}").text)
    assert f'href="/cases/{second.case}#evidence"' in page
    assert "1 file of the case that is handled together with this one" in page
    assert entry.id not in page
    assert desk.get(f"/cases/{leading.filed.case}/evidence/{entry.id}").status_code == 404
    assert desk.get(f"/cases/{second.case}/evidence/{entry.id}").data == b"A bill."
