"""The codes that a decision gives as its reasons, and the sentence each one stands for."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Reason codes of routing.md. Other programs and people rely on these names."""

    F_HO = "F-HO"
    F_LEAD = "F-LEAD"
    F_BASE = "F-BASE"
    F_REGION = "F-REGION"
    F_TEAM = "F-TEAM"
    F_LCA = "F-LCA"
    R_RETALIATION = "R-RETALIATION"
    R_SUPPRESS = "R-SUPPRESS"
    R_REVIEW = "R-REVIEW"
    R_OVERDUE = "R-OVERDUE"
    D_GATE = "D-GATE"
    C_HEAD = "C-HEAD"
    C_REPORTER_UNIT = "C-REPORTER-UNIT"
    C_QUORUM = "C-QUORUM"
    C_KEY = "C-KEY"
    X_EXTERNAL = "X-EXTERNAL"
    S_SCOPE_REVIEW = "S-SCOPE-REVIEW"


SENTENCES: dict[Reason, str] = {
    Reason.F_HO: "Somebody accused belongs to a handling office, so the office above that one is the lowest allowed.",
    Reason.F_LEAD: "Somebody accused leads the authority of a region, so only an office above that region may handle this.",
    Reason.F_BASE: "Somebody accused belongs to a place without power over the office there, so that office is allowed.",
    Reason.F_REGION: "Nobody is accused by name or body, so the office of the stated region is the start.",
    Reason.F_TEAM: "Several leaders of one body are accused together, so the level rises by one more.",
    Reason.F_LCA: "The accused need different offices, so the case goes to the lowest office above all of them.",
    Reason.R_RETALIATION: "This is about retaliation, so the office stands above both the accused and the first case.",
    Reason.R_SUPPRESS: "This complains about the handling, so the case goes above the office that handled it.",
    Reason.R_REVIEW: "A review never goes to the office that decided, so the case goes above it.",
    Reason.R_OVERDUE: "The office missed its duty, so the case goes above it.",
    Reason.D_GATE: "It was handed in at a higher office, the risk is great and the reporter did not agree to a lower "
    "one, so it stays there.",
    Reason.C_HEAD: "The head of an office on the way is excluded, so that office was passed over.",
    Reason.C_REPORTER_UNIT: "The reporter works in an office on the way, so that office was passed over.",
    Reason.C_QUORUM: "An office on the way has too few officers left to decide together, so it was passed over.",
    Reason.C_KEY: "An office on the way has nobody who could open the report, so it was passed over.",
    Reason.X_EXTERNAL: "No office is left, so the external recipient of last resort handles it.",
    Reason.S_SCOPE_REVIEW: "Another place may be the right one for this matter; the reporter is told, and nothing is refused.",
}
