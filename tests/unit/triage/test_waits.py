"""The arithmetic of docs/adr/0006-login-lockout.md."""

from __future__ import annotations

from triage.accounts.throttle import MINUTE, Failure


def test_a_strangers_waits_add_up_to_fifteen_minutes_however_often_they_fail() -> None:
    waits = [Failure.STRANGER.value.after(failures) for failures in range(1, 500)]
    assert waits[:4] == [0, 0, 0, 0]
    assert sum(waits) == 15 * MINUTE


def test_a_holders_waits_never_pass_fifteen_minutes_and_never_end() -> None:
    waits = [Failure.HOLDER.value.after(failures) for failures in range(1, 500)]
    assert waits[:4] == [0, 0, 0, 0]
    assert max(waits) == 15 * MINUTE
    assert all(wait == 15 * MINUTE for wait in waits[8:])
