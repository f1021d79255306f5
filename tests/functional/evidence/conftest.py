"""What stories about files share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.s3 import S3Server, running_s3


@pytest.fixture(scope="session")
def server() -> Iterator[S3Server]:
    """Storage that speaks S3, on this machine."""
    with running_s3() as started:
        yield started
