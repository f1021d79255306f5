"""Strict JSON: bytes to values, and values to typed fields, with every fault named at once.

It knows nothing of what the fields mean. A reader that stops at the first fault makes people repair a file one
line at a time; a reader that guesses loads half of it. This one does neither.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NoReturn, TypeVar

Token = TypeVar("Token", bound=StrEnum)

MAX_TEXT = 1_000
MAX_ID = 200
MAX_DEPTH = 60
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NAMES = {list: "a list", bool: "true or false", float: "a number", type(None): "null"}
_SHOWN = 60


class FaultyInputError(ValueError):
    """A file or document is refused as a whole. `faults` names every reason as "path: what is wrong"."""

    def __init__(self, what: str, faults: Sequence[str]) -> None:
        self.what = what
        self.faults = tuple(faults)
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        super().__init__(f"{what} has {count}; correct what is named and try again")


class _Object(dict[str, object]):
    """A JSON object that remembers the keys it was given twice, so that the fault can be named with its path."""

    repeated: tuple[str, ...] = ()


def parse(raw: bytes, *, what: str, limit: int) -> object:
    """The one value that `raw` encodes (RFC 8259, UTF-8, no byte order mark, no NaN or Infinity, no repeated key).

    `limit` is the greatest size in bytes. Raises FaultyInputError.
    """
    if len(raw) > limit:
        raise FaultyInputError(what, [f"the file has {len(raw)} bytes; at most {limit} are read"])
    try:
        value: object = json.loads(raw.decode("utf-8"), object_pairs_hook=_pairs, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise FaultyInputError(what, [f"byte {error.start}: this is not UTF-8"]) from None
    except json.JSONDecodeError as error:
        raise FaultyInputError(
            what, [f"line {error.lineno} column {error.colno}: not JSON ({error.msg})"]
        ) from None
    except RecursionError:
        raise FaultyInputError(
            what, [f"objects and lists are nested deeper than {MAX_DEPTH} levels"]
        ) from None
    except ValueError as error:
        raise FaultyInputError(what, [f"not JSON ({error})"]) from None
    faults = list(_unsound(value, "", 0))
    if faults:
        raise FaultyInputError(what, faults)
    return value


def _pairs(pairs: list[tuple[str, object]]) -> _Object:
    value = _Object(pairs)
    if len(value) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        value.repeated = tuple(key for key, count in counts.items() if count > 1)
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _unsound(value: object, path: str, depth: int) -> Iterator[str]:
    if depth >= MAX_DEPTH and isinstance(value, dict | list):
        yield f"{path[:MAX_TEXT]}: nested deeper than {MAX_DEPTH} levels"
    elif isinstance(value, dict):
        if isinstance(value, _Object):
            yield from (f"{_join(path, key)}: the key is given twice" for key in value.repeated)
        for key, inner in value.items():
            if not _encodable(key):
                yield f"{path or 'document'}: a key holds half of a surrogate pair"
            yield from _unsound(inner, _join(path, key), depth + 1)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _unsound(inner, f"{path}[{position}]", depth + 1)
    elif isinstance(value, str) and not _encodable(value):
        yield f"{path}: the text holds half of a surrogate pair"


def _encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _join(path: str, key: str) -> str:
    shown = key if _encodable(key) else ascii(key)
    return f"{path}.{shown}" if path else shown


def parsed_date(text: str) -> date | None:
    """The date of exactly `YYYY-MM-DD`, or None: `date.fromisoformat` alone would take week dates too."""
    if not _ISO_DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def described(value: object) -> str:
    """What a person calls this JSON value, for messages; never the whole value."""
    if isinstance(value, str):
        return repr(value if len(value) <= _SHOWN else f"{value[:_SHOWN]}...")
    if type(value) is int:
        return str(value) if abs(value) < 10**_SHOWN else "a very long number"
    return _NAMES.get(type(value), "an object")


class Fields:
    """One JSON object being read: every wrong field adds a fault to the shared list and yields a harmless stand-in.

    A caller keeps what it read only when `sound()`; stand-ins never leave the reader.
    """

    def __init__(self, value: object, path: str, faults: list[str]) -> None:
        self.path = path
        self._faults = faults
        self._before = len(faults)
        self._value: Mapping[str, object] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self.fault("", f"must be an object, not {described(value)}")

    def sound(self) -> bool:
        """Whether nothing was found wrong since this object was opened."""
        return len(self._faults) == self._before

    def fault(self, key: str, message: str) -> None:
        where = (_join(self.path, key) if key else self.path) or "document"
        self._faults.append(f"{where}: {message}")

    def fault_at(self, path: str, message: str) -> None:
        """A fault of an element whose path `items` gave."""
        self._faults.append(f"{path}: {message}")

    def at(self, element: object, path: str) -> Fields:
        """An element of a list as an object of its own."""
        return Fields(element, path, self._faults)

    def names(self) -> tuple[str, ...]:
        return tuple(self._value)

    def get(self, key: str) -> object:
        """The raw value; null and missing are the same."""
        return self._value.get(key)

    def besides(self, *known: str) -> Mapping[str, object]:
        """The additional fields: kept for display, without any meaning here."""
        return MappingProxyType({key: value for key, value in self._value.items() if key not in known})

    def identifier(self, key: str) -> str:
        """A required id or reference: 1 to 200 characters."""
        value = self.optional_identifier(key)
        if value is None and self._value.get(key) is None:
            self.fault(key, "is missing")
        return value or ""

    def optional_identifier(self, key: str) -> str | None:
        value = self._value.get(key)
        if value is None:
            return None
        problem = _id_problem(value)
        if problem:
            self.fault(key, problem)
            return None
        return str(value)

    def optional_text(self, key: str) -> str | None:
        """Free text of at most 1,000 characters."""
        value = self._value.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self.fault(key, f"must be text, not {described(value)}")
            return None
        if len(value) > MAX_TEXT:
            self.fault(key, f"has {len(value)} characters; at most {MAX_TEXT} are read")
            return None
        return value

    def token(self, key: str, kind: type[Token], default: Token | None = None) -> Token:
        """One of the values of `kind`; without `default` the field is required."""
        value = self._value.get(key)
        if value is None and default is not None:
            return default
        members = list(kind)
        for member in members:
            if value == member:
                return member
        allowed = ", ".join(members)
        self.fault(
            key,
            f"is missing (one of {allowed})"
            if value is None
            else f"{described(value)} is not one of {allowed}",
        )
        return members[0]

    def flag(self, key: str) -> bool:
        """true or false; false when missing."""
        value = self._value.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.fault(key, f"must be true or false, not {described(value)}")
        return False

    def count(self, key: str) -> int | None:
        """A whole number of at least 0."""
        value = self._value.get(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        self.fault(key, f"must be a whole number of at least 0, not {described(value)}")
        return None

    def day(self, key: str) -> date:
        """A required date, `YYYY-MM-DD`."""
        value = self.optional_day(key)
        if value is None and self._value.get(key) is None:
            self.fault(key, "is missing (a date like 2026-03-31)")
        return value or date.min

    def optional_day(self, key: str) -> date | None:
        value = self._value.get(key)
        if value is None:
            return None
        day = parsed_date(value) if isinstance(value, str) else None
        if day is None:
            self.fault(key, f"{described(value)} is not a date like 2026-03-31")
        return day

    def items(self, key: str, *, required: bool = False) -> Iterator[tuple[object, str]]:
        """Each element of a list with its path; an empty iterator for a missing list."""
        value = self._value.get(key)
        if isinstance(value, list):
            path = _join(self.path, key)
            yield from ((element, f"{path}[{position}]") for position, element in enumerate(value))
        elif value is not None:
            self.fault(key, f"must be a list, not {described(value)}")
        elif required:
            self.fault(key, "is missing (a list)")

    def objects(self, key: str, *, required: bool = False) -> Iterator[Fields]:
        for element, path in self.items(key, required=required):
            yield self.at(element, path)

    def identifiers(self, key: str, known: Collection[str] | None = None, noun: str = "") -> tuple[str, ...]:
        """A list of ids; with `known` each must be one of those, which the fault calls `noun`."""
        found = []
        for element, path in self.items(key):
            problem = _id_problem(element)
            if not problem and known is not None and element not in known:
                problem = f"no {noun} has the id {described(element)}"
            if problem:
                self.fault_at(path, problem)
            else:
                found.append(str(element))
        return tuple(found)

    def days(self, key: str) -> frozenset[date]:
        found = set()
        for element, path in self.items(key):
            day = parsed_date(element) if isinstance(element, str) else None
            if day is None:
                self.fault_at(path, f"{described(element)} is not a date like 2026-03-31")
            else:
                found.add(day)
        return frozenset(found)

    def inner(self, key: str) -> Fields | None:
        """An object inside this one, or None when it is missing."""
        value = self._value.get(key)
        return None if value is None else Fields(value, _join(self.path, key), self._faults)


def _id_problem(value: object) -> str:
    if not isinstance(value, str):
        return f"must be text, not {described(value)}"
    if not value:
        return "must not be empty"
    if len(value) > MAX_ID:
        return f"has {len(value)} characters; at most {MAX_ID} are allowed"
    return "" if value.isprintable() else "must hold printable characters only"
