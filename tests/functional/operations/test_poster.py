"""Posters and cards, printed, looked at, read by a machine that reads codes, and searched for what they must not say."""

from __future__ import annotations

import getpass
import socket
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from click.testing import CliRunner
from PIL import Image

from crypto.onion import is_onion_host
from intake.settings import SETTINGS_FILE
from templates.web.language import LANGUAGES
from tests.conftest import TODAY
from tests.support.instances import build_instance
from tests.support.organisation import small_organisation
from triage.cli.main import main
from triage.paper import fonts
from triage.paper.words import words_in

WEB = "https://report.example.org"
ONION = "http://aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dyp3kead.onion"
NAME = "Ministry of Waters"
DPI = 200
EDGE = 5  # millimetres that a printer leaves white

SOME = [tag if tag in {"en", "ar", "zh"} else pytest.param(tag, marks=pytest.mark.slow) for tag in LANGUAGES]
"""One for each script every time; the other languages of the same letters with the slow ones."""
HAS_FONTS = {"DroidSansFallbackFull.ttf", "NotoSans-Regular.ttf", "NotoSansArabic-Regular.ttf"} <= set(
    fonts._files()
)
pytestmark = pytest.mark.skipif(
    not HAS_FONTS, reason="fonts-noto-core and fonts-droid-fallback are not installed"
)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance that says under which addresses it is visited."""
    place = tmp_path_factory.mktemp("posters") / "instance"
    build_instance(place, small_organisation(), today=TODAY).close()
    says(place, f'address = "{WEB}"', f'onion = "{ONION}"')
    return place


def says(directory: Path, *lines: str, name: str = NAME) -> None:
    """What the operator writes into the settings."""
    path = directory / SETTINGS_FILE
    kept: list[str] = []
    for line in path.read_text().splitlines():
        if not line.startswith(("address =", "onion =", "name =")):
            kept.append(line)
        if line == "[site]":
            kept += lines
    path.write_text(f'name = "{name}"\n' + "\n".join(kept) + "\n")


def printed(directory: Path, *options: str, tag: str = "en") -> bytes:
    """The file that the command writes."""
    out = directory.parent / "out.pdf"
    result = CliRunner().invoke(
        main, ["poster", str(directory), "--language", tag, "--out", str(out), *options]
    )
    assert result.exit_code == 0, result.output
    return out.read_bytes()


def refused(directory: Path, *options: str) -> str:
    """The one line that says why there is no file."""
    out = directory.parent / "never.pdf"
    arguments = ["poster", str(directory), "--language", "en", "--out", str(out), *options]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert not list(directory.parent.glob("*never.pdf*"))
    assert result.output.count("\n") == 1
    return result.output


def picture(data: bytes) -> Image.Image:
    """The page as it comes out of a printer."""
    with pypdfium2.PdfDocument(data) as document:
        assert len(document) == 1
        image: Image.Image = document[0].render(scale=DPI / 72, grayscale=True).to_pil()
        return image.copy()


def text(data: bytes) -> str:
    """What can be copied out of it, without the places at which lines end."""
    with pypdfium2.PdfDocument(data) as document:
        found = document[0].get_textpage().get_text_range()
    return "".join(unicodedata.normalize("NFKC", found).split())


def squeezed(sentence: str) -> str:
    """A sentence as ``text`` would give it."""
    return "".join(unicodedata.normalize("NFKC", sentence).split())


def codes(data: bytes) -> list[str]:
    """What a telephone reads."""
    return sorted(code.text for code in zxingcpp.read_barcodes(picture(data)))


def is_white_at_the_edge(data: bytes) -> bool:
    """Whether a printer would cut nothing off."""
    image = picture(data)
    margin = int(EDGE / 25.4 * DPI)
    inside = (margin, margin, image.width - margin, image.height - margin)
    image.paste(255, inside)
    darkest, _ = image.getextrema()
    return darkest == 255


def test_every_language_of_the_portal_has_its_words() -> None:
    english = words_in("en")
    for tag in LANGUAGES:
        words = words_in(tag)
        assert len(words.points) == len(english.points)
        assert len(words.warnings) == len(english.warnings)
        assert tag == "en" or set(words.printed()) & set(english.printed()) <= {"Tor Browser"}


@pytest.mark.parametrize("tag", SOME)
def test_a_poster_says_where_the_portal_is_in_every_language(directory: Path, tag: str) -> None:
    data = printed(directory, tag=tag)
    assert codes(data) == [ONION, WEB]
    assert is_white_at_the_edge(data)
    words, found = words_in(tag), text(data)
    for sentence in (
        NAME,
        WEB,
        ONION,
        words.title,
        words.lead,
        *words.points,
        words.warning,
        *words.warnings,
        words.web,
        words.onion,
    ):
        if tag == "ar":
            # A reader of the file gives shaped Arabic, and its marks, in an order of its own: the letters are looked for.
            assert {sign for sign in squeezed(sentence) if sign.isalpha()} <= set(found)
        else:
            assert squeezed(sentence) in found


@pytest.mark.parametrize("tag", SOME)
def test_a_card_gives_nobody_away_who_is_found_with_it(directory: Path, tag: str) -> None:
    data = printed(directory, "--kind", "card", tag=tag)
    assert codes(data) == [ONION] * 10 + [WEB] * 10
    assert is_white_at_the_edge(data)
    words, found = words_in(tag), text(data)
    assert squeezed(NAME) not in found
    for sentence in (words.title, words.lead, *words.points, words.warning, *words.warnings, words.onion):
        assert squeezed(sentence) not in found
    whole = "".join(words.card + words.card_web + words.card_onion + WEB + ONION)
    assert set(found) <= set(squeezed(whole))


@pytest.mark.parametrize(("size", "cards"), [("letter", 10), pytest.param("a3", 21, marks=pytest.mark.slow)])
def test_other_papers_hold_what_they_have_room_for(directory: Path, size: str, cards: int) -> None:
    assert codes(printed(directory, "--size", size)) == [ONION, WEB]
    data = printed(directory, "--size", size, "--kind", "card", "--only", "onion")
    assert codes(data) == [ONION] * cards
    assert is_white_at_the_edge(data)
    assert "report.example.org" not in text(data)


def test_two_runs_give_the_same_bytes_which_say_nothing_of_person_machine_or_time(directory: Path) -> None:
    first = printed(directory, tag="ar")
    time.sleep(1.1)  # a file that held a time would now hold another
    second = printed(directory, tag="ar")
    assert first == second
    with pikepdf.open(directory.parent / "out.pdf") as file:
        assert set(file.docinfo) == {"/Title"}
        assert str(file.docinfo["/Title"]) == words_in("ar").document
        assert "/Metadata" not in file.Root
        assert str(file.Root.Lang) == "ar"
        streams = b"".join(entry.read_bytes() for entry in file.objects if isinstance(entry, pikepdf.Stream))
    for trace in (
        "fpdf",
        "Producer",
        "CreationDate",
        "D:20",
        str(directory.parent),
        socket.gethostname(),
        getpass.getuser(),
    ):
        if len(trace) > 3:  # a shorter one may stand there by chance
            assert trace.encode() not in first
            assert trace.encode() not in streams


def test_a_screen_reader_is_told_what_is_a_heading_and_what_a_code_holds(directory: Path) -> None:
    printed(directory)
    with pikepdf.open(directory.parent / "out.pdf") as file:
        assert file.Root.MarkInfo.Marked
        root: Any = file.Root.StructTreeRoot.K[0]
        roles = [str(part.S) for part in root.K]
        instead = [str(part.Alt) for part in root.K if "/Alt" in part]
    assert roles.count("/H1") == 1
    assert roles.count("/Figure") == 2
    assert sorted(instead) == [ONION, WEB]


@pytest.mark.parametrize(
    "name",
    [
        "وزارة المياه – Ministry of Waters",
        "W" * 200,
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("Вода & Co", "水利部", "Ministère\\tdes eaux")
        ),
    ],
)
def test_a_name_in_any_script_or_of_any_length_has_room(directory: Path, name: str) -> None:
    try:
        says(directory, f'address = "{WEB}"', f'onion = "{ONION}"', name=name)
        data = printed(directory)
    finally:
        says(directory, f'address = "{WEB}"', f'onion = "{ONION}"')
    assert codes(data) == [ONION, WEB]
    assert is_white_at_the_edge(data)
    assert set(squeezed(name.replace("\\t", " "))) <= set(text(data))


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine on which nothing is installed."""
    monkeypatch.setattr(fonts, "FOLDERS", ())
    fonts._files.cache_clear()
    yield
    fonts._files.cache_clear()


