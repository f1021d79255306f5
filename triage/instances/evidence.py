"""The store of a new instance: named, given a key for each process, and proved by each of them before anybody relies on it.

A store that holds something already is refused: the worker would take another instance's files for left over, and remove them.
"""

from __future__ import annotations

import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crypto.keys import new_id
from intake.evidence.settings import DEFAULT_FOLDER, EvidenceTable
from intake.evidence.store import open_store
from intake.evidence.store.protocol import Store, StoreError
from intake.settings import AccessKey, SettingsError, faults_of, read_secret
from triage.migrations.roles import Process

ONE_PIECE = 4096  # bytes
SEVERAL_PARTS = 9 * 1024 * 1024  # bytes; an upload in parts is what some storage does wrong
_PARAMETERS = frozenset({"endpoint", "region", "allow_http"})
_LOOKS_LIKE = "s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION, or a directory"


class AccessPair(BaseModel):
    """One process's key to the storage: what it is called, and its secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    access_key: Annotated[AccessKey, Field(repr=False)]
    secret_key: Annotated[AccessKey, Field(repr=False)]


Keys = Mapping[Process, AccessPair]


class KeysFile(BaseModel):
    """What ``--evidence-keys`` names: a key for each process, so that each can be allowed only what it needs."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    portal: AccessPair
    triage: AccessPair
    worker: AccessPair


def read_keys(path: Path) -> Keys:
    """Each process's key from a file that only its owner may read. Raises SettingsError."""
    file = read_secret(path, KeysFile, lost="check the path")
    return {process: getattr(file, process.value) for process in Process}


def table_from(text: str) -> EvidenceTable:
    """What ``--evidence`` says: ``s3://…``, ``file:///…`` or a path. Raises ValueError, which repeats nothing secret."""
    url = urlsplit(text)
    if url.scheme == "s3":
        return _table(_object_fields(text))
    if url.scheme == "file" and url.netloc in {"", "localhost"} and not (url.query or url.fragment):
        return _table({"directory": Path(unquote(url.path))})
    if url.scheme and "://" in text:
        raise ValueError(f"--evidence looks like {_LOOKS_LIKE}")
    return _table({"directory": Path(text).resolve()})


def _object_fields(text: str) -> dict[str, Any]:
    url = urlsplit(text)
    if "@" in url.netloc:
        raise ValueError("--evidence takes no keys: they are asked for, or read from --evidence-keys FILE")
    said = parse_qsl(url.query, keep_blank_values=True)
    names = [name for name, _ in said]
    if url.fragment or set(names) - _PARAMETERS or len(names) != len(set(names)):
        raise ValueError(f"--evidence looks like {_LOOKS_LIKE}; it knows {', '.join(sorted(_PARAMETERS))}")
    return {"store": "s3", "bucket": url.netloc, "prefix": url.path.strip("/"), **dict(said)}


def _table(fields: Mapping[str, Any]) -> EvidenceTable:
    try:
        return EvidenceTable.model_validate(fields)
    except ValidationError as error:
        raise ValueError(f"--evidence: {faults_of(error)}") from None


@contextmanager
def proved(table: EvidenceTable, keys: Keys, directory: Path) -> Iterator[None]:
    """The store of the instance that is made in ``directory``, proved; gone again, where it is a directory, when making fails.

    Raises StoreError, SettingsError.
    """
    place = None if table.store == "s3" else table.directory or directory / DEFAULT_FOLDER
    made = place is not None and _made_ready(place)
    try:
        stores = {process: _opened(process, table, keys, directory) for process in Process}
        _prove(stores, ONE_PIECE if place is not None else SEVERAL_PARTS)
        if place is not None:
            _empty(place)
        yield
    except BaseException:
        if place is not None:
            _empty(place)
            if made:
                place.rmdir()
        raise


def _made_ready(place: Path) -> bool:
    """Whether it was made now. Raises StoreError for a directory that is in use, or that others can look into."""
    try:
        if not place.exists():
            place.mkdir(mode=0o700, parents=True)
            return True
        if any(place.iterdir()):
            raise StoreError(
                f"--evidence {place} is not empty; give a directory of its own, nothing in it was touched"
            )
        if stat.S_IMODE(place.stat().st_mode) & 0o077:
            raise StoreError(f"others can look into --evidence {place}; run: chmod 700 {place}")
    except OSError as error:
        raise StoreError(f"--evidence {place} cannot be made ({error.strerror}); choose another") from None
    return False


def _empty(place: Path) -> None:
    """Nothing but the proof is in there: it was empty before."""
    for left in place.iterdir():
        shutil.rmtree(left, ignore_errors=True)


def _opened(process: Process, table: EvidenceTable, keys: Keys, directory: Path) -> Store:
    pair = keys.get(process)
    named = (None, None) if pair is None else (pair.access_key, pair.secret_key)
    try:
        return open_store(table.settings(directory, *named))
    except ValueError as error:
        raise SettingsError(f"{process}: {error}") from None


def _prove(stores: Mapping[Process, Store], size: int) -> None:
    """What each process will do, done once: files are put, read, listed and deleted."""
    portal, triage, worker = (stores[process] for process in Process)
    with _by(Process.WORKER):
        _insist(
            next(worker.list(), None) is None, "it holds sealed files already; give another bucket or prefix"
        )
    kept, passing, content = new_id(), new_id(), secrets.token_bytes(size)
    try:
        with _by(Process.PORTAL):
            _put(portal, kept, content)
            _put(portal, passing, b"passing")
            portal.delete(passing)
        with _by(Process.TRIAGE):
            _insist(b"".join(triage.read(kept)) == content, "what was read is not what was written")
        with _by(Process.WORKER):
            _insist(list(worker.list()) == [(kept, size)], "what is listed is not what was written")
            worker.delete(kept)
            _insist(worker.size(kept) is None, "what was deleted is still there")
    except StoreError:
        for blob_id in (kept, passing):
            with suppress(StoreError):
                worker.delete(blob_id)
        raise


def _insist(fits: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence where it is called
    if not fits:
        raise StoreError(otherwise)


def _put(store: Store, blob_id: str, content: bytes) -> None:
    incoming = store.create(blob_id)
    incoming.write(content)
    incoming.commit()


@contextmanager
def _by(process: Process) -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        raise StoreError(f"the store of evidence fails the {process}: {error}") from None
