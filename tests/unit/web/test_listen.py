"""Sockets in the file system: made so that one group can connect and nobody can take their place."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from templates.web.listen import MAX_PATH, Listen, ListenError, open_listeners, unix_listener
from tests.support.doors import connects


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as the operator makes it: the group may enter, and what is made in it is the group's."""
    place = tmp_path / "tor"
    place.mkdir()
    place.chmod(0o2750)
    return place


def opened(path: Path) -> socket.socket:
    """A listener that listens."""
    listener = unix_listener(path, "--onion-socket")
    listener.listen()
    return listener


def test_the_group_of_the_folder_may_connect_and_nobody_else(folder: Path) -> None:
    if os.geteuid() == 0:
        os.chown(folder, -1, 4321)
        folder.chmod(0o750)  # without the bit that hands the group on
    with opened(folder / "portal"):
        made = (folder / "portal").stat()
        assert stat.S_IMODE(made.st_mode) == 0o660
        assert made.st_gid == folder.stat().st_gid
        assert connects(folder / "portal")


def test_a_socket_of_a_killed_process_makes_room_and_a_living_one_does_not(folder: Path) -> None:
    path = folder / "portal"
    opened(path).close()  # as kill -9 leaves it
    assert path.exists()
    with opened(path):
        with pytest.raises(
            ListenError,
            match="already; stop it, or choose another with --onion-socket",
        ):
            unix_listener(path, "--onion-socket")
        assert connects(path)


def test_what_is_no_socket_is_not_removed(folder: Path) -> None:
    (folder / "portal").write_text("somebody's")
    with pytest.raises(ListenError, match="is no socket"):
        unix_listener(folder / "portal", "--socket")
    assert (folder / "portal").read_text() == "somebody's"


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701, 0o751, 0o777])
def test_a_folder_that_is_open_to_others_is_refused_with_what_to_do(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    with pytest.raises(ListenError, match="chmod g-w,o-rwx"):
        unix_listener(folder / "portal", "--socket")
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_refused(folder: Path) -> None:
    os.chown(folder, 4321, -1)
    with pytest.raises(ListenError, match="belongs to somebody else"):
        unix_listener(folder / "portal", "--socket")


def test_a_missing_folder_and_a_path_too_long_are_said_in_one_line(folder: Path) -> None:
    with pytest.raises(ListenError, match="install -d -m 2750") as missing:
        unix_listener(folder / "gone" / "portal", "--socket")
    assert "\n" not in str(missing.value)
    with pytest.raises(ListenError, match=f"at most {MAX_PATH} bytes"):
        unix_listener(folder / ("x" * 200), "--socket")
    with pytest.raises(ListenError, match="a path from /"):
        unix_listener(Path("portal"), "--socket")


def test_when_the_second_place_fails_the_first_is_given_back(folder: Path) -> None:
    listen = Listen("127.0.0.1", 1, https=False, unix=folder / "web", onion=folder / "gone" / "tor")
    with pytest.raises(ListenError):
        open_listeners(listen)
    assert not connects(folder / "web")
    unix_listener(folder / "web", "--socket").close()
