import socket

import pytest


def test_network_guard_lets_this_machine_through():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


# 192.0.2.0/24 is reserved for documentation: nothing answers there even if the guard fails.
@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("::ffff:192.0.2.1", 80)])
def test_network_guard_refuses_other_machines(address):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as caller, pytest.raises(RuntimeError, match="this machine only"):
        caller.connect(address)


def test_network_guard_refuses_to_look_up_names():
    with pytest.raises(RuntimeError, match=r"example\.org"):
        socket.getaddrinfo("example.org", 443)
