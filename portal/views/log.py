"""The public log for everybody, and the proof for whoever opened a mailbox. Addresses are those of C2SP tlog-tiles.

Tiles have a fixed size, so that nobody who watches can tell which report somebody checks. No page of this site refers to them:
they are for programs (`underseal verify`), so that a browser never keeps one (A5).
"""

from __future__ import annotations

from flask import Response, abort
from flask.typing import ResponseReturnValue

from portal.services import Services
from portal.visit import current_master
from templates.web.headers import KEEP
from templates.web.padding import size_class

_TEXT = "text/plain"
_PROOF = 128 * 1024
"""Bytes of the smallest proof: a report with a dozen acts, and the proof of nothing."""


def log_checkpoint(services: Services) -> ResponseReturnValue:
    """The newest signed checkpoint."""
    note = services.log.checkpoint()
    if note is None:
        abort(404)
    return Response(note, mimetype=_TEXT)


def log_key(services: Services) -> ResponseReturnValue:
    """The log's public key, for those who have no better source; compare it with what the office published."""
    return Response(services.log.key.as_text() + "\n", mimetype=_TEXT)


def log_tile(services: Services, level: str, place: str) -> ResponseReturnValue:
    """One tile, or one bundle of entries."""
    published = services.log.tile(level, place)
    if published is None:
        abort(404)
    response = Response(published.data, mimetype="application/octet-stream")
    if published.full:
        response.headers["Cache-Control"] = KEEP
    return response


def mailbox_proof(services: Services) -> ResponseReturnValue:
    """What `underseal verify receipt` checks on the reporter's own machine. 404 without an opened mailbox."""
    master = current_master(services)
    if master is None:
        abort(404)
    proof = services.mailbox.proof(master).to_bytes()
    return Response(proof.ljust(size_class(max(len(proof), _PROOF))), mimetype="application/json")
