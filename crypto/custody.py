"""The identity compartment: a custody key that opens for two custodians, one after the other, and for nobody else.

For each pair of custodians the custody seed is sealed to the second and the result to the first (no secret sharing: a
share could be combined unseen). A compartment's content is sealed to that key's public half, so it can be put in later as well.
Every case has the same compartments, of the same size, from filing on: that they exist says nothing about a name. Each has a
key of its own: whoever opened one has nothing for another.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from crypto.envelope import Place, Purpose, open_, open_padded, seal, seal_padded
from crypto.errors import MalformedError
from crypto.keys import KeyPair, PublicKeys

MAX_CUSTODIANS = 6
PAIRS = MAX_CUSTODIANS * (MAX_CUSTODIANS - 1) // 2
IDENTITY_BYTES = 8192  # the padded size of every compartment's content, empty or not
_FIRST = "identity"
"""What the compartment of earlier releases is called; since then each has a random id."""


def pair_envelopes(
    case: str, custodians: Sequence[PublicKeys], seed: bytes, *, compartment: str = ""
) -> list[bytes]:
    """Always PAIRS envelopes: one per pair of the first six custodians, the rest sealed to keys nobody has.

    With fewer than two custodians all are sealed to nobody: the name is lost and the mailbox asks again.
    ``compartment``: the id of which it is; empty for the one of files. Raises MalformedError when a custodian is named twice:
    such a pair would open for one person alone (P5).
    """
    if len(set(custodians)) != len(custodians):
        raise MalformedError("a custodian is named twice")
    pairs = list(itertools.combinations(custodians[:MAX_CUSTODIANS], 2))
    envelopes = [
        _pair_envelope(case, _item(compartment, number), first, second, seed)
        for number, (first, second) in enumerate(pairs)
    ]
    nobody = KeyPair.generate().public
    return envelopes + [
        _pair_envelope(case, _item(compartment, number), nobody, nobody, seed)
        for number in range(len(pairs), PAIRS)
    ]


def peel(case: str, number: int, first: KeyPair, envelope: bytes, *, compartment: str = "") -> bytes:
    """The first custodian's act: what is left opens for the second alone. Raises as ``envelope.open_``."""
    return open_(first, Place(Purpose.CUSTODY_OUTER, case, _item(compartment, number)), envelope)


def open_inner(case: str, number: int, second: KeyPair, inner: bytes, *, compartment: str = "") -> KeyPair:
    """The second custodian's act: the custody key. Raises as ``envelope.open_``."""
    return KeyPair(open_(second, Place(Purpose.CUSTODY_INNER, case, _item(compartment, number)), inner))


def seal_identity(case: str, custody: PublicKeys, content: bytes, *, compartment: str = _FIRST) -> bytes:
    """The compartment's content, empty or a name, always of one size (up to IDENTITY_BYTES)."""
    place = Place(Purpose.IDENTITY, case, compartment)
    return seal_padded(custody, place, content, floor=IDENTITY_BYTES)


def open_identity(case: str, custody: KeyPair, sealed: bytes, *, compartment: str = _FIRST) -> bytes:
    """Undo ``seal_identity``. Raises as ``envelope.open_``."""
    place = Place(Purpose.IDENTITY, case, compartment)
    return open_padded(custody, place, sealed, floor=IDENTITY_BYTES)


def _item(compartment: str, number: int) -> str:
    # Ids hold no dot, so no two pairs of a case share a place.
    return f"{compartment}.{number}" if compartment else str(number)


def _pair_envelope(case: str, item: str, first: PublicKeys, second: PublicKeys, seed: bytes) -> bytes:
    inner = seal(second, Place(Purpose.CUSTODY_INNER, case, item), seed)
    return seal(first, Place(Purpose.CUSTODY_OUTER, case, item), inner)
