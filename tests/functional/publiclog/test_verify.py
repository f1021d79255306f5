"""`underseal verify`: a reporter and a stranger check a portal over real HTTP, as the command line does it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crypto.checkpoint import LogSigner
from crypto.kdf import RECEIPT_COST
from crypto.receipt import ReceiptCode, parse_code
from intake.database.case_tables import Event
from intake.wordlists import all_wordlists, wordlist
from tests.functional.triage.conftest import BackOffice
from tests.support.reports import Offices
from tests.support.served import ServedPortal
from tests.support.splitting import Split
from triage.verify.published import FetchedLog, UnverifiedError
from triage.verify.receipt import check_receipt
from triage.verify.site import Site, SiteError

DAY = timedelta(days=1)


def code_in(path: Path) -> ReceiptCode:
    return parse_code(path.read_text("utf-8"), all_wordlists("en"))


def test_a_reporter_proves_from_the_code_alone_that_the_report_is_there(
    portal: ServedPortal, tmp_path: Path, today: date
) -> None:
    code, _ = portal.files(tmp_path, today)
    portal.publishes(today + DAY)
    done = portal.verify("receipt", "--code-file", code)
    assert done.exit_code == 0, done.output
    assert f"OK: your report of {today} is still there, unchanged" in done.output
    assert "1 acts in the log, 0 waiting" in done.output


def test_a_report_in_two_cases_is_proved_in_both(portal: ServedPortal, tmp_path: Path, today: date) -> None:
    offices = Offices(portal.instance, today, cost=RECEIPT_COST)
    split = Split.made(BackOffice(portal.instance, today), offices, state="acknowledged")
    words = wordlist("en")
    assert words is not None
    path = tmp_path / "code.txt"
    path.write_text(split.first.draft.code.as_words(words), "utf-8")
    portal.publishes(today + DAY)
    done = portal.verify("receipt", "--code-file", path)
    assert done.exit_code == 0, done.output
    assert "7 acts in the log, 0 waiting" in done.output
    assert "It is handled as 2 cases" in done.output
    # Exchanged, with a leaf of the attacker's making: the record of the first case names another one.
    with portal.instance.owner.state.begin() as session:
        leaf = session.scalars(select(Event).where(Event.case_id == split.second.case)).one()
        leaf.number = 1
    refused = portal.verify("receipt", "--code-file", path)
    assert refused.exit_code == 1
    assert "NOT PROVED" in refused.output


def test_nobody_learns_from_the_requests_which_report_is_checked(
    portal: ServedPortal, tmp_path: Path, today: date
) -> None:
    """The log is fetched whole, before the code is sent, in the same order for everybody."""
    asked = []
    for name in ("one", "another"):
        (tmp_path / name).mkdir()
    codes = [portal.files(tmp_path / name, today)[0] for name in ("one", "another")]
    for day in range(5):
        portal.publishes(today + day * DAY)
    for code in codes:
        portal.asked.clear()
        assert portal.verify("receipt", "--code-file", code).exit_code == 0
        asked.append(list(portal.asked))
    assert asked[0] == asked[1]
    assert asked[0] == [
        "GET /log/checkpoint", "GET /log/key", "GET /log/tile/0/000", "GET /log/tile/0/001.p/64", "GET /log/tile/1/000.p/1",
        "GET /return", "POST /return", "GET /mailbox/proof", "POST /mailbox/leave",
    ]  # fmt: skip


def test_a_report_of_today_waits_for_its_batch_and_is_not_called_lost(
    portal: ServedPortal, tmp_path: Path, today: date
) -> None:
    portal.publishes(today)
    path, _ = portal.files(tmp_path, today)
    site = Site(portal.url)
    log = FetchedLog.fetch(site, None)
    with pytest.raises(UnverifiedError, match="check again tomorrow"):
        check_receipt(site, log, code_in(path), today + DAY)
    with pytest.raises(UnverifiedError, match="somebody keeps it out"):
        check_receipt(Site(portal.url), log, code_in(path), today + 3 * DAY)


def test_before_the_first_batch_there_is_nothing_to_check(
    portal: ServedPortal, tmp_path: Path, today: date
) -> None:
    path, _ = portal.files(tmp_path, today)
    done = portal.verify("receipt", "--code-file", path)
    assert (done.exit_code, "no checkpoint yet" in done.output) == (1, True)


def test_a_code_without_a_report_is_said_to_be_one(portal: ServedPortal, tmp_path: Path, today: date) -> None:
    portal.publishes(today)
    path = tmp_path / "code"
    path.write_text(ReceiptCode.generate().as_digits(), "utf-8")
    done = portal.verify("receipt", "--code-file", path)
    assert (done.exit_code, "no report behind this code" in done.output) == (1, True)


def test_a_stranger_checks_the_log_and_its_growth(portal: ServedPortal, tmp_path: Path, today: date) -> None:
    saved = tmp_path / "saved"
    portal.publishes(today)
    first = portal.verify("log", "--save", saved)
    assert first.exit_code == 0, first.output
    assert "64 entries" in first.output
    assert portal.instance.portal.log_key.as_text() in first.output
    for day in (1, 2, 3, 4):
        portal.publishes(today + day * DAY)
    second = portal.verify("log", "--since", saved)
    assert second.exit_code == 0, second.output
    assert "continues the earlier checkpoint of 64 entries" in second.output
    assert "320 entries" in second.output


def test_the_published_key_is_believed_and_another_is_not(portal: ServedPortal, today: date) -> None:
    portal.publishes(today)
    assert portal.verify("log", "--key", portal.instance.portal.log_key.as_text()).exit_code == 0
    done = portal.verify("log", "--key", LogSigner(bytes(32)).public.as_text())
    assert (done.exit_code, "not genuine" in done.output) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["log", "--key", "nonsense"], 2, "copy it whole"),
        (["log", "--since", "/nowhere/at/all"], 1, "cannot be read"),
        (["receipt"], 2, "--code-file"),
        (["receipt", "--code-file", "/nowhere"], 1, "cannot be read"),
    ],
)
def test_a_wrong_call_says_what_to_do(
    portal: ServedPortal, arguments: list[str], status: int, said: str
) -> None:
    done = portal.verify(*arguments)
    assert done.exit_code == status
    assert said in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize("content", [b"", b"one two three", b"\xff\xfe", b"zoo " * 8, b"0" * 5000])
def test_a_file_that_holds_no_code_is_refused_before_anything_is_asked(
    portal: ServedPortal, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "code"
    path.write_bytes(content)
    done = portal.verify("receipt", "--code-file", path)
    assert done.exit_code == 1
    assert portal.asked == []


def test_a_wrong_saved_checkpoint_is_refused(portal: ServedPortal, tmp_path: Path, today: date) -> None:
    portal.publishes(today)
    path = tmp_path / "saved"
    for content in (b"", b"no note", b"x" * 300_000):
        path.write_bytes(content)
        assert portal.verify("log", "--since", path).exit_code == 1


@pytest.mark.parametrize(
    "url",
    [
        "", "portal", "ftp://portal.example", "https://", "https://portal.example/path", "https://u:p@portal.example",
        "https://portal.example?x", "http://portal.example", "http://192.0.2.1", "https://portal.example:0", "https://[",
        "http://127.0.0.1.example", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_an_address_over_which_a_code_could_leak_is_refused(url: str) -> None:
    with pytest.raises(SiteError):
        Site(url)


def test_an_onion_address_is_never_looked_up_without_tor(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with pytest.raises(SiteError, match="needs Tor"):
        Site("http://abcdefghij.onion")
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:9050")
    with pytest.raises(SiteError, match="HTTPTunnelPort"):
        Site("http://abcdefghij.onion")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9080")
    monkeypatch.setenv("no_proxy", "*")
    Site("http://abcdefghij.onion")


def test_a_portal_that_does_not_answer_is_one_line() -> None:
    with pytest.raises(SiteError, match="cannot be reached"):
        Site("http://127.0.0.1:1").get("/")
