"""A name left in confidence: letters to custodians, and who may be custodian by now, which the portal may ask of one case.

Cases of earlier releases have a compartment of another make, empty in every one of them: each gets one of today's size, so that
sizes tell nothing once a name is left. It has no custodians; a name that is left later brings a lock of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from crypto.keys import KeyPair
from intake.identity.compartment import make_compartment
from triage.migrations.deleting import make_deleting
from triage.migrations.mailbox_functions import ROLL_QUESTIONS, drop_functions, make_functions
from triage.migrations.roles import CUSTODY_PRIVILEGES, grant_tables, revoke_tables
from triage.migrations.store import Store

revision = "0010"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to the lasting store; the other is as it was."""
    store: Store = context.config.attributes["store"]
    store.choose(state=_state, volatile=_nothing)


def downgrade() -> None:
    """Take it away again: for an ``init`` that failed."""
    store: Store = context.config.attributes["store"]
    store.choose(state=_drop, volatile=_nothing)


def _state() -> None:
    op.add_column("identities", sa.Column("roll", sa.LargeBinary(), nullable=True))
    op.create_table(
        "custody_letters",
        sa.Column("officer_id", sa.String(200), primary_key=True, nullable=False),
        sa.Column("id", sa.String(22), primary_key=True, nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_custody_letters_case_id_cases"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_custody_letters_case_id", "custody_letters", ["case_id"])
    _fill_compartments()
    if _on_postgresql():
        database = _database()
        _execute(*grant_tables(database, CUSTODY_PRIVILEGES))
        _execute(*make_functions(database, ROLL_QUESTIONS), *make_deleting(database))


def _fill_compartments() -> None:
    connection = op.get_bind()
    identities = sa.table(
        "identities", sa.column("case_id", sa.String()), sa.column("sealed", sa.LargeBinary())
    )
    for case in connection.scalars(sa.select(identities.c.case_id)).all():
        made = make_compartment(case, KeyPair.generate().public, (), None, None)
        filled = sa.update(identities).where(identities.c.case_id == case).values(sealed=made.to_bytes())
        connection.execute(filled)


def _drop() -> None:
    if _on_postgresql():
        _execute(*drop_functions(ROLL_QUESTIONS), *revoke_tables(_database(), CUSTODY_PRIVILEGES))
    op.drop_table("custody_letters")
    op.drop_column("identities", "roll")


def _nothing() -> None:
    pass


def _on_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def _database() -> str:
    return str(op.get_bind().scalar(sa.text("SELECT current_database()")))


def _execute(*statements: str) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)
