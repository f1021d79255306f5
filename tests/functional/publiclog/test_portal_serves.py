"""The log at the portal: addresses of C2SP tlog-tiles, bytes that fit the head, headers as strict as everywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from crypto.errors import MalformedError
from crypto.kdf import UNSAFE_TEST_COST
from crypto.merkle import leaf_hash, read_leaves, tree_head
from crypto.tiles import Tile, TileReader, split_bundle, tiles_of
from intake.log import configure
from intake.publiclog.proof import ReceiptProof, UnprovedError
from intake.publiclog.sequence import Sequencer
from intake.time import Clock
from portal.app import create_app
from templates.web.headers import CSP, NO_STORE
from templates.web.ticks import UNSAFE_NO_TICK
from tests.support.instances import Instance
from tests.support.reports import Offices

DAY = timedelta(days=1)


@pytest.fixture
def client(instance: Instance) -> FlaskClient:
    """Somebody without a browser."""
    clock = Clock(instance.today)
    app = create_app(
        instance.portal,
        instance.portal_db,
        configure("portal"),
        clock=clock,
        cost=UNSAFE_TEST_COST,
        tick=UNSAFE_NO_TICK,
    )
    return app.test_client()


def address(tile: Tile) -> str:
    return f"/log/tile/{tile.level}/{tile.place}"


def test_before_the_first_batch_there_is_no_checkpoint(client: FlaskClient) -> None:
    assert client.get("/log/checkpoint").status_code == 404
    assert client.get("/log/tile/0/000.p/64").status_code == 404


def test_the_whole_log_is_served_and_fits_its_head(
    client: FlaskClient, instance: Instance, offices: Offices, sequencer: Sequencer
) -> None:
    for day in range(9):
        sequencer.publish(offices.today + day * DAY)
    answer = client.get("/log/checkpoint")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == NO_STORE
    signed = instance.portal.log_key.open(answer.data)
    read = TileReader(signed.size, lambda tile: client.get(address(tile)).data)
    assert tree_head(read, signed.size) == signed.head
    entries = []
    for tile in tiles_of(signed.size):
        if tile.level == 0:
            bundle = client.get(f"/log/tile/entries/{tile.place}")
            assert bundle.headers["Content-Type"] == "application/octet-stream"
            entries += split_bundle(bundle.data, tile.width)
    leaves = read_leaves([leaf_hash(entry) for entry in entries])
    assert tree_head(leaves, len(entries)) == signed.head
    assert client.get("/log/key").text.strip() == instance.portal.log_key.as_text()


def test_full_tiles_may_be_kept_and_partial_ones_not(
    client: FlaskClient, offices: Offices, sequencer: Sequencer
) -> None:
    for day in range(5):
        sequencer.publish(offices.today + day * DAY)
    full, partial = client.get("/log/tile/0/000"), client.get("/log/tile/0/001.p/64")
    assert (len(full.data), len(partial.data)) == (8192, 2048)
    assert full.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert partial.headers["Cache-Control"] == NO_STORE
    for answer in (full, partial):
        assert "Content-Encoding" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Content-Security-Policy"] == CSP
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "0/001", "0/000.p/0", "0/000.p/65", "0/000.p/256", "0/0", "0/x000/000", "1/000.p/1", "8/000", "00/000", "a/000",
        "entries/001", "entries/000.p/65", "0/000/", "0/../0/000.p/64", "0/999", "7/x999/999", "0/000.p/64.p/64",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_plain_404(
    client: FlaskClient, offices: Offices, sequencer: Sequencer, path: str
) -> None:
    sequencer.publish(offices.today)
    assert client.get(f"/log/tile/{path}").status_code == 404
    assert client.get("/log/tile/0/000.p/64").status_code == 200


def test_the_proof_is_for_whoever_opened_the_mailbox(client: FlaskClient) -> None:
    assert client.get("/mailbox/proof").status_code == 404


def test_the_proof_of_an_unknown_code_is_empty_and_of_the_smallest_size(offices: Offices) -> None:
    filed = offices.file()
    known, unknown = offices.mailbox.proof(filed.master), offices.mailbox.proof(bytes(32))
    assert (unknown.case, unknown.report, list(unknown.events)) == ("", b"", [])
    assert unknown.salt == known.salt
    empty = ReceiptProof(unknown.salt, "", b"", [], gate=known.gate)
    assert ReceiptProof.from_bytes(unknown.to_bytes() + b"   ") == empty
    with pytest.raises(UnprovedError, match="no report behind this code"):
        unknown.check(filed.draft.code, UNSAFE_TEST_COST)
    assert known.check(filed.draft.code, UNSAFE_TEST_COST)[0][0].number == 0


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b'{"case":"","events":[],"format":2,"report":"","salt":"AAAAAAAAAAAAAAAAAAAAAA"}',
             b'{"case":"","events":[1],"format":1,"report":"","salt":"AAAAAAAAAAAAAAAAAAAAAA"}',
             b'{"case":"","events":[],"format":1,"report":"","salt":"AA"}', b"\xff"]
)  # fmt: skip
def test_a_proof_in_any_other_encoding_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        ReceiptProof.from_bytes(data)


def test_the_mailbox_says_when_the_filing_was_published(offices: Offices, sequencer: Sequencer) -> None:
    filed = offices.file()
    assert offices.mailbox.view(filed.master).published is None
    sequencer.publish(offices.today + DAY)
    assert offices.mailbox.view(filed.master).published == offices.today + DAY
