"""The words of every choice in the form: one table, token by token. The tokens themselves are ``intake.drafts``'."""

from __future__ import annotations

from flask_babel import LazyString, lazy_gettext

from portal.intake_words import INTAKES

_ = lazy_gettext

Choices = tuple[tuple[str, LazyString], ...]

NO_ANSWER = ("", _("No answer"))

CHOICES: dict[str, Choices] = {
    "intake": tuple((kind.value, wording.choice) for kind, wording in INTAKES.items()),
    "stage": (
        ("planned", _("It is planned")),
        ("ongoing", _("It is happening now")),
        ("past", _("It is over")),
    ),
    "how_known": (
        ("saw", _("I saw or heard it myself")),
        ("heard", _("Somebody told me")),
        ("documents", _("From papers or data")),
        ("other", _("In another way")),
    ),
    "category": (
        ("corruption", _("Bribes or favours")),
        ("fraud", _("Fraud or theft")),
        ("procurement", _("Unfair contracts or tenders")),
        ("abuse", _("Abuse of power or of people")),
        ("safety", _("Danger to health or safety")),
        ("environment", _("Damage to the environment")),
        ("data", _("Misuse of personal data")),
        ("discrimination", _("Discrimination or harassment")),
        ("hr_grievance", _("My own working conditions")),
        ("private_dispute", _("A quarrel between private people")),
        ("court_ruling", _("A court's decision")),
        ("other", _("Something else")),
    ),
    "harm": (
        ("none", _("Nobody is harmed")),
        ("financial", _("Money is lost")),
        ("rights", _("Somebody's rights are broken")),
        ("health", _("Somebody's health or safety is at risk")),
        ("life", _("Somebody could be badly hurt or die")),
    ),
    "scale": (
        ("small", _("One person or a little money")),
        ("medium", _("Several people or a lot of money")),
        ("large", _("Very many people or very much money")),
        ("unknown", _("I do not know")),
    ),
    "recurrence": (
        ("once", _("Once")),
        ("repeated", _("Several times")),
        ("ongoing", _("It does not stop")),
    ),
    "perishable": (
        ("no", _("No")),
        ("weeks", _("Yes, within weeks")),
        ("days", _("Yes, within days")),
    ),
    "victims": (
        ("none", _("Nobody in particular")),
        ("ordinary", _("Adults who can look after themselves")),
        ("vulnerable", _("Children, or people who depend on others")),
    ),
    "post": (
        ("head", _("The head: leads the whole place")),
        ("team_member", _("One of its leaders, not the head")),
        ("staff", _("Works there, leads nobody or a small group")),
        ("private", _("A private person")),
    ),
    "a1": (
        ("nobody", _("Nobody")),
        ("officers", _("Only the officers who get this report")),
        ("others", _("Others where I work")),
        ("suspected", _("A person I report suspects me")),
        ("known", _("A person I report knows that it is me")),
    ),
    "a2": (
        ("over_15", _("More than 15 people")),
        ("5_to_15", _("5 to 15 people")),
        ("2_to_4", _("2 to 4 people")),
        ("only_me", _("Only I")),
        ("unknown", _("I do not know")),
    ),
    "a3": (
        ("no", _("No")),
        ("others", _("Yes, with somebody else")),
        ("subject", _("Yes, with a person I report")),
    ),
    "a4": (("no", _("No")), ("yes", _("Yes"))),
    "b1": (
        ("none", _("None")),
        ("peer", _("We are on the same level")),
        ("contract", _("They decide on my contract or licence")),
        ("higher", _("They stand above my boss")),
        ("line", _("They are my boss")),
        ("unknown", _("I do not know")),
    ),
    "c1": (
        ("none", _("No")),
        ("signs", _("There are signs: I am avoided, watched, left out")),
        ("threat", _("I was threatened")),
        ("actual", _("Yes: it happened to me")),
    ),
    "c3": (("no", _("No")), ("yes", _("Yes"))),
    "e1": (
        ("outside", _("I do not work there")),
        ("ordinary", _("I have an ordinary job there")),
        ("temporary", _("My job there is temporary or on trial")),
        ("permit", _("My right to stay or my licence depends on it")),
    ),
    "e2": (("no", _("No")), ("yes", _("Yes"))),
    "e3": (("has", _("Yes")), ("none", _("No"))),
}  # fmt: skip
"""Field → its tokens in the order in which they are shown."""


def words_of(field: str, token: str) -> LazyString | str:
    """What a token says; an unknown one as it came, so that nothing typed disappears."""
    return dict(CHOICES.get(field, ())).get(token, token)
