"""Floods of requests on this machine alone, which end by themselves, and patient people who want to file beside them."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException

from tests.support.visitor import Page, Visitor

SENTENCE = "The wells are measured at night."
_TICKET = re.compile(r'name="waited" value="([^"]+)"')

Act = Callable[[Visitor], Page]


@dataclass
class Flood:
    """Lines that ask as fast as they are answered. ``seen``: how often each status came."""

    visit: Callable[[], Visitor]
    """Makes a new visitor."""
    act: Act
    lines: int = 24
    fresh: bool = True
    """Whether each request is another visit's; else each line is one visit."""
    seen: Counter[int] = field(default_factory=Counter)
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self, seconds: float = 120) -> Iterator[Flood]:
        """Flood meanwhile, and for ``seconds`` at most."""
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=self._ask, args=(until,)) for _ in range(self.lines)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _ask(self, until: float) -> None:
        visitor = self.visit()
        while not self._stop.is_set() and time.monotonic() < until:
            with suppress(OSError, HTTPException):
                self.seen[self.act(visitor).status] += 1
            if self.fresh:
                visitor = self.visit()


def asks_without_a_form(visitor: Visitor) -> Page:
    """What no page of ours ever sent."""
    return visitor.post("/report/check", {"send": "1", "what": SENTENCE}, follow=False)


def begins_a_draft(visitor: Visitor) -> Page:
    """A cookie, a form, a draft: again and again."""
    visitor.get("/report")
    return visitor.post("/report", {"what": "Nonsense.", "go": "next"}, follow=False)


def files(visitor: Visitor) -> Page:
    """All the way, as fast as it goes; whatever asks to wait is sent once more with its ticket."""
    begins_a_draft(visitor)
    return _once_more(visitor, visitor.post("/report/check", {"send": "1"}, follow=False))


def tries_a_code(code: str) -> Act:
    """With a form and a right checksum, so that it costs a derivation."""

    def act(visitor: Visitor) -> Page:
        visitor.get("/return")
        return visitor.post("/return", {"code": code}, follow=False)

    return act


def _once_more(visitor: Visitor, page: Page) -> Page:
    ticket = _TICKET.search(page.text)
    if page.status != 503 or ticket is None:
        return page
    return visitor.post("/report/check", {"send": "1", "waited": ticket[1]}, follow=False)


def files_patiently(visitor: Visitor, seconds: float = 300) -> Page:
    """What a person does: from the first page to the receipt, pressing the button of whatever page asks to wait."""
    deadline = time.monotonic() + seconds

    def patiently(ask: Callable[[dict[str, str]], Page]) -> Page:
        waited: dict[str, str] = {}
        while True:
            page = ask(waited)
            if page.status not in {429, 503} or time.monotonic() > deadline:
                return page
            if ticket := _TICKET.search(page.text):
                waited = {"waited": ticket[1]}
            time.sleep(2)

    patiently(lambda _: visitor.get("/"))
    patiently(lambda _: visitor.get("/report"))
    patiently(lambda waited: visitor.post("/report", {"what": SENTENCE, "go": "next"} | waited))
    patiently(lambda _: visitor.get("/report/check"))
    return patiently(lambda waited: visitor.post("/report/check", {"send": "1"} | waited))
