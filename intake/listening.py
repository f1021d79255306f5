"""The tables ``[portal]`` and ``[triage]`` of ``underseal.toml``: where each process listens. Nothing in them is secret."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Port = Annotated[int, Field(ge=1, le=65535)]


def _socket_path(value: str) -> str:
    path = Path(value)
    # It is written into the configuration of Tor and of proxies as well, where these signs end a path or begin a new one.
    plain = value.isascii() and value.isprintable() and not set(value) & set(" :\"'\\#;{}")
    if not (plain and path.is_absolute() and ".." not in path.parts and not value.endswith("/")):
        raise ValueError('a socket is a path from / of plain letters, such as "/run/underseal/tor/portal"')
    return value


SocketPath = Annotated[str, Field(max_length=107), AfterValidator(_socket_path)]


class Address(BaseModel):
    """Where a process listens, and whether visitors reach it by https."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True
    )

    host: str = "127.0.0.1"
    port: Port
    https: bool = True
    socket: SocketPath | None = None
    """A socket in the file system, for a reverse proxy, in place of host and port."""

    @property
    def unix(self) -> Path | None:
        """``socket`` as a path."""
        return None if self.socket is None else Path(self.socket)


class PortalAddress(Address):
    """The portal's: Tor comes by a door of its own, where each stream begins with its circuit and nothing is https."""

    onion_socket: SocketPath | None = None

    @property
    def onion(self) -> Path | None:
        """``onion_socket`` as a path."""
        return None if self.onion_socket is None else Path(self.onion_socket)
