"""One whole filing, every request from the landing page to the saved receipt, against what it cannot do without.

What it cannot do without: one Argon2id derivation at the receipt code's cost, and the HPKE seals that this very report needs,
of the sizes it needs. The rest (pages, drafts, routing, signatures, the database) is ours to keep small.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import structlog
from flask.testing import FlaskClient

from bench.ratio import Ratio, processor_time
from crypto import envelope
from crypto.envelope import Place, Purpose, seal
from crypto.keys import KeyPair
from crypto.receipt import ReceiptCode, ReceiptKeys
from intake.log import Log
from intake.organisation import Post
from intake.time import Clock
from portal.app import create_app
from tests.support.instances import Instance, build_instance
from triage.instances.sample import sample_organisation

NAME = "filing"
GOAL = 4.0
TIMES = 15
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_BASE = "https://localhost"


class BenchError(Exception):
    """The journey did not go as it should, so there is nothing to measure."""


def measure() -> Ratio:
    """The ratio of the two processor times."""
    with tempfile.TemporaryDirectory(prefix="underseal-bench-") as directory:
        instance = build_instance(
            Path(directory) / "instance", json.loads(sample_organisation()), today=_today()
        )
        try:
            return _measure(instance)
        finally:
            instance.close()


def _measure(instance: Instance) -> Ratio:
    log = Log(structlog.get_logger())
    app = create_app(instance.portal, instance.portal_db, log, clock=Clock(instance.today))
    answers = _answers(instance)

    def file() -> None:
        _journey(app.test_client(), answers)

    with _counted_seals() as sizes:
        file()
    whole = processor_time(file, TIMES)
    needed = processor_time(lambda: _bare(instance.portal.receipt_salt, sizes), TIMES)
    return Ratio(
        name=NAME,
        ratio=whole / needed,
        goal=GOAL,
        better="lower",
        detail=f"processor time of all requests of one filing, against one Argon2id derivation and its {len(sizes)} HPKE seals",
    )


def _today() -> Any:
    return datetime.now(UTC).date()


def _answers(instance: Instance) -> Mapping[str, Mapping[str, str]]:
    """What a reporter types, page by page: an ordinary report about an ordinary employee."""
    body = min(person.body for person in instance.organisation.persons.values() if person.body)
    what = "The delivery notes are signed before the lorries arrive. " * 20
    return {
        "/report": {"what": what, "when": "every Friday", "category": "procurement", "harm": "financial"},
        "/report/who": {"subject-0-name": "Zyx Wvut", "subject-0-post": Post.STAFF, "subject-0-body": body},
        "/report/evidence": {},
        "/report/safety": {"a1": "nobody", "a2": "5_to_15", "b1": "peer", "c1": "none"},
    }


def _journey(visitor: FlaskClient, answers: Mapping[str, Mapping[str, str]]) -> None:
    _get(visitor, "/")
    for path, fields in answers.items():
        token = _token(_get(visitor, path))
        _post(visitor, path, {**fields, "go": "next", "csrf_token": token})
    token = _token(_get(visitor, "/report/check"))
    _post(visitor, "/report/check", {"send": "1", "csrf_token": token})
    token = _token(_get(visitor, "/receipt"))
    _post(visitor, "/receipt", {"saved": "1", "csrf_token": token})
    _get(visitor, "/done")


def _get(visitor: FlaskClient, path: str) -> str:
    response = visitor.get(path, base_url=_BASE)
    if response.status_code != 200:
        raise BenchError(f"GET {path} answered {response.status_code}")
    return response.get_data(as_text=True)


def _post(visitor: FlaskClient, path: str, fields: Mapping[str, str]) -> None:
    response = visitor.post(path, data=fields, base_url=_BASE)
    if response.status_code != 303:
        raise BenchError(f"POST {path} answered {response.status_code}")


def _token(page: str) -> str:
    found = _TOKEN.search(page)
    if found is None:
        raise BenchError("a page with a form has no token")
    return found[1]


class _Counting:
    """HPKE that remembers how long each plaintext was."""

    def __init__(self, suite: Any, sizes: list[int]) -> None:
        self._suite = suite
        self._sizes = sizes

    def encrypt(self, plaintext: bytes, key: Any, info: bytes) -> bytes:
        self._sizes.append(len(plaintext))
        sealed: bytes = self._suite.encrypt(plaintext, key, info=info)
        return sealed


@contextmanager
def _counted_seals() -> Iterator[list[int]]:
    sizes: list[int] = []
    with mock.patch.object(envelope, "_SUITE", _Counting(envelope._SUITE, sizes)):
        yield sizes


_RECIPIENT = KeyPair(bytes(32)).public
_PLACE = Place(Purpose.GRANT, "case", "0")


def _bare(salt: bytes, sizes: list[int]) -> None:
    ReceiptKeys.from_code(ReceiptCode.generate(), salt)
    for size in sizes:
        seal(_RECIPIENT, _PLACE, bytes(size))
