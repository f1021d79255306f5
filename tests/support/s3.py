"""An S3 server on this machine, in a process of its own: storage that is reached over real HTTP."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, Self

import boto3

from intake.evidence.settings import ObjectPlace

REGION = "eu-central-1"

SERVER = """
import logging, sys
from moto.server import ThreadedMotoServer
logging.disable()
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""


@dataclass
class S3Server:
    """One server; ``make`` gives an empty bucket."""

    port: int
    _numbers: Iterator[int]

    @property
    def endpoint(self) -> str:
        """Without TLS: it never leaves the machine."""
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> Any:
        """Another program's view of the same storage."""
        return self._service("s3")

    def _service(self, name: str) -> Any:
        return boto3.client(
            name,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="KEY",
            aws_secret_access_key="SECRET",
        )

    def make(self, prefix: str = "") -> ObjectPlace:
        """An empty bucket, and the settings that reach it."""
        bucket = f"sealed-{next(self._numbers)}"
        self.client().create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        return self.place(bucket, prefix)

    def guard(self, policies: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
        """From now on the server checks who asks: a key for each name, which may do what its policy says."""
        users, keys = self._service("iam"), {}
        for name, policy in policies.items():
            users.create_user(UserName=name)
            users.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
            key = users.create_access_key(UserName=name)["AccessKey"]
            keys[name] = {"access_key": key["AccessKeyId"], "secret_key": key["SecretAccessKey"]}
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            line.sendall(
                b"POST /moto-api/reset-auth HTTP/1.0\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\n0"
            )
            assert b" 200 " in line.recv(4096)
        return keys

    def place(self, bucket: str, prefix: str = "") -> ObjectPlace:
        """Settings that name ``bucket``, whether it is there or not."""
        return ObjectPlace(
            bucket=bucket,
            prefix=prefix,
            endpoint=self.endpoint,
            region=REGION,
            access_key="KEY",
            secret_key="SECRET",
        )


@contextmanager
def running_s3() -> Iterator[S3Server]:
    """Start a server, and end it."""
    command = [sys.executable, "-P", "-W", "ignore", "-c", SERVER]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield S3Server(int(process.stdout.readline()), count())
        finally:
            process.kill()


class Line:
    """A line to a server on this machine that can be cut: it passes bytes on, and remembers what was sent."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._left: int | None = None
        self._times = 0
        self.cuts = 0
        self.sent = bytearray()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    @property
    def endpoint(self) -> str:
        """What a client connects to."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def cut_after(self, sent: int, *, times: int = 1_000_000) -> None:
        """Cut the line when ``sent`` more bytes went to the server, and every connection after it up to ``times``."""
        self._left, self._times = sent, times

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._pass, args=(client,), daemon=True).start()

    def _pass(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._port)) as server:
            back = threading.Thread(target=_copy, args=(server, client), daemon=True)
            back.start()
            try:
                while piece := client.recv(65536):
                    if self._is_cut(len(piece)):
                        return
                    self.sent += piece
                    server.sendall(piece)
            except OSError:
                return

    def _is_cut(self, length: int) -> bool:
        if self._left is None or self.cuts >= self._times:
            return False
        self._left -= length
        if self._left >= 0:
            return False
        self.cuts += 1
        return True


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
    except OSError:
        return
