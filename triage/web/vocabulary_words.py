"""The words for the vocabulary by which officers mark allegations. Codes travel and are stored; words are chosen here."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

_ = lazy_gettext

AXES: Mapping[str, LazyString] = {
    "allegations": _("What kind of breach"),
    "fields": _("In which field"),
    "tasks": _("At which task"),
    "links": _("At which link of the work"),
    "posts": _("From which post"),
}

CODES: Mapping[str, Mapping[str, LazyString]] = {
    "allegations": {
        "no_collective_decision": _("decided alone what a group must decide"),
        "decision_not_notified": _("a decision kept from those who must be told"),
        "bribery": _("bribes"),
        "money_gifts": _("gifts of money"),
        "office_seeking": _("asking favours for a post"),
        "office_trading": _("buying or selling posts"),
        "profit_for_family": _("gain for one's own family"),
        "lavish_ceremonies": _("gain from weddings, funerals and the like"),
        "gambling": _("gambling"),
        "embezzlement": _("taking what was entrusted"),
        "fraud": _("fraud"),
        "rigged_tender": _("a rigged contract or tender"),
        "conflict_of_interest": _("a conflict of interest that was not declared"),
        "abuse_of_power": _("abuse of power"),
        "harassment": _("harassment"),
        "discrimination": _("discrimination"),
        "retaliation": _("retaliation against somebody who spoke"),
        "suppressed_report": _("a report that was suppressed or delayed"),
        "false_records": _("false or altered records"),
        "neglect_of_duty": _("neglect of duty"),
        "unsafe_conditions": _("danger to health or safety"),
        "environmental_harm": _("damage to the environment"),
        "data_misuse": _("misuse of personal data"),
        "other": _("something else"),
    },
    "fields": {
        "land_acquisition": _("taking land and buildings"),
        "attracting_investment": _("attracting investment"),
        "construction": _("building works"),
        "land_use_transfer": _("transfer of rights to use land"),
        "property_transactions": _("sale of public property"),
        "public_procurement": _("public purchasing"),
        "administrative_approval": _("permits and approvals"),
        "resource_development": _("use of natural resources"),
    },
    "tasks": {
        "rules_and_plans": _("rules and plans"),
        "large_projects": _("large projects"),
        "daily_services": _("daily services"),
        "inspection_and_enforcement": _("inspection and enforcement"),
        "emergencies": _("emergencies"),
    },
    "links": {
        "money": _("money"),
        "goods": _("goods and stores"),
        "people": _("people and posts"),
        "approval": _("checking and approving"),
        "decision": _("deciding"),
    },
    "posts": {
        "head": _("head"),
        "leading_team": _("leading team"),
        "finance": _("finance"),
        "purchasing": _("purchasing"),
        "personnel": _("personnel"),
        "licensing": _("licensing"),
        "inspection": _("inspection"),
        "counter": _("dealing with the public"),
    },
}
