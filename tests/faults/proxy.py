"""Stands between a run and its server, and loses the answer to a COMMIT that the server has carried out."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

COMMIT = re.compile(rb"[\x00-\x1f]COMMIT\x00?$")
"""The word by itself: not the end of AUTOCOMMIT."""
WRITES = re.compile(rb"\b(?:INSERT|UPDATE|LOAD DATA|COPY)\b")
"""What makes a commit one of rows: a driver also sends one where it sets a connection up."""


class ForgetfulProxy:
    """Forwards everything, but for the answers to some commits: then the line is cut."""

    def __init__(self, host: str, port: int, lose: set[int]) -> None:
        self._target = (host, port)
        self._lose = lose
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self.commits = 0
        self.lost = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                losing = threading.Event()
                for source, drain, asks in ((client, server, True), (server, client, False)):
                    threading.Thread(
                        target=self._forward, args=(source, drain, losing, asks), daemon=True
                    ).start()

    def _forward(
        self, source: socket.socket, drain: socket.socket, losing: threading.Event, asks: bool
    ) -> None:
        wrote = False
        with suppress(OSError):
            while content := source.recv(1 << 16):
                wrote = wrote or WRITES.search(content) is not None
                if asks and COMMIT.search(content):
                    if wrote and self._is_to_be_lost():
                        losing.set()
                    wrote = False
                if not asks and losing.is_set():
                    break  # the server has answered, so it has committed
                drain.sendall(content)
        for end in (source, drain):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _is_to_be_lost(self) -> bool:
        with self._lock:
            self.commits += 1
            self.lost += self.commits in self._lose
            return self.commits in self._lose


@contextmanager
def forgetful_proxy(host: str, port: int, lose: set[int]) -> Iterator[ForgetfulProxy]:
    """Give a proxy that loses the answers to the commits of these numbers, counted from one."""
    proxy = ForgetfulProxy(host, port, lose)
    try:
        yield proxy
    finally:
        proxy.close()
