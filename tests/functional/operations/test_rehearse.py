"""A rehearsal: dates are played on a copy, nobody gains a case by it, and the instance never notices."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from crypto.encoding import canonical_json
from crypto.envelope import Place, Purpose, seal_padded
from crypto.errors import CryptoError
from crypto.keys import new_id
from intake.appointments import Kind
from intake.casefile import Holder, open_case
from intake.database.case_tables import Case, Event, OutboxJob, Rung, Slip
from intake.database.engines import Databases
from intake.events import EventKind
from intake.evidence.settings import DirectoryPlace, EvidenceTable
from intake.roster import RosterReader
from intake.settings import SETTINGS_FILE, SettingsError, load_portal, load_triage, load_worker, read_public
from tests.conftest import TODAY, MakeInstance
from tests.functional.triage.conftest import office_with_duties
from tests.support.appointments import Signing, organisation_with_appointers
from tests.support.duties import Watched
from tests.support.instances import Instance
from tests.support.keeping import Kept
from tests.support.reports import Filed, Offices, plumber_report
from tests.support.stored_files import file_with, objects, rows
from tests.support.terminal import run
from triage.instances.drill import drill
from triage.instances.files import write_public
from triage.instances.rehearse import rehearse
from triage.worker.context import open_context
from triage.worker.loop import Worker


@pytest.fixture
def engine_kind() -> str:
    """A rehearsal is made of an instance on SQLite."""
    return "sqlite"


@pytest.fixture
def real(make_instance: MakeInstance) -> Instance:
    """A real instance: on this one no date can be played."""
    return make_instance(demo=False)


@pytest.fixture
def filed(real: Instance) -> Filed:
    """A report that waits for its acknowledgement."""
    return Offices(real, real.today).file(plumber_report())


@pytest.fixture
def copy(real: Instance, filed: Filed, tmp_path: Path) -> Path:
    """The copy."""
    del filed
    rehearse(real.directory, tmp_path / "copy", real.today)
    return tmp_path / "copy"


def fingerprint(directory: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.iterdir())
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def test_a_missed_duty_is_played_on_the_copy_and_the_instance_stays_as_it_was(
    real: Instance, filed: Filed, copy: Path
) -> None:
    before = fingerprint(real.directory)
    later = real.today + timedelta(days=9)
    Worker(open_context(copy, today=later)).round()
    databases = Databases.open(load_worker(copy))
    with databases.reading() as session:
        kinds = set(session.scalars(select(Event.kind)))
        office = session.scalar(select(Case.office))
    databases.close()
    assert EventKind.RELEASED in kinds
    assert office == "HO-north"
    assert fingerprint(real.directory) == before
    with real.owner.reading() as session:
        assert session.scalar(select(Case.office).where(Case.id == filed.case)) == "HO-millbrook"


def test_playing_a_date_opens_no_case_to_anybody_new(real: Instance, filed: Filed, copy: Path) -> None:
    Worker(open_context(copy, today=real.today + timedelta(days=9))).round()
    settings = load_triage(copy)
    databases = Databases.open(settings)
    roster = RosterReader(databases, settings.roster_root, settings.seen_file).current(real.today)
    for officer in real.people:
        holder = Holder(officer, real.pair(officer))
        with databases.reading() as session:
            try:
                opened = open_case(session, filed.case, holder, roster, settings.gate)
            except CryptoError:
                opened = None  # a release of the rehearsal leads to a broken seal
        assert opened is None
    databases.close()


def test_those_who_hold_a_case_hold_it_in_the_copy_too(real: Instance, filed: Filed, copy: Path) -> None:
    settings = load_triage(copy)
    databases = Databases.open(settings)
    roster = RosterReader(databases, settings.roster_root, settings.seen_file).current(real.today)
    with databases.reading() as session:
        file = open_case(session, filed.case, Holder("milo", real.pair("milo")), roster, settings.gate)
    databases.close()
    assert file is not None
    assert file.whole


def test_the_copy_shares_no_key_that_anything_is_believed_from(real: Instance, copy: Path) -> None:
    ours, theirs = read_public(real.directory).keys, read_public(copy).keys
    assert ours.roster_root != theirs.roster_root
    assert ours.gate != theirs.gate
    assert ours.log != theirs.log
    assert copy.stat().st_mode & 0o077 == 0
    for secret in ("portal.secret", "triage.secret", "worker.key", "roster.key"):
        assert (copy / secret).stat().st_mode & 0o077 == 0


def _plant(real: Instance, case: str) -> None:
    """What somebody with the database's password can leave there: noise, and things sealed to the gate as anybody can."""
    gate, job = real.triage.gate, new_id()
    epoch_place = Place(Purpose.RUNG, case, "0.1")
    with real.owner.state.begin() as session:
        session.execute(update(Rung).where(Rung.case_id == case, Rung.slot == 0).values(sealed=b"noise"))
        hollow = seal_padded(gate, epoch_place, canonical_json({"opens": None, "reporter": 7}))
        session.execute(update(Rung).where(Rung.case_id == case, Rung.slot == 1).values(sealed=hollow))
        session.execute(
            text("UPDATE watches SET sealed = 'letters, no bytes' WHERE case_id = :case"), {"case": case}
        )
        session.add(Slip(id=new_id(), sealed=b""))
        session.add(OutboxJob(id=job, job="nobody's", payload=b"", due=real.today, done=False, attempts=0))


