"""Sealed files in storage that speaks S3: one object per file, ``prefix/<id>``. Knows nothing of what they hold.

An object becomes visible when its upload is completed, never in part. Every request is signed over the SHA-256 of its body,
which the server checks; reading is proved by the seal. What the storage itself writes down (when an object came, who asked) is
out of our hands: docs/operations.md says what to switch off. An upload whose process was killed is never visible, but takes
space that this interface cannot list: the bucket needs a rule that ends such uploads after a day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from queue import Empty, Full, Queue
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from crypto.keys import is_id
from intake.evidence.settings import ObjectPlace
from intake.evidence.store.protocol import PIECE, MissingError, StoreError, checked

if TYPE_CHECKING:
    from obstore.store import S3Credential

PART = 8 * 1024 * 1024
"""Bytes of one part of an upload (S3 allows 10,000 of them), and of one request for reading."""
_WAITING = 4  # pieces that may wait for the upload: a slow store slows the sender down, and memory stays flat
_RETRIES = 4
_PATIENCE = timedelta(seconds=60)
"""How long a failing request is tried again, …"""
_ONE_REQUEST = timedelta(seconds=120)
"""… and how long one may take: a part over a line of 70 KB/s."""
_SILENCE = 3600
"""Seconds without a piece after which a sender counts as gone: nothing waits for one that was never ended."""
_CODE = re.compile(r"<Code>([A-Za-z]{1,40})</Code>")
"""The server's own word for what is wrong: it names nothing of ours."""
_NO_BUCKET = "NoSuchBucket"
_REFUSALS = frozenset({"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"})