@pytest.mark.usefixtures("no_fonts")
def test_a_machine_without_fonts_is_told_what_to_install(directory: Path) -> None:
    assert "run `apt install fonts-noto-core`" in refused(directory)
    assert "apt install fonts-droid-fallback fonts-noto-core" in refused(directory, "--language", "zh")


def test_a_sign_that_no_font_has_is_refused_and_never_becomes_a_box(directory: Path, tmp_path: Path) -> None:
    try:
        says(directory, f'address = "{WEB}"', name="Ministry \U00013080")
        assert "no font here has: \U00013080" in refused(directory)
    finally:
        says(directory, f'address = "{WEB}"', f'onion = "{ONION}"')
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    assert "broken.ttf is no font that can be used" in refused(directory, "--font", str(broken))


def test_without_an_address_there_is_nothing_to_print(directory: Path) -> None:
    try:
        says(directory)
        assert "[site]" in refused(directory)
        says(directory, f'address = "{WEB}"')
        assert "[site]" in refused(directory, "--only", "onion")
        assert codes(printed(directory, tag="ru")) == [WEB]
    finally:
        says(directory, f'address = "{WEB}"', f'onion = "{ONION}"')


def test_the_onion_address_of_these_stories_is_one() -> None:
    assert is_onion_host(ONION.removeprefix("http://"))
