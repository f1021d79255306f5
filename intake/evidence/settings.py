"""The table ``[evidence]`` of ``underseal.toml``: where sealed files lie, and how much may come. It opens no file and no store.

Sizes are texts, a whole number and a unit (``"100 MiB"``), so that nobody counts noughts. Access keys never stand here: each
process has its own, in its own secret file.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

DEFAULT_FOLDER = "evidence"
"""In the instance's own directory."""

KIB, MIB, GIB, TIB = (1 << power for power in (10, 20, 30, 40))
_UNITS = {"TiB": TIB, "GiB": GIB, "MiB": MIB, "KiB": KIB, "B": 1}
_SIZE = re.compile(r"([0-9]{1,6}) (TiB|GiB|MiB|KiB|B)")
_WORD = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}"


def _read_size(value: object) -> int:
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError('a size is a text, a whole number and a unit: "100 MiB" (B, KiB, MiB, GiB or TiB)')
    return int(found[1]) * _UNITS[found[2]]


def size_text(size: int) -> str:
    """``size`` (bytes) as the file has it: in the largest unit that gives a whole number."""
    unit, factor = next((unit, factor) for unit, factor in _UNITS.items() if size % factor == 0)
    return f"{size // factor} {unit}"


_Bytes = Annotated[int, BeforeValidator(_read_size), PlainSerializer(size_text)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may come, in bytes, and one number of files."""

    per_file: int
    files_per_report: int
    per_report: int
    per_day: int
    """Over the whole instance."""
    per_instance: int
    cleaning: int
    """Larger files count as not cleanable: a clean copy is made in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryPlace:
    """A directory that every process reaches."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectPlace:
    """Storage that speaks S3, with this process's own access key."""

    bucket: str
    prefix: str
    endpoint: str
    region: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSettings:
    """What one process knows of where evidence lies."""

    place: DirectoryPlace | ObjectPlace
    limits: Limits


class EvidenceTable(BaseModel):
    """``[evidence]``. An instance without it keeps sealed files in its own directory, under these limits."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    store: Literal["directory", "s3"] = "directory"
    directory: Path | None = None
    """Absolute; None: ``evidence/`` in the instance's directory."""
    bucket: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")] | None = None
    prefix: Annotated[str, Field(pattern=rf"^({_WORD}(/{_WORD}){{0,9}})?$")] = ""
    endpoint: Annotated[str, Field(pattern=r"^https?://[!-~]+$", max_length=200)] | None = None
    """None: Amazon's own of the region."""
    region: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")] = "us-east-1"
    allow_http: bool = False
    """Without TLS, to this machine alone."""
    per_file: _Bytes = Field(default=GIB, ge=MIB, le=64 * GIB)
    files_per_report: Annotated[int, Field(strict=True, ge=1, le=100)] = 50
    per_report: _Bytes = Field(default=2 * GIB, ge=MIB, le=256 * GIB)
    per_day: _Bytes = Field(default=20 * GIB, ge=MIB, le=64 * TIB)
    per_instance: _Bytes = Field(default=200 * GIB, ge=MIB, le=1024 * TIB)
    cleaning: _Bytes = Field(default=100 * MIB, ge=MIB, le=256 * MIB)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for faulty, words in (
            (self.store == "s3" and not self.bucket, 'store = "s3" needs a bucket'),
            (self.store == "s3" and self.directory, 'directory belongs to store = "directory"'),
            (
                self.store == "directory" and (self.bucket or self.endpoint),
                'bucket and endpoint belong to store = "s3"',
            ),
            (self.directory and not self.directory.is_absolute(), "directory must begin with /"),
            (not _endpoint_is_safe(self.endpoint, allow_http=self.allow_http), _ENDPOINT),
            (self.per_file > self.per_report, "per_file is more than per_report: no such file could be sent"),
            (self.per_report > self.per_day, "per_report is more than per_day: no such report could be sent"),
            (self.per_day > self.per_instance, "per_day is more than per_instance"),
        ):
            if faulty:
                raise ValueError(words)
        return self

    def in_own_directory(self) -> EvidenceTable:
        """The same limits, and a place of its own: what a copy of an instance works with."""
        names = ("store", "directory", "bucket", "prefix", "endpoint", "region", "allow_http")
        fields = EvidenceTable.model_fields
        return self.model_copy(update={name: fields[name].default for name in names})

    def settings(self, instance: Path, access_key: str | None, secret_key: str | None) -> EvidenceSettings:
        """What a process gets: this table and its own key. Raises ValueError when S3 has no key."""
        limits = Limits(**{name: getattr(self, name) for name in Limits.__dataclass_fields__})
        if self.store == "directory":
            return EvidenceSettings(
                place=DirectoryPlace(path=self.directory or instance / DEFAULT_FOLDER), limits=limits
            )
        if not (access_key and secret_key):
            raise ValueError(
                "this process's secret file needs evidence_access_key and evidence_secret_key for S3"
            )
        assert self.bucket is not None
        place = ObjectPlace(
            bucket=self.bucket,
            prefix=self.prefix,
            endpoint=self.endpoint or f"https://s3.{self.region}.amazonaws.com",
            region=self.region,
            access_key=access_key,
            secret_key=secret_key,
        )
        return EvidenceSettings(place=place, limits=limits)


_ENDPOINT = "endpoint must be https://HOST[:PORT]; http:// only to this machine (127.0.0.1) and with allow_http = true"


def _endpoint_is_safe(endpoint: str | None, *, allow_http: bool) -> bool:
    """Whether nobody on the way learns which process reads what when, or answers in the store's name."""
    if endpoint is None:
        return True
    try:
        url = urlsplit(endpoint)
        _ = url.port
    except ValueError:
        return False
    if (
        not url.hostname
        or url.username
        or url.password
        or url.query
        or url.fragment
        or url.path not in {"", "/"}
    ):
        return False
    return url.scheme == "https" or (allow_http and _is_this_machine(url.hostname))


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
