"""Which numbers count for a case: those of the pack that it began with, whatever the organisation uses by now.

Nobody may shorten a duty, or lengthen it, for a case that is already under way: not even by a new release.
"""

from __future__ import annotations

import re

from crypto.errors import MalformedError
from intake.organisation import Organisation, load_pack
from intake.strict_json import FaultyInputError

_VERSION = re.compile(r"routing-[0-9]+/(?P<pack>.+)-(?P<version>[0-9]{1,9})")


def as_begun(rule_version: str, organisation: Organisation) -> Organisation:
    """The organisation under the pack that ``rule_version`` names (`intake.routing.decide`).

    Raises MalformedError for a version that no release had.
    """
    found = _VERSION.fullmatch(rule_version)
    if found is None:
        raise MalformedError("a case does not say under which rules it began")
    pack, version = found["pack"], int(found["version"])
    if (organisation.pack.id, organisation.pack.version) == (pack, version):
        return organisation
    try:
        return organisation.with_pack(load_pack(pack, version))
    except FaultyInputError as error:
        raise MalformedError("a case began under rules that no release had") from error
