"""Makes the vectors of statements and of the papers that show them: ``python -m tests.vectors.make_statements 1``.

Nothing in them is random: whoever runs it gets the same bytes. The script refuses to replace a file: a paper that was handed
out must be read by every later release, word for word. A release that adds a kind or a version makes a new set beside the old.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from typing import Any

from crypto.encoding import canonical_json
from crypto.statement import hide_name, nonce_after, report_name
from intake.statements.document import Form, Shown
from intake.statements.kinds import FILED, STATED
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


def main(arguments: list[str]) -> int:
    """Write one set, unless a file of it is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int)
    paths = [HERE / name for name in names(parser.parse_args(arguments).number)]
    if any(path.exists() for path in paths):
        return 1
    made: dict[Form, Any] = papers()
    paths[0].write_text(json.dumps(values(), indent=1, ensure_ascii=False) + "\n", "utf-8")
    paths[1].write_bytes(made[Form.CERTIFICATE])
    paths[2].write_bytes(made[Form.TIMELINE])
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
