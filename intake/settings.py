"""The settings of one process: the public file of an instance and the one secret file that this process may read.

It reads no other process's secrets and writes nothing. Public keys are pinned here, never in the database: somebody who can
write to the database must not be able to name a new root. The cost of Argon2id is no setting: no file weakens it.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from crypto.checkpoint import LogKey, LogSigner
from crypto.encoding import from_text, to_text
from crypto.errors import CryptoError, MalformedError
from crypto.kdf import SALT_BYTES
from crypto.keys import KeyPair, PublicKeys
from intake.budgets import BudgetSettings, BudgetsTable
from intake.evidence.settings import EvidenceSettings, EvidenceTable
from intake.listening import Address, PortalAddress
from intake.site import Site, SiteTable

SETTINGS_FILE = "underseal.toml"
PORTAL_FILE = "portal.secret"
TRIAGE_FILE = "triage.secret"
WORKER_FILE = "worker.key"
ROSTER_FILE = "roster.key"
STATE_FILE = "state.sqlite3"
VOLATILE_FILE = "volatile.sqlite3"
ROSTER_SEEN = "roster.seen"
LOG_SEEN = "log.seen"
WEB_SECRET_BYTES = 32
PEPPER_BYTES = 32
MAX_FILE = 1024 * 1024  # bytes; a settings or secret file is a few kilobytes


class SettingsError(Exception):
    """The instance cannot be used; the text is one line that says what is wrong and what to do."""


def _keys(value: object) -> object:
    return _decoded(PublicKeys.from_text, value)


def _log_key(value: object) -> object:
    return _decoded(_own_log_key, value)


def _own_log_key(text: str) -> LogKey:
    key = LogKey.from_text(text)
    if not key.names_itself:
        raise MalformedError("a log's name does not follow from its key")
    return key


def _bytes(length: int) -> Callable[[object], object]:
    return lambda value: _decoded(lambda text: from_text(text, length=length), value)


def _decoded(decode: Callable[[str], object], value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return decode(value)
    except CryptoError as error:
        raise ValueError(str(error)) from None


Keys = Annotated[PublicKeys, BeforeValidator(_keys), PlainSerializer(PublicKeys.as_text)]
LogKeyText = Annotated[LogKey, BeforeValidator(_log_key), PlainSerializer(LogKey.as_text)]
Salt = Annotated[bytes, BeforeValidator(_bytes(SALT_BYTES)), PlainSerializer(to_text)]
Secret32 = Annotated[bytes, BeforeValidator(_bytes(32)), PlainSerializer(to_text)]
AccessKey = Annotated[str, Field(pattern=r"^[!-~]{1,200}$")]


class _Part(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True
    )


class PinnedKeys(_Part):
    """The public keys that no database may change."""

    roster_root: Keys
    gate: Keys
    recovery: Keys
    log: LogKeyText


class PublicSettings(BaseSettings):
    """``underseal.toml``: nothing in it is secret. Read from the file alone; no environment variable overrides a pinned key."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True
    )

    format: Literal[1] = 1
    name: Annotated[str, Field(min_length=1, max_length=200)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    demo: bool = False
    rehearsal: bool = False
    """A copy for playing dates (``underseal rehearse``); a real instance never is one."""
    database: Literal["sqlite", "postgresql"] = "sqlite"
    copy_directory: Path | None = None
    leave_for: Annotated[str, Field(pattern=r"^https?://[!-~]+$", max_length=200)] = (
        "https://www.wikipedia.org/"
    )
    """Where the portal's quick exit leads: a page that is known everywhere and about nothing in particular."""
    portal: PortalAddress = PortalAddress(port=8400)
    triage: Address = Address(port=8401)
    site: SiteTable = SiteTable()
    evidence: EvidenceTable = EvidenceTable()
    budgets: BudgetsTable = BudgetsTable()
    keys: PinnedKeys

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What the caller gives, and nothing from the environment."""
        return (init_settings,)


class _SecretFile(_Part):
    format: Literal[1] = 1
    database_url: str | None = Field(default=None, repr=False)
    """With PostgreSQL: this process's own login. None with SQLite, whose files lie in the instance directory."""
    evidence_access_key: AccessKey | None = Field(default=None, repr=False)
    evidence_secret_key: AccessKey | None = Field(default=None, repr=False)
    """With S3: this process's own access key, as its name and its secret."""


class PortalSecret(_SecretFile):
    """``portal.secret``."""

    receipt_salt: Salt = Field(repr=False)
    web_secret: Secret32 = Field(repr=False)
    valkey_password: AccessKey | None = Field(default=None, repr=False)
    """Where budgets are counted in a Valkey server that asks for one."""


class TriageSecret(_SecretFile):
    """``triage.secret``."""

    pepper: Secret32 = Field(repr=False)
    web_secret: Secret32 = Field(repr=False)


class WorkerSecret(_SecretFile):
    """``worker.key``."""

    gate_seed: Secret32 = Field(repr=False)
    log_seed: Secret32 = Field(repr=False)


class RosterSecret(_Part):
    """``roster.key``, until it is moved offline."""

    format: Literal[1] = 1
    root_seed: Secret32 = Field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonSettings:
    """What every process knows."""

    directory: Path
    name: str
    language: str
    demo: bool
    rehearsal: bool
    database_url: str = field(repr=False)
    volatile_url: str = field(repr=False)
    roster_root: PublicKeys
    gate: PublicKeys
    recovery: PublicKeys
    log_key: LogKey
    copy_directory: Path | None
    evidence: EvidenceSettings

    @property
    def plays_dates(self) -> bool:
        """Whether ``--today`` may be given: never on a real instance, where it would do what is not due."""
        return self.demo or self.rehearsal

    @property
    def seen_file(self) -> Path:
        """Where the highest roster number that was ever seen is kept."""
        return self.directory / ROSTER_SEEN

    @property
    def log_seen_file(self) -> Path:
        """Where the newest checkpoint of the public log that was ever seen is kept."""
        return self.directory / LOG_SEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSettings(CommonSettings):
    """The public portal's."""

    host: str
    port: int
    https: bool
    unix: Path | None = None
    onion: Path | None = None
    leave_for: str
    site: Site
    budgets: BudgetSettings
    receipt_salt: bytes = field(repr=False)
    web_secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageSettings(CommonSettings):
    """The back office's."""

    host: str
    port: int
    https: bool
    unix: Path | None = None
    pepper: bytes = field(repr=False)
    web_secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings(CommonSettings):
    """The worker's: the only process that holds the private halves of the gate and of the public log."""

    gate_pair: KeyPair = field(repr=False)
    log_signer: LogSigner = field(repr=False)


def load_portal(directory: Path) -> PortalSettings:
    """Read ``underseal.toml`` and ``portal.secret``. Raises SettingsError."""
    public = read_public(directory)
    secret = read_secret(directory / PORTAL_FILE, PortalSecret)
    return PortalSettings(
        **_common(directory, public, secret),
        **_listening(public.portal),
        onion=public.portal.onion,
        leave_for=public.leave_for,
        site=public.site.site(),
        budgets=public.budgets.settings(secret.valkey_password),
        receipt_salt=secret.receipt_salt,
        web_secret=secret.web_secret,
    )


def load_triage(directory: Path) -> TriageSettings:
    """Read ``underseal.toml`` and ``triage.secret``. Raises SettingsError."""
    return triage_settings(
        directory, read_public(directory), read_secret(directory / TRIAGE_FILE, TriageSecret)
    )


def triage_settings(directory: Path, public: PublicSettings, secret: TriageSecret) -> TriageSettings:
    """The back office's settings from their parts: ``init`` has them before the files. Raises SettingsError."""
    return TriageSettings(
        **_common(directory, public, secret),
        **_listening(public.triage),
        pepper=secret.pepper,
        web_secret=secret.web_secret,
    )


def load_worker(directory: Path) -> WorkerSettings:
    """Read ``underseal.toml`` and ``worker.key``. Raises SettingsError, also when two halves of a key are not one key."""
    public = read_public(directory)
    secret = read_secret(directory / WORKER_FILE, WorkerSecret)
    pair, signer = KeyPair(secret.gate_seed), LogSigner(secret.log_seed)
    for name, fits in (("gate", pair.public == public.keys.gate), ("log", signer.public == public.keys.log)):
        if not fits:
            raise SettingsError(
                f"{directory / WORKER_FILE} is not the {name} key pinned in {SETTINGS_FILE}; restore the right one"
            )
    return WorkerSettings(**_common(directory, public, secret), gate_pair=pair, log_signer=signer)


def load_roster_key(path: Path) -> KeyPair:
    """The roster's root from ``roster.key``, wherever it is kept. Raises SettingsError."""
    return KeyPair(read_secret(path, RosterSecret).root_seed)


def read_public(directory: Path) -> PublicSettings:
    """``underseal.toml`` alone. Raises SettingsError with every fault named."""
    path = directory / SETTINGS_FILE
    if not path.is_file():
        raise SettingsError(
            f"{directory} is no instance: it has no {SETTINGS_FILE}; make one with `underseal init`"
        )
    try:
        values = TomlConfigSettingsSource(PublicSettings, path)()
        return PublicSettings(**values)
    except ValidationError as error:
        raise SettingsError(f"{path}: {faults_of(error)}") from None
    except (ValueError, OSError) as error:
        raise SettingsError(
            f"{path} cannot be read ({type(error).__name__}); correct or restore it"
        ) from None


_File = TypeVar("_File", bound=BaseModel)


def read_secret(path: Path, kind: type[_File], *, lost: str = "restore it from the ceremony's copy") -> _File:
    """A file of ``kind`` that only its owner may read; ``lost`` says what to do when it is missing. Raises SettingsError."""
    try:
        mode = path.stat().st_mode
        if stat.S_IMODE(mode) & 0o077:
            raise SettingsError(f"{path} can be read by others; run: chmod 600 {path}")
        with path.open("rb") as file:
            return kind.model_validate(json.loads(file.read(MAX_FILE)))
    except ValidationError as error:
        raise SettingsError(f"{path}: {faults_of(error)}") from None
    except FileNotFoundError:
        raise SettingsError(f"{path} is missing; {lost}") from None
    except (ValueError, OSError) as error:
        raise SettingsError(
            f"{path} cannot be read ({type(error).__name__}); restore it from its copy"
        ) from None


def faults_of(error: ValidationError) -> str:
    """Every fault in one line."""
    # Locations and rules only: an error that repeats its input would print a secret.
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc']) or 'file'}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False, include_context=False)
    )


