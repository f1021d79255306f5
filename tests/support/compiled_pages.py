"""Page templates compiled once in a process. A server makes one application and compiles each page once anyway; the stories
make hundreds, and would spend more time on that than on anything that they look at.
"""

from __future__ import annotations

from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from templates.web.app import StrictFlask


class _InMemory(BytecodeCache):
    """Both sides compile under the same options, and a template's key is its name and file."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._kept.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[bucket.key] = (bucket.checksum, bucket.code)


def compile_pages_once() -> None:
    """For every application that this process makes from now on."""
    StrictFlask.jinja_options["bytecode_cache"] = _InMemory()