class ObjectStore:
    """Sealed files in one bucket, under one prefix. Made after a fork: the client's threads do not follow into a child."""

    def __init__(self, place: ObjectPlace) -> None:
        self._place = place
        self._client = _client(place)

    def create(self, blob_id: str) -> IncomingObject:
        """Begin an object. Raises StoreError."""
        try:
            there = self.size(blob_id) is not None
        except _RefusedError:
            # A key that may not list hears the same of an object that is not there; one that may not write fails next.
            there = False
        if there:
            raise StoreError("a sealed file of this id is there already; nothing was changed")
        return IncomingObject(self, checked(blob_id))

    def read(self, blob_id: str) -> Iterator[bytes]:
        """The bytes in pieces of at most PIECE. Raises MissingError, and StoreError: a key that may not list objects hears of a
        missing one that it is refused.
        """
        size = self.size(blob_id)
        if size is None:
            raise MissingError("a sealed file is not in the store")
        return self._pieces(blob_id, size)

    def size(self, blob_id: str) -> int | None:
        """Bytes of a whole object, None when there is none. Raises StoreError."""
        checked(blob_id)
        with self.refusing():
            try:
                return int(obstore.head(self._client, blob_id)["size"])
            except FileNotFoundError:
                pass
            try:
                # Only an answer with a body says whether it is the object that is missing, or the whole bucket.
                return int(obstore.get(self._client, blob_id).meta["size"])
            except FileNotFoundError as error:
                if _code(error) == _NO_BUCKET:
                    raise
                return None

    def delete(self, blob_id: str) -> None:
        """Take the object away. Raises StoreError."""
        checked(blob_id)
        with self.refusing():
            try:
                obstore.delete(self._client, blob_id)
            except FileNotFoundError as error:
                if _code(error) == _NO_BUCKET:
                    raise

    def list(self) -> Iterator[tuple[str, int]]:
        """Id and size of every whole object. Raises StoreError."""
        with self.refusing():
            for batch in obstore.list(self._client):
                yield from ((found["path"], found["size"]) for found in batch if is_id(found["path"]))

    def sweep(self) -> int:
        """Nothing: broken uploads are invisible here, and the bucket's own rule ends them."""
        return 0

    def upload(self, blob_id: str, content: bytes | Iterator[bytes]) -> None:
        """Whole, or not at all: in one request, or in parts as they come; an iterator that raises ends the upload."""
        whole = isinstance(content, bytes)
        obstore.put(
            self._client, blob_id, content, use_multipart=not whole, chunk_size=PART, max_concurrency=1
        )

    def _pieces(self, blob_id: str, size: int) -> Iterator[bytes]:
        # One request for each part: a slow reader keeps none open beyond its time.
        for start in range(0, size, PART):
            length = min(PART, size - start)
            with self.refusing():
                try:
                    part = memoryview(obstore.get_range(self._client, blob_id, start=start, length=length))
                except FileNotFoundError:
                    raise MissingError("a sealed file was taken out of the store while it was read") from None
            if len(part) != length:
                raise StoreError("the store gave another number of bytes than it was asked for")
            for offset in range(0, length, PIECE):
                yield bytes(part[offset : offset + PIECE])

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Turn what the client or the server says into a StoreError that repeats no address of an object and no key."""
        try:
            yield
        except (BaseError, OSError, ValueError) as error:
            code = _code(error)
            said = f" ({code})" if code else ""
            if isinstance(error, PermissionDeniedError | UnauthenticatedError) or code in _REFUSALS:
                raise _RefusedError(
                    f"the store refuses this process's access key{said}; check the key and what the bucket allows it"
                ) from None
            host = urlsplit(self._place.endpoint).netloc
            raise StoreError(
                f"sealed files cannot be kept in bucket {self._place.bucket} at {host}{said};"
                " check that it answers and that the bucket is there"
            ) from None


class IncomingObject:
    """An object that is being sent: a small one at its commit, a larger one in parts while it comes."""

    def __init__(self, store: ObjectStore, blob_id: str) -> None:
        self._store = store
        self._id = blob_id
        self._held: list[bytes] = []
        self._size = 0
        self._sending: _Sending | None = None
        self._ended = False

    def write(self, piece: bytes) -> None:
        """Add bytes. Raises StoreError, and has aborted then."""
        with self._all_or_nothing():
            self._size += len(piece)
            if self._sending is None and self._size < PART:
                self._held.append(bytes(piece))
                return
            if self._sending is None:
                self._sending = _Sending(lambda pieces: self._store.upload(self._id, pieces))
                for held in self._held:
                    self._sending.add(held)
                self._held.clear()
            for start in range(0, len(piece), PIECE):
                self._sending.add(bytes(piece[start : start + PIECE]))

    def commit(self) -> None:
        """The store has it whole when this returns. Raises StoreError, and has aborted then as far as the store answers."""
        try:
            with self._all_or_nothing():
                if self._sending is None:
                    self._store.upload(self._id, b"".join(self._held))
                else:
                    self._sending.finish()
        except BaseException:
            # The answer may be lost and the object there: nobody was told that it counts.
            with suppress(StoreError):
                self._store.delete(self._id)
            raise
        self._ended = True

    def abort(self) -> None:
        """Leave nothing; after a commit nothing happens."""
        if self._ended:
            return
        self._ended = True
        self._held.clear()
        if self._sending is not None:
            self._sending.cancel()

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        if self._ended:
            raise StoreError("this sealed file was ended already")
        try:
            with self._store.refusing():
                yield
        except BaseException:
            self.abort()
            raise


class _Sending:
    """An upload in a thread of its own: the client takes pieces from us, and we get them one by one."""

    def __init__(self, upload: Callable[[Iterator[bytes]], None]) -> None:
        self._upload = upload
        self._pieces: Queue[bytes | None] = Queue(_WAITING)
        self._cut = False
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def add(self, piece: bytes | None) -> None:
        """Hand over a piece, or None for the end. Raises what the upload failed with."""
        while self._thread.is_alive():
            try:
                self._pieces.put(piece, timeout=0.2)
            except Full:
                continue
            return
        if self._failure is not None:
            raise self._failure

    def finish(self) -> None:
        """Wait until the store has it whole. Raises what the upload failed with."""
        self.add(None)
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def cancel(self) -> None:
        """Wait until the store has thrown the parts away, as far as it answers."""
        self._cut = True
        try:
            self.add(None)
        except Exception:  # noqa: BLE001 - it has failed by itself, which is as good
            return
        self._thread.join()

    def _run(self) -> None:
        try:
            self._upload(self._coming())
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the end
            self._failure = error

    def _coming(self) -> Iterator[bytes]:
        while True:
            try:
                piece = self._pieces.get(timeout=_SILENCE)
            except Empty:
                raise TimeoutError from None
            if self._cut:
                raise _CutError
            if piece is None:
                return
            yield piece


class _CutError(Exception):
    """The sender gave up: the client throws away what it has sent."""


class _RefusedError(StoreError):
    """The access key may not do this."""


def _client(place: ObjectPlace) -> S3Store:
    def key() -> S3Credential:
        return {
            "access_key_id": place.access_key,
            "secret_access_key": place.secret_key,
            "token": None,
            "expires_at": None,
        }

    # Everything that the client would otherwise take from the environment is said: no variable sends evidence elsewhere,
    # unsigned, or past the check of a certificate.
    return S3Store(
        place.bucket,
        prefix=place.prefix or None,
        config={
            "endpoint": place.endpoint,
            "aws_endpoint_url_s3": place.endpoint,
            "region": place.region,
            "virtual_hosted_style_request": False,
            "skip_signature": False,
            "unsigned_payload": False,
            "checksum_algorithm": "sha256",
            "request_payer": False,
            "s3_express": False,
            "disable_tagging": True,
            "disable_bulk_delete": True,
        },
        client_options={
            "allow_http": place.endpoint.startswith("http://"),  # settings allow it to this machine alone
            "allow_invalid_certificates": False,
            "connect_timeout": timedelta(seconds=10),
            "timeout": _ONE_REQUEST,
            "user_agent": "underseal",
        },
        retry_config={"max_retries": _RETRIES, "retry_timeout": _PATIENCE},
        credential_provider=key,
    )


def _code(error: BaseException) -> str:
    found = _CODE.search(str(error))
    return found[1] if found else ""
