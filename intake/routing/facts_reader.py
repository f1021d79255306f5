"""A facts document becomes typed facts, or a list of all its faults. It decides nothing.

Unknown ids, posts and kinds are refused: a fact that is silently dropped could send a report to the accused.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields as dataclass_fields
from difflib import get_close_matches

from intake.levels import Band, Severity
from intake.organisation import EXT_OMB, Organisation, Post
from intake.routing.facts import PORTAL, Described, Facts, Kind, Prior
from intake.strict_json import FaultyInputError, Fields, described, parse

MAX_BYTES = 1024 * 1024
WHAT = "the facts file"
FIRST_YEAR, LAST_YEAR = 1900, 2999
_FACTS = frozenset({field.name for field in dataclass_fields(Facts)} - {"band"} | {"retaliation_band"})
_MISSPELT = 0.86
"""How alike an unknown field and a known one must be to be taken for a slip rather than a remark."""


class BrokenFactsError(FaultyInputError):
    """The facts are refused as a whole; `faults` names everything that is wrong."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(WHAT, faults)


def load_facts(raw: bytes, organisation: Organisation) -> Facts:
    """The facts in a file of at most 1 MiB (routing.md, Facts). Raises BrokenFactsError with every fault."""
    try:
        document = parse(raw, what=WHAT, limit=MAX_BYTES)
    except FaultyInputError as error:
        raise BrokenFactsError(error.faults) from None
    return facts_from(document, organisation)


def facts_from(document: object, organisation: Organisation) -> Facts:
    """The same from parsed JSON. Null and missing are the same. Raises BrokenFactsError with every fault."""
    faults: list[str] = []
    facts = _FactsReader(Fields(document, "", faults), organisation).read()
    if faults:
        raise BrokenFactsError(faults)
    return facts


class _FactsReader:
    def __init__(self, fields: Fields, organisation: Organisation) -> None:
        self.fields = fields
        self.organisation = organisation
        self.offices = organisation.offices.keys()
        self.officers = organisation.officers.keys()
        self.regions = organisation.regions.keys()
        self.bodies = {*organisation.bodies, *organisation.offices, *organisation.externals}

    def read(self) -> Facts:
        self._refuse_slips()
        fields = self.fields
        kind = fields.token("kind", Kind)
        facts = Facts(
            kind=kind,
            severity=fields.token("severity", Severity),
            received=fields.day("received"),
            subjects=self._subjects(),
            bodies=fields.identifiers("bodies", self.bodies, "body or office"),
            region=self._known(fields, "region", self.regions, "region"),
            witnesses=fields.identifiers("witnesses", self.officers, "officer"),
            category=fields.optional_text("category"),
            band=fields.token("retaliation_band", Band, Band.MEDIUM),
            imminent_danger=fields.flag("imminent_danger"),
            consent_refer_down=fields.flag("consent_refer_down"),
            reporter_unit=self._known(fields, "reporter_unit", self.offices, "office"),
            entry_unit=self._known(fields, "entry_unit", {PORTAL, *self.offices}, "office") or PORTAL,
            acknowledged=fields.optional_day("acknowledged"),
            trigger_date=fields.optional_day("trigger_date"),
            prior=self._prior(),
            certified=self._certified(),
            original_kind=self._original_kind(),
        )
        self._check_years(facts)
        self._check_kind(facts)
        return facts

    def _refuse_slips(self) -> None:
        """A misspelt fact would quietly take its default, so it is refused; any other additional field is a remark."""
        for key in self.fields.names():
            if key not in _FACTS:
                near = get_close_matches(key, _FACTS, n=1, cutoff=_MISSPELT)
                if near:
                    self.fields.fault(key, f"is no fact; did you mean {near[0]}?")

    def _known(self, fields: Fields, key: str, known: Collection[str], noun: str) -> str | None:
        value = fields.optional_identifier(key)
        if value is not None and value not in known:
            fields.fault(key, f"no {noun} has the id {value!r}")
        return value

    def _subjects(self) -> tuple[str | Described, ...]:
        fields = self.fields
        found: list[str | Described] = []
        for element, path in fields.items("subjects"):
            if isinstance(element, str):
                if element not in self.organisation.persons and element not in self.officers:
                    fields.fault_at(path, f"no person or officer has the id {described(element)}")
                found.append(element)
            else:
                found.append(self._described(fields.at(element, path)))
        return tuple(found)

    def _described(self, fields: Fields) -> Described:
        subject = Described(
            post=fields.token("post", Post),
            name=fields.optional_text("name"),
            body=self._known(fields, "body", self.bodies, "body or office"),
            region=self._known(fields, "region", self.regions, "region"),
        )
        if fields.sound() and subject.post is Post.PRIVATE and subject.body is not None:
            fields.fault(
                "body", "must be left out for a private person; give the post held in the body, or the region"
            )
        return subject

    def _prior(self) -> Prior | None:
        fields = self.fields.inner("prior")
        if fields is None:
            return None
        if fields.get("handling_unit") is None:
            fields.fault("handling_unit", "is missing (the office that held the case)")
        unit = self._known(fields, "handling_unit", {EXT_OMB, *self.offices}, "office")
        return Prior(
            handling_unit=unit or "",
            assigned=fields.identifiers("assigned", self.officers, "officer"),
            decided_by=fields.identifiers("decided_by", self.officers, "officer"),
        )

    def _certified(self) -> frozenset[str] | None:
        if self.fields.get("certified") is None:
            return None
        return frozenset(self.fields.identifiers("certified", self.officers, "officer"))

    def _original_kind(self) -> Kind | None:
        if self.fields.get("original_kind") is None:
            return None
        return self.fields.token("original_kind", Kind)

    def _check_years(self, facts: Facts) -> None:
        """Keeps every due date representable; a stand-in for a faulty date is no second fault."""
        for key in ("received", "acknowledged", "trigger_date"):
            day = getattr(facts, key)
            if (
                day is not None
                and self.fields.get(key) == day.isoformat()
                and not (FIRST_YEAR <= day.year <= LAST_YEAR)
            ):
                self.fields.fault(key, f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}")

    def _check_kind(self, facts: Facts) -> None:
        if self.fields.get("kind") != facts.kind:
            return
        if facts.kind is not Kind.INITIAL and facts.prior is None:
            self.fields.fault("prior", f"is missing: kind {facts.kind} needs the office that held the case")
        if facts.original_kind is not None and facts.kind not in {
            Kind.REVIEW,
            Kind.OVERDUE,
            Kind.HANDLING_COMPLAINT,
        }:
            self.fields.fault(
                "original_kind", "belongs to the kinds review, overdue and handling_complaint only"
            )
        if facts.kind is Kind.OVERDUE and self.fields.get("trigger_date") is None:
            self.fields.fault("trigger_date", "is missing: kind overdue counts from the day it was missed")
