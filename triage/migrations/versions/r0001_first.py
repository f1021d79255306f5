"""First tables: cases, people, what is forgotten. On PostgreSQL also the three roles and the portal's questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from triage.migrations.mailbox_functions import drop_functions, make_functions
from triage.migrations.roles import (
    STATE_PRIVILEGES,
    VOLATILE_PRIVILEGES,
    Process,
    drop_roles,
    grant_tables,
    make_roles,
    quoted,
    role_name,
    separate_sessions,
)
from triage.migrations.store import Store

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.String(22)
_OFFICER = sa.String(200)
_WORD = sa.String(40)


def upgrade() -> None:
    """Make the tables of the store at hand."""
    store: Store = context.config.attributes["store"]
    store.choose(state=_state, volatile=_volatile)


def downgrade() -> None:
    """Leave the database as it was before: for an ``init`` that failed, never for one with reports in it."""
    store: Store = context.config.attributes["store"]
    if _on_postgresql() and store is Store.STATE:
        _execute(*drop_functions())
    present = sa.inspect(op.get_bind()).get_table_names()
    for table in reversed(store.metadata.sorted_tables):
        if table.name in present:  # later revisions have dropped their own
            op.drop_table(table.name)
    if _on_postgresql() and store is Store.STATE:
        _execute(*drop_roles(_database()))


def _table(name: str, *parts: sa.schema.SchemaItem, unlogged: bool = False) -> None:
    # Without a hidden row number, and, for what is forgotten, outside the write-ahead log that backups are made of.
    prefixes = ["UNLOGGED"] if unlogged and _on_postgresql() else []
    op.create_table(name, *parts, sqlite_with_rowid=False, prefixes=prefixes)


def _case_column(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column("case_id", _ID, primary_key=primary_key, nullable=False)


def _case_reference(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=f"fk_{table}_case_id_cases")


def _blob(name: str, *, nullable: bool = False, primary_key: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable, primary_key=primary_key)


def _number(name: str, *, primary_key: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, primary_key=primary_key, autoincrement=False)


def _state() -> None:
    _make_case_tables()
    _make_writing_tables()
    _make_custody_tables()
    _make_people_tables()
    _make_work_tables()
    if _on_postgresql():
        database = _database()
        statements = (
            *make_roles(database),
            *grant_tables(database, STATE_PRIVILEGES),
            *make_functions(database),
        )
        _execute(*statements, *_let_read_revision(Store.STATE))


def _make_case_tables() -> None:
    _table(
        "cases",
        sa.Column("id", _ID, primary_key=True, nullable=False),
        sa.Column("office", _OFFICER, nullable=False),
        sa.Column("state", _WORD, nullable=False),
        _number("epoch"),
        sa.Column("wake", sa.Date(), nullable=True),
        _blob("card"),
        sa.Column("rule_version", _WORD, nullable=False),
    )
    op.create_index("ix_cases_wake", "cases", ["wake"])
    _table(
        "epochs",
        _case_column(primary_key=True),
        _number("number", primary_key=True),
        _blob("public"),
        sa.Column("signer", _OFFICER, nullable=False),
        _blob("signatures"),
        _blob("link", nullable=True),
        _blob("recovery"),
        _case_reference("epochs"),
    )
    _table(
        "grants",
        sa.Column("officer_id", _OFFICER, primary_key=True, nullable=False),
        _case_column(primary_key=True),
        _number("epoch", primary_key=True),
        _blob("sealed"),
        _case_reference("grants"),
    )
    op.create_index("ix_grants_case_id", "grants", ["case_id"])


def _make_writing_tables() -> None:
    _table(
        "items",
        sa.Column("id", _ID, primary_key=True, nullable=False),
        _case_column(),
        sa.Column("kind", _WORD, nullable=False),
        _blob("body"),
        _case_reference("items"),
    )
    op.create_index("ix_items_case_id", "items", ["case_id"])
    _table(
        "item_keys",
        sa.Column("item_id", _ID, primary_key=True, nullable=False),
        sa.Column("recipient", _WORD, primary_key=True, nullable=False),
        _number("epoch", primary_key=True),
        _blob("sealed"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_item_keys_item_id_items"),
        sa.CheckConstraint("epoch >= 0", name=op.f("ck_item_keys_epoch_not_negative")),
    )
    _table(
        "events",
        sa.Column("id", _ID, primary_key=True, nullable=False),
        _case_column(),
        _number("number"),
        sa.Column("kind", _WORD, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        _blob("commitment"),
        _blob("body"),
        _blob("case_key"),
        _number("case_epoch"),
        _blob("reporter_key"),
        _case_reference("events"),
    )
    op.create_index("ix_events_case_id", "events", ["case_id"])
    op.create_index("uq_events_case_id_number", "events", ["case_id", "number"], unique=True)


def _make_custody_tables() -> None:
    _table(
        "rungs",
        _case_column(primary_key=True),
        _number("slot", primary_key=True),
        _blob("sealed"),
        _case_reference("rungs"),
    )
    _table(
        "identities",
        _case_column(primary_key=True),
        _blob("custody_public"),
        _blob("sealed"),
        _blob("pairs"),
        _case_reference("identities"),
    )
    _table("mailboxes", _blob("locator_hash", primary_key=True), _blob("sealed", nullable=True))


def _make_people_tables() -> None:
    _table("rosters", _number("number", primary_key=True), _blob("document"), _blob("signature"))
    _table(
        "accounts",
        sa.Column("officer_id", _OFFICER, primary_key=True, nullable=False),
        _blob("locked_key"),
        _blob("second_factor"),
        _number("last_step"),
        sa.Column("disabled", sa.Boolean(), nullable=False),
    )


def _make_work_tables() -> None:
    _table("slips", sa.Column("id", _ID, primary_key=True, nullable=False), _blob("sealed"))
    _table(
        "notices",
        sa.Column("officer_id", _OFFICER, primary_key=True, nullable=False),
        sa.Column("id", _ID, primary_key=True, nullable=False),
        _blob("sealed"),
    )
    _table(
        "outbox",
        sa.Column("id", _ID, primary_key=True, nullable=False),
        sa.Column("job", _WORD, nullable=False),
        _blob("payload"),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        _number("attempts"),
    )
    op.create_index("ix_outbox_due", "outbox", ["done", "due"])


def _volatile() -> None:
    _table(
        "sessions",
        _blob("cookie_hash", primary_key=True),
        sa.Column("kind", _WORD, nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        _blob("sealed"),
        unlogged=True,
    )
    op.create_index("ix_sessions_expires", "sessions", ["expires"])
    _table(
        "budgets",
        sa.Column("key", sa.String(200), primary_key=True, nullable=False),
        _number("count"),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        unlogged=True,
    )
    if _on_postgresql():
        database = _database()
        statements = (*grant_tables(database, VOLATILE_PRIVILEGES), *separate_sessions(database))
        _execute(*statements, *_let_read_revision(Store.VOLATILE))


def _on_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def _database() -> str:
    return str(op.get_bind().scalar(sa.text("SELECT current_database()")))


def _let_read_revision(store: Store) -> list[str]:
    # A process that starts before the schema is ready says so; `doctor` says it too.
    roles = ", ".join(quoted(role_name(process, _database())) for process in Process)
    return [f"GRANT SELECT ON {store.version_table} TO {roles}"]


def _execute(*statements: str) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)
