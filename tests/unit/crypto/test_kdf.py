"""A flood of codes or passwords takes neither all the memory nor all the cores (A6)."""

from __future__ import annotations

import threading
import time

import pytest

from crypto import kdf
from crypto.kdf import UNSAFE_TEST_COST, derive, stretch


def test_at_most_two_derivations_of_a_process_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Watched:
        """Argon2id that notes how many of its kind are at work."""

        now = most = 0
        lock = threading.Lock()

        def __init__(self, **_cost: object) -> None:
            pass

        def derive(self, _secret: bytes) -> bytes:
            with self.lock:
                Watched.now += 1
                Watched.most = max(Watched.most, Watched.now)
            time.sleep(0.01)
            with self.lock:
                Watched.now -= 1
            return bytes(32)

    monkeypatch.setattr(kdf, "Argon2id", Watched)
    threads = [
        threading.Thread(target=stretch, args=(b"code", bytes(16), UNSAFE_TEST_COST)) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Watched.most == 2


def test_a_derivation_that_fails_gives_its_place_back() -> None:
    for _ in range(5):
        with pytest.raises(ValueError, match="salt"):
            stretch(b"code", b"short", UNSAFE_TEST_COST)
    assert len(stretch(b"code", bytes(16), UNSAFE_TEST_COST)) == 32


def test_labels_contexts_and_secrets_all_tell_keys_apart() -> None:
    keys = {
        derive(b"secret", "label"),
        derive(b"secret", "label", b""),
        derive(b"secret", "label", b"a"),
        derive(b"secret", "label", b"a", b""),
        derive(b"secret", "label", b"", b"a"),
        derive(b"secret", "label/a"),
        derive(b"secre", "label"),
        derive(b"secret", "labe"),
    }
    assert len(keys) == 8


def test_cost_salt_and_pepper_all_tell_keys_apart() -> None:
    keys = {
        stretch(b"code", bytes(16), UNSAFE_TEST_COST),
        stretch(b"code", bytes(15) + b"\1", UNSAFE_TEST_COST),
        stretch(b"code", bytes(16), UNSAFE_TEST_COST, pepper=b"pepper"),
        stretch(b"code", bytes(16), kdf.Cost(16, 1, 1)),
        stretch(b"code", bytes(16), kdf.Cost(8, 2, 1)),
    }
    assert len(keys) == 5
