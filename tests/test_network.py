from __future__ import annotations

import socket

import pytest


def test_a_remote_address_cannot_be_reached() -> None:
    with socket.socket() as remote, pytest.raises(RuntimeError, match=r"not to \('192\.0\.2\.7', 443\)"):
        remote.connect(("192.0.2.7", 443))


def test_a_remote_name_cannot_be_looked_up() -> None:
    with pytest.raises(RuntimeError, match=r"not 'example\.org'"):
        socket.getaddrinfo("example.org", 443)


def test_loopback_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