def _common(directory: Path, public: PublicSettings, secret: _SecretFile) -> dict[str, Any]:
    directory = directory.resolve()
    if public.database == "sqlite":
        state, volatile = (f"sqlite:///{directory / name}" for name in (STATE_FILE, VOLATILE_FILE))
    elif secret.database_url:
        state = volatile = secret.database_url
    else:
        raise SettingsError(
            f"{directory}: this process's secret file names no database_url; PostgreSQL needs one"
        )
    return {
        "directory": directory,
        "name": public.name,
        "language": public.language,
        "demo": public.demo,
        "rehearsal": public.rehearsal,
        "database_url": state,
        "volatile_url": volatile,
        "roster_root": public.keys.roster_root,
        "gate": public.keys.gate,
        "recovery": public.keys.recovery,
        "log_key": public.keys.log,
        "copy_directory": public.copy_directory,
        "evidence": _evidence(directory, public, secret),
    }


def _evidence(directory: Path, public: PublicSettings, secret: _SecretFile) -> EvidenceSettings:
    try:
        return public.evidence.settings(directory, secret.evidence_access_key, secret.evidence_secret_key)
    except ValueError as error:
        raise SettingsError(f"{directory}: {error}") from None


def _listening(address: Address) -> dict[str, Any]:
    return {"host": address.host, "port": address.port, "https": address.https, "unix": address.unix}