def test_the_copy_never_works_where_the_instances_files_lie(real: Instance, tmp_path: Path) -> None:
    settings = real.directory / SETTINGS_FILE
    elsewhere = tmp_path / "disk"
    settings.write_text(settings.read_text().replace("[evidence]", f'[evidence]\ndirectory = "{elsewhere}"'))
    assert load_worker(real.directory).evidence.place == DirectoryPlace(path=elsewhere)
    rehearse(real.directory, tmp_path / "another", real.today)
    assert load_worker(tmp_path / "another").evidence.place == DirectoryPlace(
        path=tmp_path / "another" / "evidence"
    )


def test_what_somebody_planted_in_the_database_forbids_no_rehearsal(
    real: Instance, filed: Filed, tmp_path: Path
) -> None:
    other = filed.offices.file(plumber_report())
    _plant(real, filed.case)
    copy = tmp_path / "copy"
    done = run("rehearse", str(real.directory), str(copy))
    assert done.returncode == 0, done.stderr
    assert "Left out: 2 rungs, 1 watches, 1 slips, 1 jobs." in done.stderr
    worker = Worker(open_context(copy, today=real.today + timedelta(days=9)))
    assert worker.round()
    databases = Databases.open(load_worker(copy))
    with databases.reading() as session:
        assert session.scalar(select(Case.office).where(Case.id == other.case)) == "HO-north"
        assert session.scalar(select(Case.office).where(Case.id == filed.case)) == "HO-millbrook"
    databases.close()


@pytest.mark.parametrize("engine_kind", ["postgresql"])
def test_on_postgresql_one_line_says_why_not_and_what_else(
    make_instance: MakeInstance, tmp_path: Path
) -> None:
    directory = make_instance(demo=False).directory
    for command in (["rehearse", str(directory), str(tmp_path / "copy")], ["drill", str(directory)]):
        done = run(*command)
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert "is on PostgreSQL" in line
        assert "underseal init" in line
    assert not (tmp_path / "copy").exists()


def test_a_rehearsal_of_a_rehearsal_still_believes_what_was_signed_before(
    real: Instance, copy: Path, tmp_path: Path
) -> None:
    Worker(open_context(copy, today=real.today + timedelta(days=9))).round()
    again = tmp_path / "again"
    rehearse(copy, again, real.today)
    Worker(open_context(again, today=real.today + timedelta(days=30))).round()
    databases = Databases.open(load_worker(again))
    with databases.reading() as session:
        assert session.scalar(select(Case.office)) == "HO-land"
    databases.close()


def test_whom_the_office_above_appointed_is_in_the_copy_too(
    make_instance: MakeInstance, tmp_path: Path
) -> None:
    instance = make_instance(organisation_with_appointers(), demo=False)
    Signing(instance).appoint("frida", Kind.APPOINT)
    Signing(instance).appoint("marc", Kind.DISABLE)
    rehearse(instance.directory, tmp_path / "copy", instance.today)
    worker = load_worker(tmp_path / "copy")
    databases = Databases.open(worker)
    try:
        roster = RosterReader(databases, worker.roster_root, worker.seen_file).current(instance.today)
    finally:
        databases.close()
    assert "frida" in roster.certified
    assert "marc" not in roster.certified
    assert roster.organisation.officers["frida"].name == "Frida Friend"


