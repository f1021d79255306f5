"""Three database roles for three processes, on PostgreSQL: what architecture.md says each may do, as grants.

Roles belong to a whole PostgreSQL cluster, so their names end in the database's. They are made without a login; ``init``
gives each a password that only its process's secret file holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

MAX_NAME = 63  # bytes; PostgreSQL cuts longer names off without a word


class Process(StrEnum):
    """Who connects."""

    PORTAL = "portal"
    TRIAGE = "triage"
    WORKER = "worker"


Privileges = Mapping[Process, Mapping[str, str]]

FILED_TABLES = (
    "cases", "epochs", "grants", "items", "item_keys", "events", "rungs", "identities", "mailboxes", "slips", "outbox",
)  # fmt: skip
"""What one filing adds rows to."""

LOG_TABLES = ("log_entries", "log_nodes", "log_checkpoints")

STATE_PRIVILEGES: Privileges = {
    # The portal adds rows with ids of its own making and reads none of them back (no RETURNING either).
    Process.PORTAL: {
        **dict.fromkeys(FILED_TABLES, "INSERT"),
        "rosters": "SELECT",
    },
    # The record is append-only for everybody: nobody may change or remove an event or an item (P4).
    Process.TRIAGE: {
        "cases": "SELECT, UPDATE",
        "epochs": "SELECT, INSERT",
        "grants": "SELECT, INSERT, DELETE",
        "items": "SELECT, INSERT",
        "item_keys": "SELECT, INSERT",
        "events": "SELECT, INSERT",
        "rungs": "SELECT, INSERT, DELETE",
        "identities": "SELECT",
        "notices": "SELECT",
        "outbox": "INSERT",
        "rosters": "SELECT, INSERT",
        "accounts": "SELECT, INSERT, UPDATE",
    },
    # No items, no accounts: the worker has nothing to open a report with, and no report to open.
    Process.WORKER: {
        "cases": "SELECT, UPDATE",
        "epochs": "SELECT, INSERT",
        "grants": "SELECT, INSERT, DELETE",
        "events": "SELECT, INSERT",
        "rungs": "SELECT, INSERT, DELETE",
        "slips": "SELECT, DELETE",
        "notices": "SELECT, INSERT",
        "outbox": "SELECT, INSERT, UPDATE, DELETE",
        "rosters": "SELECT",
    },
}

DUTY_PRIVILEGES: Privileges = {
    # What is owed is sealed to the gate: officers' acts write it anew and never read it. Notices are never taken back (P9).
    Process.PORTAL: {"watches": "INSERT", "declarations": "SELECT"},
    Process.TRIAGE: {"watches": "SELECT, INSERT, DELETE", "declarations": "SELECT, INSERT"},
    Process.WORKER: {"watches": "SELECT, INSERT, DELETE", "declarations": "SELECT"},
}

SPLIT_PRIVILEGES: Privileges = {
    # A panel makes a part of a report a case of its own. Its key is vouched for by the record of the case that it comes from.
    Process.TRIAGE: dict.fromkeys(("cases", "identities", "slips"), "INSERT"),
}

RECOVERY_PRIVILEGES: Privileges = {
    # A case's key sealed for recovery is sealed again when that key was rotated; an epoch itself is never changed.
    Process.TRIAGE: {"epochs": "UPDATE (recovery)"},
}

LOG_PRIVILEGES: Privileges = {
    # The public log grows and nothing else: nobody changes or removes what was published (P4).
    Process.PORTAL: dict.fromkeys(LOG_TABLES, "SELECT"),
    Process.WORKER: dict.fromkeys(LOG_TABLES, "SELECT, INSERT"),
}

STATEMENT_PRIVILEGES: Privileges = {
    # Added with the act, taken out with the batch; only the worker can read which wait.
    Process.PORTAL: {"waiting_statements": "INSERT"},
    Process.TRIAGE: {"waiting_statements": "INSERT"},
    Process.WORKER: {"waiting_statements": "SELECT, DELETE"},
}

APPOINTMENT_PRIVILEGES: Privileges = {
    # The chain only grows, also for the back office: who was disabled comes back through two new signatures alone.
    Process.PORTAL: {"appointments": "SELECT"},
    Process.TRIAGE: {
        "appointments": "SELECT, INSERT",
        "appointment_asks": "SELECT, INSERT, DELETE",
        "invitations": "SELECT, INSERT, UPDATE, DELETE",
    },
    Process.WORKER: {"appointments": "SELECT"},
}

RETENTION_PRIVILEGES: Privileges = {
    # The worker enters a deletion and changes none. The portal asks by a case's hash, through a function of its own.
    Process.WORKER: {"deletions": "SELECT, INSERT"},
}

EVIDENCE_PRIVILEGES: Privileges = {
    # The portal adds a file to a case and asks how much there is in all; of which case a file is, it cannot ask.
    Process.PORTAL: {"evidence": "INSERT, SELECT (id, size)"},
    Process.TRIAGE: {"evidence": "SELECT"},
    Process.WORKER: {"evidence": "SELECT"},
}

PROTECTION_TABLES = ("protection_keys", "protection_grants", "protection_cards")

PROTECTION_PRIVILEGES: Privileges = {
    # The portal files a compartment and asks for the public half through a function. The worker gives a release's contacts
    # the fresh key; it reads no card and no item.
    Process.PORTAL: dict.fromkeys(PROTECTION_TABLES, "INSERT"),
    Process.TRIAGE: {
        "protection_keys": "SELECT, INSERT",
        "protection_grants": "SELECT, INSERT, DELETE",
        "protection_cards": "SELECT, INSERT, DELETE",
    },
    Process.WORKER: {"protection_keys": "SELECT, INSERT", "protection_grants": "SELECT, INSERT, DELETE"},
}

CUSTODY_PRIVILEGES: Privileges = {
    # The portal brings what a reporter says against an opening, and reads none of it. Custodians' letters go after use. Who may
    # be custodian is renewed with every act; the compartments themselves are never changed.
    Process.PORTAL: {"custody_letters": "INSERT"},
    Process.TRIAGE: {"custody_letters": "SELECT, INSERT, DELETE", "identities": "UPDATE (roll)"},
    Process.WORKER: {"custody_letters": "SELECT (officer_id, case_id), DELETE"},
}

MODE_PRIVILEGES: Privileges = {
    # The portal obeys the switch and cannot turn it; nobody takes a turn back, so that the board learns of each (P9).
    Process.PORTAL: {"portal_modes": "SELECT"},
    Process.TRIAGE: {"portal_modes": "SELECT, INSERT"},
    Process.WORKER: {"portal_modes": "SELECT"},
}

STAGED_PRIVILEGES: Privileges = {
    Process.PORTAL: {"staged": "SELECT, INSERT, UPDATE, DELETE"},
    Process.TRIAGE: {"staged": "SELECT"},
    Process.WORKER: {"staged": "SELECT, DELETE"},
}

VOLATILE_PRIVILEGES: Privileges = {
    Process.PORTAL: dict.fromkeys(("sessions", "budgets"), "SELECT, INSERT, UPDATE, DELETE"),
    Process.TRIAGE: dict.fromkeys(("sessions", "budgets"), "SELECT, INSERT, UPDATE, DELETE"),
    Process.WORKER: dict.fromkeys(("sessions", "budgets"), "SELECT, DELETE"),
}

SESSION_KINDS: Mapping[Process, tuple[str, ...]] = {
    Process.PORTAL: ("draft", "mailbox"),
    Process.TRIAGE: ("officer",),
}
"""Whose sessions a process may touch; the worker may see any row and delete it."""


def role_name(process: Process, database: str) -> str:
    """The role's name in one database. Raises ValueError when the database's name is too long for it."""
    name = f"underseal_{process}_{database}"
    if len(name.encode()) > MAX_NAME:
        raise ValueError(f"the database's name is too long; at most {MAX_NAME - 17} characters")
    return name


def make_roles(database: str) -> Iterator[str]:
    """Roles that nobody can log in as yet, and nothing for everybody else."""
    yield f"REVOKE ALL ON DATABASE {quoted(database)} FROM PUBLIC"
    for process in Process:
        role = quoted(role_name(process, database))
        # A role outlives a database that was dropped; its old privileges died with that database.
        yield (
            f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN NOINHERIT; "
            "EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
        yield f"GRANT CONNECT ON DATABASE {quoted(database)} TO {role}"
        yield f"GRANT USAGE ON SCHEMA public TO {role}"


def drop_roles(database: str) -> Iterator[str]:
    """Undo ``make_roles``."""
    for process in Process:
        role = quoted(role_name(process, database))
        yield f"DROP OWNED BY {role}"
        yield f"DROP ROLE {role}"


def grant_tables(database: str, privileges: Privileges) -> Iterator[str]:
    """The privileges, table by table."""
    for process, tables in privileges.items():
        role = quoted(role_name(process, database))
        for table, allowed in tables.items():
            yield f"GRANT {allowed} ON {table} TO {role}"


def revoke_tables(database: str, privileges: Privileges) -> Iterator[str]:
    """Undo ``grant_tables``."""
    for process, tables in privileges.items():
        role = quoted(role_name(process, database))
        for table, allowed in tables.items():
            yield f"REVOKE {allowed} ON {table} FROM {role}"


def separate_sessions(database: str) -> Iterator[str]:
    """A process sees its own kinds of session only: a stolen portal login must not end or count officers' sessions."""
    yield "ALTER TABLE sessions ENABLE ROW LEVEL SECURITY"
    for process, kinds in SESSION_KINDS.items():
        allowed = ", ".join(f"'{kind}'" for kind in kinds)
        role = quoted(role_name(process, database))
        yield f"CREATE POLICY {process}_sessions ON sessions TO {role} USING (kind IN ({allowed}))"
    worker = quoted(role_name(Process.WORKER, database))
    yield f"CREATE POLICY worker_sessions ON sessions TO {worker} USING (true)"


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
