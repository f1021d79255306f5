"""Routing once more, written naively from the specification alone, on plain documents. It shares no code with the product.

Slow on purpose: days are walked one by one, trees are climbed region by region, and nothing is indexed.
"""

from __future__ import annotations

import calendar
import unicodedata
from datetime import date, timedelta
from typing import Any

Doc = dict[str, Any]
TOP = "EXT-OMB"
KIND_CODES = {
    "retaliation": "R-RETALIATION",
    "handling_complaint": "R-SUPPRESS",
    "review": "R-REVIEW",
    "overdue": "R-OVERDUE",
}
OUT_OF_SCOPE = ("hr_grievance", "private_dispute", "court_ruling")


class Oracle:
    """The expected decision for one organisation and one set of facts."""

    def __init__(self, org: Doc, facts: Doc) -> None:
        self.org, self.f = org, facts
        self.parent_region = {r["id"]: r["parent"] for r in org["regions"]}
        self.office_in: dict[str, str] = {o["region"]: o["id"] for o in org["handling_offices"]}
        self.offices = {o["id"]: o for o in org["handling_offices"]}
        self.members = {o["id"]: o["members"] for o in [*org["handling_offices"], *org["external"]]}
        self.bodies = {b["id"]: b for b in org["bodies"]}
        self.persons = {p["id"]: p for p in org["persons"]}
        self.home = {m["id"]: place for place, members in self.members.items() for m in members}
        self.roles = {m["id"]: m.get("role", "officer") for members in self.members.values() for m in members}
        self.sizes = (1, 2) if org["pack"] == "small" else (2, 3)

    # S4

    def at_or_above(self, region: str | None) -> str:
        while region is not None:
            if region in self.office_in:
                return self.office_in[region]
            region = self.parent_region[region]
        return TOP

    def up(self, office: str) -> str:
        if office not in self.offices:
            return TOP
        return self.at_or_above(self.parent_region[self.offices[office]["region"]])

    def line(self, office: str) -> list[str]:
        return [TOP] if office == TOP else [office, *self.line(self.up(office))]

    def meet(self, one: str, other: str) -> str:
        return next(step for step in self.line(one) if step in self.line(other))

    # S5: (kind of place, place, post, who) of each subject

    def everyone(self) -> list[tuple[str, str, str, str]]:
        root = next(region for region, parent in self.parent_region.items() if parent is None)
        found = []
        for number, subject in enumerate(self.f["subjects"]):
            if isinstance(subject, dict):
                name = plain(subject.get("name") or "")
                who = f"named:{name}" if name else f"unnamed:{number}"
                found.append(
                    (*self.place(subject.get("body"), subject.get("region") or root), subject["post"], who)
                )
                for members in self.members.values():
                    for m in members:
                        if name and plain(m.get("name") or m["id"]) == name:
                            found.append(("office", self.home[m["id"]], self.roles[m["id"]], m["id"]))
            elif subject in self.home:
                found.append(("office", self.home[subject], self.roles[subject], subject))
            else:
                p = self.persons[subject]
                found.append((*self.place(p["body"], p.get("region") or root), p["post"], subject))
        for body in self.f["bodies"]:
            head = next((m["id"] for m in self.members.get(body, []) if self.roles[m["id"]] == "head"), None)
            found.append((*self.place(body, root), "head", head or f"body:{body}"))
        return found

    def place(self, body: str | None, region: str) -> tuple[str, str]:
        if body is None:
            return "region", region
        return ("body" if body in self.bodies else "office"), body

    def base(self, sort: str, place: str) -> str:
        if sort == "office":
            return place if place in self.offices else TOP
        return self.at_or_above(place if sort == "region" else self.bodies[place]["region"])

    def floor(self, sort: str, place: str, post: str) -> tuple[str, str]:
        if sort == "office":
            return self.up(place), "F-HO"
        region = place if sort == "region" else self.bodies[place]["region"]
        leading = sort == "region" or self.bodies[place]["kind"] == "leading_body"
        if leading and post in ("head", "team_member"):
            return self.at_or_above(self.parent_region[region]), "F-LEAD"
        return self.at_or_above(region), "F-BASE"

    # S6

    def crowded(self, body: str) -> bool:
        leaders = {
            who
            for sort, place, post, who in self.everyone()
            if (sort, place) == ("body", body) and post in ("head", "team_member")
        }
        heads = {p["id"] for p in self.persons.values() if (p["body"], p["post"]) == (body, "head")}
        if heads & leaders:
            leaders -= {f"body:{body}"}
        return len(leaders) >= 3

    # S10

    def excluded(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        targets: set[str] = set()
        for sort, place, _, who in self.everyone():
            targets |= {who} | ({place} if sort != "region" else set())
            if who in self.home:
                found.setdefault(who, set()).add("subject")
        for body in self.f["bodies"]:
            targets |= {p["id"] for p in self.persons.values() if (p["body"], p["post"]) == (body, "head")}
        for tie in self.org["ties"]:
            if tie["target"] in targets and self.tie_counts(tie):
                found.setdefault(tie["officer"], set()).add("tie")
        for officer in self.f["witnesses"]:
            found.setdefault(officer, set()).add("witness")
        prior = self.f.get("prior") or {"assigned": [], "decided_by": []}
        for officer in prior["assigned"] + prior["decided_by"]:
            found.setdefault(officer, set()).add("prior")
        return found

    def tie_counts(self, tie: Doc) -> bool:
        if tie["type"] in ("kin", "business") or tie["until"] is None:
            return True
        return self.day("received") <= months(date.fromisoformat(tie["until"]), 36)

    def day(self, key: str) -> date:
        return date.fromisoformat(self.f[key])

    # S16

    def working(self, start: date, count: int) -> date:
        cal = self.org["calendar"]
        days = [start + timedelta(days=n) for n in range(1, 120)]
        open_days = [
            d
            for d in days
            if d.isoformat() in cal["extra_working_days"]
            or (d.isoweekday() <= 5 and d.isoformat() not in cal["holidays"])
        ]
        return open_days[count - 1]

    def clocks(self, priority: str, *, forwarded: bool) -> dict[str, str]:
        f, received = self.f, self.day("received")
        found = {"ack_due": received + timedelta(days=7)}
        if f["kind"] == "review":
            found["review_due"] = received + timedelta(days=30)
        else:
            started = min([self.day("acknowledged")] if f["acknowledged"] else [], default=found["ack_due"])
            found["accept_due"] = self.working(received, 15)
            found["feedback_due"] = months(min(started, found["ack_due"]), 3)
        urgent = f["imminent_danger"] or f["retaliation_band"] == "critical"
        start = self.day("trigger_date") if f["kind"] == "overdue" else received
        if urgent:
            found["first_contact_due"] = start + timedelta(days=1)
        elif f["kind"] == "overdue" or priority == "P1":
            found["first_contact_due"] = self.working(start, 1)
        elif priority == "P2":
            found["first_contact_due"] = self.working(start, 3)
        if forwarded:
            found["forward_due"] = self.working(received, 5)
        return {name: day.isoformat() for name, day in found.items()}

    # the whole

    def decision(self) -> Doc:
        f, everyone, excluded = self.f, self.everyone(), self.excluded()
        reasons: set[str] = set()
        floors = []
        for sort, place, post, _ in everyone:
            floor, reason = self.floor(sort, place, post)
            reasons.add(reason)
            if sort == "body" and post in ("head", "team_member") and self.crowded(place):
                floor, reasons = self.up(floor), reasons | {"F-TEAM"}
            floors.append(floor)
        if not everyone:
            root = next(region for region, parent in self.parent_region.items() if parent is None)
            floors, reasons = [self.at_or_above(f["region"] or root)], {"F-REGION"}
        candidate = floors[0]
        for floor in floors:
            candidate = self.meet(candidate, floor)
        if len(set(floors)) > 1:
            reasons.add("F-LCA")
        priority = self.priority()
        panel = self.panel(priority, everyone)

        if f["kind"] != "initial":
            before = f["prior"]["handling_unit"]
            candidate = self.meet(candidate, before if f["kind"] == "retaliation" else self.up(before))
            reasons.add(KIND_CODES[f["kind"]])
        if (
            f["entry_unit"] in self.line(candidate)[1:]
            and f["retaliation_band"] in ("high", "critical")
            and not f["consent_refer_down"]
        ):
            candidate = f["entry_unit"]
            reasons.add("D-GATE")
        candidate, climbed, causes = self.climb(candidate, excluded, panel)
        reasons |= causes
        if f["category"] in OUT_OF_SCOPE:
            reasons.add("S-SCOPE-REVIEW")
        starts = [self.base(sort, place) for sort, place, _, _ in everyone] + climbed
        starts += [f["prior"]["handling_unit"]] if f["kind"] != "initial" else []
        bypassed = {
            office for start in starts for office in self.line(start)[: self.line(start).index(candidate)]
        }
        entry = f["entry_unit"]
        forwarded = entry not in {"portal", candidate}
        return {
            "handling_unit": candidate,
            "reasons": sorted(reasons),
            "bypassed_units": sorted(bypassed),
            "excluded_officers": {officer: sorted(causes) for officer, causes in sorted(excluded.items())},
            "priority": priority,
            "required_panel": None if candidate == TOP else panel,
            "forward_from": entry if forwarded else None,
            "seal_at_entry": entry != "portal" and (candidate in self.line(entry)[1:] or entry in bypassed),
            "clocks": self.clocks(priority, forwarded=forwarded),
            "notify": sorted(self.notify(candidate, priority, everyone, excluded)),
            "rule_version": f"routing-1/{self.org['pack']}-2",
        }

    def climb(
        self, office: str, excluded: dict[str, set[str]], panel: int
    ) -> tuple[str, list[str], set[str]]:
        if office == TOP:
            return TOP, [], {"X-EXTERNAL"}
        cause = self.unfit(office, excluded, panel)
        if not cause:
            return office, [], set()
        final, climbed, causes = self.climb(self.up(office), excluded, panel)
        return final, [office, *climbed], {cause, *causes}

    def priority(self) -> str:
        values = {self.f["severity"], self.f["retaliation_band"]}
        if "critical" in values or self.f["imminent_danger"]:
            return "P1"
        if "high" in values or self.f["kind"] == "retaliation":
            return "P2"
        return "P3" if "medium" in values else "P4"

    def panel(self, priority: str, everyone: list[tuple[str, str, str, str]]) -> int:
        large = priority in ("P1", "P2") or self.f["kind"] in ("review", "handling_complaint")
        large = large or any(post == "head" or sort == "office" for sort, _, post, _ in everyone)
        return self.sizes[large]

    def unfit(self, office: str, excluded: dict[str, set[str]], panel: int) -> str:
        free = [m for m in self.members[office] if m["id"] not in excluded]
        if any(m["role"] == "head" and m["id"] in excluded for m in self.members[office]):
            return "C-HEAD"
        if self.f["reporter_unit"] == office:
            return "C-REPORTER-UNIT"
        if len(free) < panel:
            return "C-QUORUM"
        certified = self.f.get("certified")
        if certified is not None and not [
            m for m in free if m["id"] in certified and "triage" in m.get("duties", ["triage"])
        ]:
            return "C-KEY"
        return ""

    def notify(
        self,
        final: str,
        priority: str,
        everyone: list[tuple[str, str, str, str]],
        excluded: dict[str, set[str]],
    ) -> set[str]:
        f = self.f
        found = {"receipt:reporter", f"queue:{final}"}
        if (
            priority == "P1"
            or f["kind"] != "initial"
            or final == TOP
            or any(post == "head" or sort == "office" for sort, _, post, _ in everyone)
        ):
            above = [
                office
                for office in self.line(final)[1:]
                if office != TOP
                and office != f["reporter_unit"]
                and not any(m["role"] == "head" and m["id"] in excluded for m in self.members[office])
            ]
            found.add(f"sealed_notice:{above[0] if above else 'OVS'}")
        if f["retaliation_band"] in ("high", "critical") or f["kind"] == "retaliation":
            found.add(f"protection_contact:{final}")
        if f["imminent_danger"]:
            found.add("danger_advice:reporter")
        if f["category"] in OUT_OF_SCOPE:
            found.add("redirect_advice:reporter")
        if f["kind"] in ("handling_complaint", "overdue"):
            found.add(f"accountability_entry:{final}")
        return found


def months(day: date, count: int) -> date:
    """Month by month, remembering the day that was meant."""
    year, month = day.year, day.month
    for _ in range(count):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def plain(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in text if unicodedata.category(letter)[0] not in "PZ")
