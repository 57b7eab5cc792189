"""deploy/nginx.conf in front of the site, with TLS, on ports of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from annotation.rehearsal.server import SiteServer
from tests.conftest import find_unused_tcp_port

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
BEHIND_A_PROXY = {
    **{"BEHIND_PROXY": "true", "TRUSTED_PROXIES": "1", "HTTPS": "true"},
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
}
# gunicorn's own worker gives a thread to each half-sent request that gets through to it.
DEFENCELESS = {"GUNICORN_CMD_ARGS": "--worker-class=gthread"}


@dataclass(frozen=True)
class Proxy:
    """Where the proxy answers, and the folder with its log."""

    port: int
    plain_port: int
    folder: Path

    def connect(self) -> ssl.SSLSocket:
        trust = ssl.create_default_context(cafile=str(self.folder / "study.pem"))
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        return trust.wrap_socket(plain, server_hostname="localhost")


@pytest.fixture
def site(transactional_db) -> Iterator[SiteServer]:
    """With four threads that nothing but the proxy protects."""
    with SiteServer(workers=1, threads=4, environment={**BEHIND_A_PROXY, **DEFENCELESS}) as server:
        yield server


@pytest.fixture
def proxy(site, tmp_path) -> Iterator[Proxy]:
    if NGINX is None or shutil.which("openssl") is None:
        pytest.skip("nginx or openssl is not installed (apt-get install nginx openssl)")
    found = Proxy(port=find_unused_tcp_port(), plain_port=find_unused_tcp_port(), folder=tmp_path)
    make_certificate(tmp_path)
    (tmp_path / "nginx.conf").write_text(main_configuration(site, found), encoding="utf-8")
    command = [NGINX, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "error.log")]
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        wait_until_it_listens(found, process)
        yield found
    finally:
        process.terminate()
        process.wait(30)


def make_certificate(folder: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-out", folder / "study.pem", "-keyout", folder / "study.key"),
        ],
        check=True,
        capture_output=True,
    )


def main_configuration(site: SiteServer, proxy: Proxy) -> str:
    """The file as it is, with its ports, names and paths replaced; around it what a distribution's nginx.conf holds."""
    text = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for written, here in {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{site.port};",
        "listen 80;": f"listen 127.0.0.1:{proxy.plain_port};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{proxy.port} ssl http2;",
        "/etc/ssl/": f"{proxy.folder}/",
        "study.example.org": "localhost",
    }.items():
        assert written in text
        text = text.replace(written, here)
    places = "".join(
        f"{name}_temp_path {proxy.folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    return (
        f"{user}worker_processes 1;\npid {proxy.folder}/nginx.pid;\nerror_log {proxy.folder}/error.log info;\n"
        f"events {{ worker_connections 768; }}\nhttp {{\naccess_log {proxy.folder}/access.log;\n{places}{text}\n}}\n"
    )


def wait_until_it_listens(proxy: Proxy, process: subprocess.Popen) -> None:
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", proxy.port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError((proxy.folder / "error.log").read_text(encoding="utf-8"))