def test_on_a_real_instance_no_date_is_played(real: Instance) -> None:
    with pytest.raises(SettingsError, match="a demo or a rehearsal only"):
        open_context(real.directory, today=real.today)


def test_the_command_says_how_to_go_on(real: Instance, filed: Filed, tmp_path: Path) -> None:
    del filed
    copy = tmp_path / "copy"
    done = run("rehearse", str(real.directory), str(copy))
    assert done.returncode == 0, done.stderr
    assert f"underseal worker {copy} --once --today" in done.stdout
    again = run("rehearse", str(real.directory), str(copy))
    assert again.returncode == 1
    assert "is not empty" in again.stderr


def test_what_is_no_instance_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is no instance"):
        rehearse(tmp_path / "nothing", tmp_path / "copy", TODAY)
    assert not (tmp_path / "copy").exists()


@pytest.fixture
def elsewhere(make_instance: MakeInstance, tmp_path: Path) -> Instance:
    """A real instance whose files lie outside of its own directory."""
    made = make_instance(office_with_duties(), demo=False)
    place = tmp_path / "mounted"
    (made.directory / "evidence").rename(place)
    public = read_public(made.directory)
    table = public.evidence.model_copy(update={"directory": place})
    write_public(made.directory, public.model_copy(update={"evidence": table}))
    return made


def test_a_rehearsal_takes_no_file_along_and_removes_none_of_the_instances(
    elsewhere: Instance, tmp_path: Path
) -> None:
    """Its worker deletes the case by a played date, and looks for files that no row knows for weeks."""
    place = tmp_path / "mounted"
    (elsewhere.directory / "evidence").symlink_to(place)  # where the stories look
    filed, _ = file_with(Offices(elsewhere, elsewhere.today), b"a bill", draft=plumber_report())
    Kept(Watched(filed), filed).refused().decide_deletion(elsewhere.today)
    before = objects(place)
    copy = tmp_path / "copy"
    rehearse(elsewhere.directory, copy, elsewhere.today)
    for days in (1, 32, 33, 40, 50):
        Worker(open_context(copy, today=elsewhere.today + timedelta(days=days))).round()
    databases = Databases.open(load_worker(copy))
    with databases.reading() as session:
        assert session.scalars(select(Case.id)).all() == []
    databases.close()
    assert objects(place) == before == rows(elsewhere)
    assert (objects(copy / "evidence"), sorted((copy / "evidence").glob("*/*"))) == (set(), [])


def test_a_rehearsal_of_an_instance_on_s3_has_no_key_and_no_address_of_the_bucket(
    real: Instance, tmp_path: Path
) -> None:
    public = read_public(real.directory)
    fields = {"store": "s3", "bucket": "sealed-things", "prefix": "a", "endpoint": "https://s3.example.org"}
    write_public(
        real.directory,
        public.model_copy(update={"evidence": EvidenceTable.model_validate({**fields, "per_file": "5 MiB"})}),
    )
    keys = {"evidence_access_key": "planted-access", "evidence_secret_key": "planted-secret"}
    for name in ("portal.secret", "triage.secret", "worker.key"):
        path = real.directory / name
        path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **keys}), "utf-8")
    assert load_worker(real.directory).evidence.place != DirectoryPlace(path=real.directory / "evidence")
    copy = tmp_path / "copy"
    rehearse(real.directory, copy, real.today)
    for load in (load_portal, load_triage, load_worker):
        settings = load(copy)
        assert settings.evidence.place == DirectoryPlace(path=copy / "evidence")
        assert settings.evidence.limits.per_file == 5 << 20
    held = b"".join(path.read_bytes() for path in copy.rglob("*") if path.is_file())
    assert not [word for word in (b"planted", b"s3.example.org", b"sealed-things") if word in held]
    # A drill is played on such a copy as well: were the bucket asked for anything, nothing would answer here.
    assert all(step.proved for step in drill(real.directory, real.today))
