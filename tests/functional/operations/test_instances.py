"""Instances as the product makes them: who may read what, and what a broken start leaves behind."""

from __future__ import annotations

import stat

from tests.support.instances import Instance


def test_a_new_instance_certifies_every_member_who_has_an_account(instance: Instance) -> None:
    assert instance.roster.certified == set(instance.organisation.officers)
    for officer in ("lena", "milo", "olga", "vera"):
        assert instance.pair(officer).public == instance.roster.keys_of(officer)


def test_secrets_are_readable_by_their_owner_alone(instance: Instance) -> None:
    assert stat.S_IMODE(instance.directory.stat().st_mode) == 0o700
    for name in ("portal.secret", "triage.secret", "worker.key", "roster.key"):
        assert stat.S_IMODE((instance.directory / name).stat().st_mode) == 0o600
