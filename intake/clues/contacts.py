"""What leads to a person by its shape alone: addresses, telephone and personal numbers, profiles. Knows no sentence.

Every reader goes forward over its text once; what looks back or ahead is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from intake.clues.kinds import Clue, Kind
from intake.clues.units import is_han
from intake.strict_json import parsed_date

_LOCAL, _DOMAIN, _NEAR, _LONGEST = 64, 190, 40, 2_000
_SEPARATORS = frozenset(" -./()·")
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_WORDS_BEFORE, _OFFICE_NEAR = 4, 3
_FILED = re.compile(r"[0-9]{1,6}/(19|20)[0-9]{2}|(19|20)[0-9]{2}[/-][0-9]{1,6}", re.ASCII)
"""How authorities number what they file: 77/2021."""
_PERSONAL_DIGITS = "零一二三四五六七八九"
_SPOKEN = frozenset("〇零一二三四五六七八九幺两")


@dataclass(frozen=True, slots=True)
class Nouns:
    """Words that say what a number is; data of the languages."""

    phone: frozenset[str]
    """What a telephone number is called, and what is done with it."""
    office: frozenset[str]
    """Numbers that everybody may call: they lead to no person."""
    matter: frozenset[str]
    """What else has numbers: invoices, accounts, laws."""
    money: frozenset[str]
    sites: frozenset[str]
    """Where people have pages of their own."""


def contacts_in(text: str, nouns: Nouns) -> list[Clue]:
    """Everything of this kind in a folded text, in no order."""
    return [*_addresses(text), *_profiles(text, nouns.sites), *_numbers(text, nouns), *_spoken(text, nouns)]


def _addresses(text: str) -> Iterator[Clue]:
    place = text.find("@")
    while place >= 0:
        start = place
        while start > 0 and place - start < _LOCAL and _of_address(text[start - 1], "._%+-'"):
            start -= 1
        end = place + 1
        while end < len(text) and end - place < _DOMAIN and _of_address(text[end], ".-"):
            end += 1
        while end > place and text[end - 1] in ".-":
            end -= 1
        if start < place and "." in text[place + 1 : end]:
            yield Clue(start, end, Kind.EMAIL)
        elif start == place and end - place > 2 and not _joined(text, start):
            yield Clue(start, end, Kind.PROFILE)
        elif start == place and place + 2 < len(text) and is_han(text[place + 1]):
            yield Clue(start, min(place + 7, _end_of_han(text, place + 1)), Kind.PROFILE)
        place = text.find("@", place + 1)


def _of_address(character: str, marks: str) -> bool:
    return (character.isalnum() and not is_han(character)) or character in marks or character == "_"


def _joined(text: str, place: int) -> bool:
    return place > 0 and (text[place - 1].isalnum() and not is_han(text[place - 1]))


def _end_of_han(text: str, place: int) -> int:
    while place < len(text) and is_han(text[place]):
        place += 1
    return place


def _profiles(text: str, sites: Collection[str]) -> Iterator[Clue]:
    """A site where people have pages, with a path behind it."""
    lower = text.lower() if len(text.lower()) == len(text) else text
    place = lower.find("/")
    while place >= 0:
        start = place
        while start > 0 and place - start < _NEAR and _of_address(lower[start - 1], ".-"):
            start -= 1
        host = lower[start:place].removeprefix("www.")
        if host in sites and place + 1 < len(text) and not text[place + 1].isspace():
            begin = start - 3 if lower[max(start - 3, 0) : start] == "://" else start
            while begin < start and begin > 0 and start - begin < 9 and lower[begin - 1].isalpha():
                begin -= 1
            end = place + 1
            while end < len(text) and end - place < _LONGEST and _of_address(text[end], "./-?=&%@~+#:"):
                end += 1
            while text[end - 1] in ".:?":
                end -= 1
            yield Clue(begin, end, Kind.PROFILE)
            place = end - 1
        place = lower.find("/", place + 1)


def _numbers(text: str, nouns: Nouns) -> Iterator[Clue]:
    place, length = 0, len(text)
    while place < length:
        if not (_digit(text[place]) or (text[place] in "+(" and _digit(text[place + 1 : place + 2]))):
            place += 1
            continue
        end = _run(text, place)
        if not _joined(text, place) and not _joined_behind(text, end):
            run = text[place:end]
            if (kind := _kind_of(run, _words_before(text, place), text[end : end + 12], nouns)) is not None:
                yield Clue(place, end, kind)
        elif (start_end := _lettered(text, place, end)) is not None:
            yield Clue(*start_end, Kind.NUMBER)
            end = start_end[1]
        place = end


def _digit(character: str) -> bool:
    return len(character) == 1 and "0" <= character <= "9"


def _run(text: str, place: int) -> int:
    """The end of digits with separators between them, two at most, from ``place``."""
    end = last = place + 1 if not _digit(text[place]) else place
    while end < len(text) and end - last <= 2:
        if _digit(text[end]):
            last = end + 1
        elif text[end] not in _SEPARATORS and not (text[end] == "+" and end == place + 1):
            break
        end += 1
    return last


def _joined_behind(text: str, end: int) -> bool:
    return end < len(text) and text[end].isalnum() and not is_han(text[end])


def _words_before(text: str, place: int) -> list[str]:
    """The last few words before a number, the nearest first; of Chinese the last characters."""
    before = text[max(place - _NEAR, 0) : place].lower()
    cut = max(before.rfind(mark) for mark in "\n;。!?")
    words = re.findall(r"[^\W\d_]{1,40}", before[cut + 1 :])
    return list(reversed(words[-_WORDS_BEFORE:]))


def _kind_of(run: str, before: list[str], behind: str, nouns: Nouns) -> Kind | None:
    groups = re.findall(r"[0-9]{1,40}", run)
    shape, digits = [len(group) for group in groups], "".join(groups)
    if _personal(run, digits, shape, behind):
        return Kind.NUMBER
    if _says(before[:_OFFICE_NEAR], nouns.office) or _FILED.fullmatch(run):
        return None
    told = _says(before, nouns.phone)
    if run.startswith("+") and 8 <= len(digits) <= 15:
        return Kind.PHONE
    if _says(before, nouns.matter) or _money(before, behind, nouns.money) or _day_like(run, groups):
        return None
    if _like_a_phone(run, groups, shape, digits) or (told and 6 <= len(digits) <= 15):
        return Kind.PHONE
    return None


def _says(words: list[str], nouns: Collection[str]) -> bool:
    return any(
        word in nouns
        or (is_han(word[0]) and any(word[-8:].find(noun) >= 0 for noun in nouns if is_han(noun[0])))
        for word in words
    )


def _money(before: list[str], behind: str, money: Collection[str]) -> bool:
    after = re.match(r"\s{0,2}([^\W\d_]{1,12}|[$€£¥])", behind.lower())
    return bool(before and before[0] in money) or bool(after and (after[1] in money or after[1][0] in money))


def _day_like(run: str, groups: list[str]) -> bool:
    if len(groups) != 3 or "(" in run:
        return False
    sizes = sorted(len(group) for group in groups)
    return sizes in ([1, 1, 2], [1, 1, 4], [1, 2, 2], [1, 2, 4], [2, 2, 2], [2, 2, 4])


_SHAPES = ([3, 3, 4], [1, 3, 3, 4], [2, 2, 2, 2], [3, 2, 3], [2, 2, 2, 2, 2])


def _like_a_phone(run: str, groups: list[str], shape: list[int], digits: str) -> bool:
    """A telephone number of many countries as people write it."""
    abroad = digits.startswith("00") and 10 <= len(digits) <= 16
    chinese = re.fullmatch(r"1[3-9][0-9]{9}", digits) is not None and shape in ([11], [3, 4, 4], [3, 8])
    with_area = run.startswith("(0") and 7 <= len(digits) <= 13
    at_home = digits.startswith("0") and 9 <= len(digits) <= 12 and len(groups[0]) >= 2
    indian = shape == [5, 5] and digits[0] in "6789"
    grouped = shape in _SHAPES and (len(digits) >= 10 or run.count(" ") == len(shape) - 1)
    # No exchange of North America begins with 0 or 1.
    return (
        abroad
        or chinese
        or with_area
        or at_home
        or indian
        or (grouped and not (shape == [3, 3, 4] and digits[0] in "01"))
    )


def _personal(run: str, digits: str, shape: list[int], behind: str) -> bool:
    """Numbers that states give to people, by their form and, where there is one, their check digit."""
    if shape == [3, 2, 4] and run.count("-") == 2:
        return True
    if (
        shape in ([6, 4], [8, 4])
        and run.count("-") == 1
        and _born(("19" + digits if len(digits) == 10 else digits)[:8])
    ):
        return True
    if len(digits) == 18 or (len(digits) == 17 and behind[:1] in "xX"):
        return len(run) == len(digits) and _born(digits[6:14])
    if shape in ([11], [6, 5]) and digits[2:4].lstrip("0")[:1] >= "1":
        return _norwegian(digits)
    return False


def _born(day: str) -> bool:
    found = _DAY.fullmatch(day)
    born = parsed_date("-".join(found.groups())) if found else None
    return born is not None and 1900 <= born.year <= 2100


def _norwegian(digits: str) -> bool:
    if not (1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12):
        return False
    first = sum(
        int(digit) * weight for digit, weight in zip(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1), strict=False)
    )
    second = sum(
        int(digit) * weight for digit, weight in zip(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), strict=True)
    )
    return first % 11 == 0 and second % 11 == 0


def _lettered(text: str, place: int, end: int) -> tuple[int, int] | None:
    """Personal numbers that hold letters: Chinese, Spanish, British, Italian."""
    start = place
    while start > 0 and place - start < 20 and text[start - 1].isascii() and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and end - start < 24 and text[end].isascii() and text[end].isalnum():
        end += 1
    word = text[start:end].replace(" ", "").upper()
    if len(word) == 18 and word[:17].isdigit() and word[17] == "X" and _born(word[6:14]):
        return start, end
    if len(word) == 9 and word[:8].isdigit() and word[8] == "TRWAGMYFPDXBNJZSQVHLCKE"[int(word[:8]) % 23]:
        return start, end
    shape = "".join("9" if _digit(each) else "A" for each in word)
    return (start, end) if shape in {"AA999999A", "AAAAAA99A99A999A"} else None


def _spoken(text: str, nouns: Nouns) -> Iterator[Clue]:
    """Numbers written in Chinese figures: eleven beginning with one, or fewer where a telephone is spoken of."""
    place = 0
    while place < len(text):
        end = place
        while end < len(text) and text[end] in _SPOKEN:
            end += 1
        length = end - place
        mobile = length == 11 and text[place] in "一幺"
        if mobile or (7 <= length <= 13 and _says(_words_before(text, place), nouns.phone)):
            yield Clue(place, end, Kind.PHONE)
        place = max(end, place + 1)
