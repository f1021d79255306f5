"""Makes the vectors of statements and of the papers that show them: ``python -m tests.vectors.make_statements 1``.

Nothing in them is random: whoever runs it gets the same bytes. The script refuses to replace a file: a paper that was handed
out must be read by every later release, word for word. A release that adds a kind or a version makes a new set beside the old;
one that adds a language makes its papers: ``python -m tests.vectors.make_statements 2 --language ar``.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from datetime import date

from crypto.encoding import canonical_json
from crypto.statement import hide_name, nonce_after, report_name
from intake.statements.document import Form, Shown
from intake.statements.kinds import FILED, STATED
from intake.statements.page import LANGUAGES
from tests.support.documents import CASE, Reporter, fixed
from tests.vectors.load import HERE, Vector

FILED_ON = date(2026, 3, 2)


def names(number: int) -> tuple[str, str, str]:
    """The files of one set: values, a certificate, a timeline."""
    return (
        f"statements-v{number}.json",
        f"statements-v{number}.certificate.html",
        f"statements-v{number}.timeline.html",
    )


def name_in(number: int, form: Form, language: str) -> str:
    """The file of one paper in one language, which goes with a set."""
    return f"statements-v{number}.{form}.{language}.html"


def told(reporter: Reporter) -> list[Shown]:
    """A statement of each kind but the filing's, with everything that it may say."""
    return [
        reporter.said(kind, 3 * place, **{name: f"{name} & <such>" for name in STATED[kind]})
        for place, kind in enumerate(sorted(set(STATED) - {FILED}), start=1)
    ]


def values() -> Vector:
    """What everybody must compute alike."""
    reporter = Reporter(filed=FILED_ON)
    keys = reporter.codes.statements(CASE)
    return {
        "source": "our own: crypto/statement.py, intake/statements; docs/format.md, Statements",
        "master": fixed(reporter.name).hex(),
        "case": CASE,
        "signing_key": keys.public.hex(),
        "filing_nonce": keys.filing.hex(),
        "opening_nonce": keys.opening.hex(),
        "reporter": reporter.pair.public.as_text(),
        "report_name": report_name(reporter.pair.public).hex(),
        "hidden_name": hide_name(keys.opening, report_name(reporter.pair.public)).hex(),
        "event_nonce": fixed("event nonce").hex(),
        "nonce_after": nonce_after(fixed("event nonce")).hex(),
        "statements": [
            {
                "nonce": shown.nonce.hex(),
                "statement": canonical_json(dict(shown.says)).decode(),
                "commitment": shown.commitment.hex(),
            }
            for shown in (reporter.first(), *told(reporter))
        ],
    }


def papers() -> dict[Form, bytes]:
    """One of each form."""
    reporter = Reporter(filed=FILED_ON)
    document = reporter.document(*told(reporter), left_out=2)
    return {Form.CERTIFICATE: reporter.certificate(), Form.TIMELINE: reporter.signed(document)}


_WORDS_OF_CODES = {
    "code": tuple("abcdefghijklmno") + tuple(f"p{number}" for number in range(1, 8)),
    "when": ("2026-03-01", "2026-12-31", "in spring", "20260301"),
    "stage": ("threat", "attempt", "done"),
    "act": ("act", "omission"),
    "post": ("head", "team_member", "staff", "private"),
    "victim": ("reporter", "facilitator", "relative", "colleague", "suspected"),
}  # fmt: skip


def papers_in(language: str) -> dict[Form, bytes]:
    """One of each form that have every word of the language in them, and a day in every month."""
    reporter = Reporter(filed=FILED_ON)
    every = [reporter.said(kind, 0) for kind in sorted(set(STATED) - {FILED, "detriment"})]
    for place in range(max(len(codes) for codes in _WORDS_OF_CODES.values())):
        said = {name: codes[place % len(codes)] for name, codes in _WORDS_OF_CODES.items()}
        every.append(reporter.said("detriment", 1 + 20 * place, **said))
    every.append(replace(reporter.said("told", 500), waiting=True))
    again = Reporter(name="the same code, later", filed=date(2026, 5, 31))
    document = reporter.document(
        *every, filings=(reporter.filing(), again.filing()), language=language, left_out=2
    )
    certificate = reporter.document(form=Form.CERTIFICATE, language=language)
    return {
        Form.CERTIFICATE: reporter.signed(certificate),
        Form.TIMELINE: reporter.signed(document, again),
    }


def main(arguments: list[str]) -> int:
    """Write one set, or what goes with it in one language, unless a file of that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int)
    parser.add_argument("--language", choices=LANGUAGES)
    asked = parser.parse_args(arguments)
    made: dict[str, bytes]
    if asked.language is not None:
        found = papers_in(asked.language)
        made = {name_in(asked.number, form, asked.language): data for form, data in found.items()}
    else:
        text = json.dumps(values(), indent=1, ensure_ascii=False) + "\n"
        made = dict(zip(names(asked.number), (text.encode("utf-8"), *papers().values()), strict=True))
    if any((HERE / name).exists() for name in made):
        return 1
    for name, data in made.items():
        (HERE / name).write_bytes(data)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
