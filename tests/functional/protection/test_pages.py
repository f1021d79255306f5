"""The pages around protection: whoever has no report sees pages of the same size, each with its way out."""

from __future__ import annotations

import pytest

from tests.functional.portal.test_mailbox import unknown_code
from tests.support.played import Play

PAGES = tuple(
    f"/mailbox{page}"
    for page in (
        "",
        "/check-in",
        "/dates",
        "/promise",
        "/identity",
        "/detriment",
        "/papers",
        "/complaint",
        "/involved",
    )
)


@pytest.mark.parametrize("name", ["", "Ingrid Varga"], ids=["without a name", "with a name"])
def test_every_page_has_its_way_out_and_tells_nothing_by_its_size(play: Play, name: str) -> None:
    who = {"name": "Rosa Medina", "post": "staff", "body": "millbrook-water"}
    play.files("The wells are measured at night.", who, c1="threat", identity_name=name)
    reporter, stranger = play.comes_back(), play.someone()
    stranger.returns(unknown_code())
    for path in PAGES:
        pages = [each.opens(path) for each in (reporter, stranger)]
        assert [page.status_code for page in pages] == [200, 200], path
        assert all("Exit this page" in page.text for page in pages), path
        assert len({len(page.data) for page in pages}) == 1, path
