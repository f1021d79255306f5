"""The only way a case is deleted on PostgreSQL: a function that the worker may call, for a case that stands in the ledger.

So no process may delete a row of the record, and a worker's login alone deletes no case without leaving a row behind that has
to bear the gate's signature (P4). A release with a new table about cases makes the function anew in its migration.
"""

from __future__ import annotations

from collections.abc import Iterator

from crypto.encoding import pack
from intake.retention.destroy import TABLES
from intake.retention.ledger import HASHED_AS
from triage.migrations.roles import Process, quoted, role_name

_SIGNATURE = "delete_case(text)"
_FUNCTION = """
CREATE OR REPLACE FUNCTION delete_case(text) RETURNS void
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM public.deletions d WHERE d.case_hash =
      sha256(decode('HEAD', 'hex') || int4send(octet_length(convert_to($1, 'UTF8'))) || convert_to($1, 'UTF8'))
  ) THEN RAISE EXCEPTION 'this case does not stand in the ledger of deletions'; END IF;
  DELETE FROM public.item_keys k USING public.items i WHERE k.item_id = i.id AND i.case_id = $1;
  DELETES
END $$
"""


def make_deleting(database: str) -> Iterator[str]:
    """The function, for the worker's role and nobody else."""
    worker = quoted(role_name(Process.WORKER, database))
    deletes = "".join(
        f"DELETE FROM public.{column.class_.__tablename__} WHERE {column.key} = $1; "  # noqa: S608 - our own names
        for column in TABLES
    )
    yield _FUNCTION.replace("HEAD", pack(HASHED_AS).hex()).replace("DELETES", deletes)
    yield f"REVOKE ALL ON FUNCTION {_SIGNATURE} FROM PUBLIC"
    yield f"GRANT EXECUTE ON FUNCTION {_SIGNATURE} TO {worker}"


def drop_deleting() -> Iterator[str]:
    """Undo ``make_deleting``."""
    yield f"DROP FUNCTION {_SIGNATURE}"
