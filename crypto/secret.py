"""What every holder of a secret has in common: printing, logging, pickling or copying it by accident shows nothing."""

from __future__ import annotations

from typing import NoReturn


class Secret:
    """Base of objects that hold key material or plaintext."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never pickled or copied")
