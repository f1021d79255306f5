"""Every page of the portal, with faults and without, opened in any language: it goes by fields and buttons, never by words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import FilePayload, Page

from tests.browser.portal.conftest import SENTENCE
from tests.support.axe import moving
from tests.support.evidence_office import docx_file

PLAIN = ("/", "/safety", "/rights", "/elsewhere", "/can-do", "/guidance", "/accessibility", "/report", "/report/who",
         "/report/evidence", "/report/safety", "/return", "/done", "/nowhere")  # fmt: skip

FILES: list[FilePayload] = [
    {"name": name, "mimeType": "", "buffer": data}
    for name, data in (("letter.docx", docx_file()), ("a.dat", bytes(range(256))), ("empty.txt", b""))
]
UNREAL = "Nobody\u2069\u202eereH"
"""A name that would turn around what follows it."""
OWN_NAME = "Ingrid Solheim-Varga"

Look = Callable[[str], None]


@dataclass
class Walker:
    """A visitor who knows the forms and reads no word; ``look`` is called at each page with what it is."""

    page: Page
    base: str
    look: Look

    def opens(self, path: str, name: str = "") -> None:
        """Type an address, and look if the page has a name."""
        self.page.goto(self.base + path)
        if name:
            self.look(name)

    def presses(self, button: str, name: str = "") -> None:
        """Press the button of this selector."""
        with moving(self.page):
            self.page.locator(button).first.click()
        if name:
            self.look(name)

    def goes_on(self, name: str = "") -> None:
        """Press the form's own button."""
        self.presses("main form .buttons button", name)

    def fills(self, field: str, text: str) -> None:
        """Type into the field of this name."""
        self.page.locator(f"[name='{field}']").first.fill(text)

    def ticks(self, choice: str) -> None:
        """Tick the box or choose the answer. By key: a page that just jumped to its hits may still move."""
        self.page.locator(choice).first.focus()
        self.page.keyboard.press("Space")

    def speaks(self, tag: str) -> None:
        """Choose a language for the visit."""
        self.opens(f"/language/{tag}")

    def writes_a_report(self) -> None:
        """From the first question to the check page."""
        self.opens("/report")
        self.fills("what", SENTENCE)
        self.goes_on()
        self.fills("subject-0-name", "Hugo Stein")
        self.ticks("[name='subject-0-post'][value='head']")
        self.fills("subject-0-find", "water")
        self.presses("#person-0 button[value='find']")
        self.ticks("[name='subject-0-body'][value='millbrook-water']")
        self.goes_on()
        self.goes_on()
        self.ticks("[name='not_safe']")
        self.goes_on()

    def sees_everything(self, tag: str) -> None:
        """Open every page that there is."""
        for path in PLAIN:
            self.opens(path, path)
        self._other_things_that_are_brought()
        self._faults_of_the_form()
        self._starts_anew(tag)
        self.writes_a_report()
        self.look("check")
        self._clues()
        self.presses("button[name='send']", "receipt")
        code = self.page.locator("#receipt-code").inner_text()
        self._card()
        self.goes_on("receipt with a fault")
        self.opens("/return")
        self.fills("code", "one two")
        self.goes_on("return with a fault")
        self.fills("code", code)
        self.goes_on("mailbox")
        self._mailbox()

    def _starts_anew(self, tag: str) -> None:
        self.page.context.clear_cookies()
        self.speaks(tag)

    def _other_things_that_are_brought(self) -> None:
        for choice, paths in (
            ("suggestion", ("/report", "/report/who", "/report/check")),
            ("harmed", ("/report/safety", "/report")),
        ):
            self.opens("/report")
            self.ticks(f"[name='intake'][value='{choice}']")
            self.presses("button[value='kind']")
            for path in paths:
                self.opens(path, f"{path}: {choice}")
        self.opens("/report/who")
        self.fills("unit_find", "office")
        self.presses("button[value='find'] >> nth=-1", "offices that were found")

    def _faults_of_the_form(self) -> None:
        self.opens("/report")
        self.fills("when", "2026-02-30")
        self.goes_on("step 1 with faults")
        self.opens("/report/who")
        self.fills("subject-0-name", "N. N.")
        self.fills("subject-0-find", "school")
        self.presses("#person-0 button[value='find']", "step 2 with hits")
        self.goes_on("step 2 with faults")
        self.opens("/report/evidence")
        self.page.locator("#evidence").set_input_files(FILES)
        self.presses("button[value='add']", "files, one of them empty, one that cannot be cleaned")
        self.goes_on("files with a fault")
        self.opens("/report/check", "check with faults")

    def _clues(self) -> None:
        self.opens("/report/who")
        self.fills("involved", f"{UNREAL}\nSomebody Else")
        self.goes_on()
        self.opens("/report")
        self.fills("what", "As the night nurse I saw it. Call +47 912 34 567.")
        self.goes_on()
        self.opens("/report/check", "check with clues")

    def _card(self) -> None:
        self.opens("/receipt/reminder?words=1", "card")
        self.goes_on("card with a fault")
        self.opens("/receipt")

    def _mailbox(self) -> None:
        # There is no certificate before the log has the report.
        for path in ("reminder", "papers", "certificate", "check-in", "dates", "promise", "detriment"):
            self.opens(f"/mailbox/{path}", f"mailbox/{path}")
        self.goes_on("a detriment with faults")
        self.opens("/mailbox/review", "review that is not possible")
        self.opens("/mailbox/complaint", "complaint")
        self.goes_on("complaint with a fault")
        self.opens("/mailbox/involved")
        self.fills("names", f"Milo Fernandez\n{UNREAL}")
        self.goes_on("names with questions")
        self.opens("/mailbox/identity")
        self.goes_on("a name with a fault")
        self.fills("identity_name", OWN_NAME)
        self.goes_on("mailbox with a name")
        self.opens("/mailbox/identity", "a name to change or take back")
        self.opens("/mailbox/opening")
        self.goes_on("objection with a fault")
        self.opens("/mailbox/check-in")
        self.ticks("[name='state'][value='safe']")
        self.goes_on("check-in that was sent")
