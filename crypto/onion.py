"""The address of a version 3 onion service, and the check that it carries. Source: Tor's rend-spec-v3, [ONIONADDRESS]."""

from __future__ import annotations

import base64
import hashlib
import re

_HOST = re.compile(r"([a-z2-7]{56})\.onion")
_VERSION = b"\x03"


def is_onion_host(host: str) -> bool:
    """Whether ``host`` is the name of a version 3 onion service, its own checksum included (lower case, no subdomain)."""
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    data = base64.b32decode(found[1].upper())
    return data[34:] == _VERSION and data[32:34] == onion_checksum(data[:32])


def onion_host(public_key: bytes) -> str:
    """The name of the service with this Ed25519 public key (32 bytes)."""
    data = public_key + onion_checksum(public_key) + _VERSION
    return base64.b32encode(data).decode("ascii").lower() + ".onion"


def onion_checksum(public_key: bytes) -> bytes:
    """Two bytes that a slip of the pen does not keep."""
    return hashlib.sha3_256(b".onion checksum" + public_key + _VERSION).digest()[:2]
