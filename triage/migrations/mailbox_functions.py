"""The only way the portal reads a case on PostgreSQL: functions that take a locator's hash or a random case id.

They run with their owner's rights, each returns fixed columns, and none lists anything. ``search_path`` is fixed so that no
temporary table can stand in for a real one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage.migrations.roles import Process, quoted, role_name


@dataclass(frozen=True, slots=True)
class Question:
    """One function: its name, the type of its only argument, the columns and the query."""

    name: str
    takes: str
    returns: str
    query: str


QUESTIONS = (
    Question(
        "mailbox_by_locator",
        "bytea",
        "sealed bytea",
        "SELECT m.sealed FROM public.mailboxes m WHERE m.locator_hash = $1",
    ),
    Question(
        "mailbox_epochs",
        "text",
        "number integer, public bytea, signer varchar, signatures bytea",
        "SELECT e.number, e.public, e.signer, e.signatures FROM public.epochs e WHERE e.case_id = $1",
    ),
    Question(
        "mailbox_answers",
        "text",
        "id varchar, body bytea, sealed bytea",
        "SELECT i.id, i.body, k.sealed FROM public.items i JOIN public.item_keys k ON k.item_id = i.id "
        "WHERE i.case_id = $1 AND i.kind = 'answer' AND k.recipient = 'reporter'",
    ),
    Question(
        "mailbox_events",
        "text",
        "id varchar, number integer, kind varchar, date date, commitment bytea, body bytea, reporter_key bytea",
        "SELECT v.id, v.number, v.kind, v.date, v.commitment, v.body, v.reporter_key "
        "FROM public.events v WHERE v.case_id = $1",
    ),
    Question(
        "mailbox_report",
        "text",
        "body bytea",
        "SELECT i.body FROM public.items i WHERE i.case_id = $1 AND i.kind = 'report'",
    ),
)


DELETION_QUESTIONS = (
    Question(
        "mailbox_deletion",
        "bytea",
        "case_hash bytea, date date, why varchar, event varchar, commitment bytea, body bytea, reporter_key bytea, "
        "signature bytea",
        "SELECT d.case_hash, d.date, d.why, d.event, d.commitment, d.body, d.reporter_key, d.signature "
        "FROM public.deletions d WHERE d.case_hash = $1",
    ),
)


PROTECTION_QUESTIONS = (
    Question(
        "mailbox_protection",
        "text",
        "epoch integer, public bytea, signature bytea",
        "SELECT p.epoch, p.public, p.signature FROM public.protection_keys p WHERE p.case_id = $1",
    ),
)

ROLL_QUESTIONS = (
    Question(
        "mailbox_roll",
        "text",
        "roll bytea",
        "SELECT d.roll FROM public.identities d WHERE d.case_id = $1",
    ),
)


def make_functions(database: str, questions: Sequence[Question] = QUESTIONS) -> Iterator[str]:
    """Each function, for the portal's role and nobody else."""
    portal = quoted(role_name(Process.PORTAL, database))
    for question in questions:
        signature = f"{question.name}({question.takes})"
        yield (
            f"CREATE FUNCTION {signature} RETURNS TABLE ({question.returns}) "
            f"LANGUAGE sql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp "
            f"AS $$ {question.query} $$"
        )
        yield f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC"
        yield f"GRANT EXECUTE ON FUNCTION {signature} TO {portal}"


def drop_functions(questions: Sequence[Question] = QUESTIONS) -> Iterator[str]:
    """Undo ``make_functions``."""
    for question in questions:
        yield f"DROP FUNCTION {question.name}({question.takes})"
