"""Officers come, forget their password, and go: the roster says so each time, under the root's signature."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crypto.kdf import UNSAFE_TEST_COST
from intake.appointments import Kind
from intake.roster import RosterError, RosterReader
from intake.settings import ROSTER_FILE, SettingsError
from intake.time import Clock
from tests.conftest import MakeInstance
from tests.support.appointments import Signing, organisation_with_appointers
from tests.support.instances import Instance
from tests.support.terminal import run
from triage.accounts.enrol import NoSuchAccountError, make_account
from triage.accounts.passwords import WeakPasswordError
from triage.accounts.second_factor import new_totp_secret
from triage.instances.officers import Login, Registry, open_registry


@pytest.fixture
def started(make_instance: MakeInstance) -> Instance:
    """An instance in which only the outside recipients have accounts, as after ``init --org``."""
    return make_instance(members=lambda name: name in {"olga", "omar", "vera", "vito"})


@pytest.fixture
def registry(started: Instance) -> Registry:
    """The registry, under the back office's own rights, with a cheap derivation."""
    reader = RosterReader(started.triage_db, started.triage.roster_root, started.triage.seen_file)
    return Registry(started.triage, started.triage_db, reader, started.root, started.today, UNSAFE_TEST_COST)


def _login(password: str = "walnut drizzle orbit mantle") -> Login:
    return Login(password, new_totp_secret())


def test_an_added_officer_is_certified_in_the_next_edition(registry: Registry, started: Instance) -> None:
    assert registry.add("milo", _login()).number == 2
    assert "milo" in started.roster.certified
    assert started.roster.officers["milo"].office == "HO-millbrook"


def test_nobody_is_added_who_is_not_in_the_organisation(registry: Registry) -> None:
    with pytest.raises(RosterError, match="keys renew --org"):
        registry.add("mallory", _login())
    assert registry.roster().number == 1


def test_nobody_is_added_twice(registry: Registry) -> None:
    registry.add("milo", _login())
    with pytest.raises(RosterError, match="officer reset"):
        registry.add("milo", _login())


def test_an_enrolment_that_was_cut_off_before_its_certificate_can_be_repeated(registry: Registry) -> None:
    make_account(
        registry.databases, registry.settings, "milo", "walnut drizzle orbit mantle", new_totp_secret(),
        cost=UNSAFE_TEST_COST,
    )  # fmt: skip
    assert "milo" in registry.add("milo", _login()).certified


def test_a_weak_password_changes_nothing(registry: Registry) -> None:
    with pytest.raises(WeakPasswordError):
        registry.add("milo", _login("milo fernandes"))
    assert registry.roster().number == 1


def test_a_reset_gives_new_keys_and_keeps_the_old_for_verifying(registry: Registry) -> None:
    old = registry.add("milo", _login()).keys_of("milo")
    roster = registry.reset("milo", _login())
    assert roster.keys_of("milo") != old
    assert roster.all_keys_of("milo")[1:] == (old,)


def test_a_disabled_officer_receives_nothing_and_can_come_back(registry: Registry) -> None:
    first = registry.add("milo", _login()).keys_of("milo")
    gone = registry.disable("milo")
    assert "milo" not in gone.certified
    assert gone.keys_of("milo") == first
    with pytest.raises(RosterError, match="no certified keys"):
        registry.disable("milo")
    back = registry.add("milo", _login())
    assert "milo" in back.certified
    assert first in back.all_keys_of("milo")


def test_disabling_somebody_without_an_account_says_so(registry: Registry) -> None:
    with pytest.raises((RosterError, NoSuchAccountError)):
        registry.disable("milo")


def test_without_the_root_nobody_is_added(started: Instance, tmp_path: Path) -> None:
    offline = tmp_path / "safe"
    offline.mkdir()
    (started.directory / ROSTER_FILE).rename(offline / ROSTER_FILE)
    with pytest.raises(SettingsError, match=r"roster\.key is missing"), open_registry(started.directory):
        pass
    with open_registry(started.directory, offline / ROSTER_FILE) as registry:
        assert registry.roster().number == 1
        assert registry.today == Clock().today()


def test_another_instances_root_is_refused(started: Instance, make_instance: MakeInstance) -> None:
    other = make_instance(members=lambda name: name == "olga")
    with (
        pytest.raises(RosterError, match="another instance"),
        open_registry(started.directory, other.directory / ROSTER_FILE),
    ):
        pass


def test_the_root_and_the_office_above_work_on_the_same_people(make_instance: MakeInstance) -> None:
    """Whom two of above appointed, the root resets, disables and takes over; the list says where each certificate is from."""
    instance = make_instance(organisation_with_appointers(), members=lambda name: name != "mina")
    registry = Registry(
        instance.triage, instance.triage_db, instance.rosters, instance.root, instance.today, UNSAFE_TEST_COST
    )
    signing = Signing(instance)
    signing.appoint("frida", Kind.APPOINT)
    signing.appoint("mina", Kind.APPOINT)
    signing.appoint("marc", Kind.DISABLE)
    make_account(
        instance.triage_db, instance.triage, "frida", "walnut drizzle orbit mantle", new_totp_secret(),
        cost=UNSAFE_TEST_COST,
    )  # fmt: skip
    listed = run("officer", "list", str(instance.directory)).stdout
    states = {line.split()[0]: " ".join(line.split()[2:]) for line in listed.splitlines() if line[:2] == "  "}
    assert states["frida"] == "certified, appointment 1 Frida Friend"
    assert states["mina"] == "certified, appointment 2 Mina Rahimi"
    assert states["marc"] == "disabled, appointment 3 Marc Dubois"
    assert states["milo"] == "certified by the root Milo Fernandes"
    roster = registry.reset("frida", _login())
    assert (roster.number, roster.head.number) == (2, 3)
    assert "mina" in roster.certified
    roster = registry.disable("frida")
    assert "frida" not in instance.roster.certified
    roster = registry.add("frida", _login("another walnut drizzle orbit"))
    roster = registry.renew(json.dumps(organisation_with_appointers()))
    assert {"frida", "mina"} <= instance.roster.certified
    assert "marc" not in instance.roster.certified


def test_a_new_organisation_without_somebodys_office_is_refused_by_name(make_instance: MakeInstance) -> None:
    instance = make_instance(organisation_with_appointers())
    Signing(instance).appoint("felix", Kind.APPOINT, office="HO-ashford")
    smaller = organisation_with_appointers()
    smaller["handling_offices"] = [one for one in smaller["handling_offices"] if one["id"] != "HO-ashford"]
    registry = Registry(
        instance.triage, instance.triage_db, instance.rosters, instance.root, instance.today, UNSAFE_TEST_COST
    )
    with pytest.raises(RosterError, match="felix was appointed to HO-ashford"):
        registry.renew(json.dumps(smaller))
    assert instance.roster.number == 1
