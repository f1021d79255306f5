"""Long runs against the real portal: killed at any moment, or asked by everybody at once, it loses nothing and files once."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import pytest

from crypto.kdf import RECEIPT_COST
from crypto.receipt import parse_code
from intake.wordlists import all_wordlists
from tests.support.instances import Instance
from tests.support.processes import serving
from tests.support.reports import Offices
from tests.support.visitor import Page, Visitor

CRASHES = 20
VISITORS = 60
SENTENCE = "The wells are measured at night."


def begin(visitor: Visitor) -> None:
    visitor.get("/report")
    visitor.post("/report", {"what": SENTENCE, "go": "next"})
    visitor.get("/report/check")


def test_a_portal_killed_at_any_moment_of_sending_files_each_report_once(
    instance: Instance, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The visitor reloads after every crash and gets the receipt of one case; no crash files two or loses one."""
    workspace = tmp_path_factory.mktemp("workspace")
    today = instance.today.isoformat()
    moments = random.Random(20261121)
    codes = []
    for _ in range(CRASHES):
        with serving("portal", instance.directory, workspace, today=today) as portal:
            visitor = Visitor(portal.url)
            begin(visitor)
            sender = threading.Thread(target=_send_into_the_void, args=(visitor,))
            sender.start()
            time.sleep(moments.uniform(0, 0.3))
            portal.kill()
            sender.join()
        with serving("portal", instance.directory, workspace, today=today) as portal:
            visitor.base = portal.url
            visitor.get("/report/check")
            receipt = visitor.post("/report/check", {"send": "1"})
            codes.append(receipt.element("receipt-code"))
    offices = Offices(instance, instance.today)
    assert len(offices.cases()) == CRASHES == len(set(codes))
    _every_code_opens_its_case(instance, portal_codes=codes)


def test_a_crowd_that_sends_at_once_is_served_or_told_to_wait(
    instance: Instance, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Nobody's report is lost and nobody sees a fault: every answer is a receipt or a page that says to try again."""
    workspace: Path = tmp_path_factory.mktemp("workspace")
    with serving("portal", instance.directory, workspace, today=instance.today.isoformat()) as portal:
        with ThreadPoolExecutor(VISITORS) as pool:
            pages = list(pool.map(lambda _: _file_patiently(Visitor(portal.url)), range(VISITORS)))
        assert {page.status for page in pages} == {200}
        codes = {page.element("receipt-code") for page in pages}
    assert len(codes) == VISITORS == len(Offices(instance, instance.today).cases())


def _send_into_the_void(visitor: Visitor) -> None:
    with suppress(OSError, HTTPException):  # the portal dies while it answers
        visitor.post("/report/check", {"send": "1"})


def _file_patiently(visitor: Visitor) -> Page:
    """What a patient person does: whatever asks to wait is sent again."""
    _patiently(lambda: visitor.get("/report"))
    _patiently(lambda: visitor.post("/report", {"what": SENTENCE, "go": "next"}))
    _patiently(lambda: visitor.get("/report/check"))
    return _patiently(lambda: visitor.post("/report/check", {"send": "1"}))


def _patiently(ask: Callable[[], Page]) -> Page:
    deadline = time.monotonic() + 180
    page = ask()
    while page.status in {429, 503} and time.monotonic() < deadline:
        time.sleep(1)
        page = ask()
    return page


def _every_code_opens_its_case(instance: Instance, *, portal_codes: list[str]) -> None:
    # The real portal derives at the real cost, so the mailbox is asked at that cost too.
    mailbox = Offices(instance, instance.today, cost=RECEIPT_COST).mailbox
    for words in portal_codes:
        view = mailbox.view(mailbox.open(parse_code(words, all_wordlists("en"))))
        assert (view.known, view.proved) == (True, True)
