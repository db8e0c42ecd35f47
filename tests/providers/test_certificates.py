"""TLS as it goes wrong: a certificate of another host, and one that nobody vouches for."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from providers._api.config import Settings
from providers._api.transport import Transport
from providers.errors import NoAnswerError, NotSentError
from tests.support.client import Client

Serve = Callable[[x509.GeneralName], tuple[str, Path]]


class _Listing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"services": [], "meta": {"next_page_url": null}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that hangs up: that is what is tested."""


def certificate(name: x509.GeneralName, folder: Path) -> Path:
    """Write a certificate that vouches for itself, and its key, into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    file = folder / "certificate.pem"
    file.write_bytes(
        made.public_bytes(encoding)
        + key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


@pytest.fixture
def serve_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Serve an empty listing over TLS, with a certificate for a name; give address and certificate."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    servers: list[ThreadingHTTPServer] = []

    def start(name: x509.GeneralName) -> tuple[str, Path]:
        file = certificate(name, tmp_path)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        server = _Server(("127.0.0.1", 0), _Listing)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"https://127.0.0.1:{server.server_port}", file

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_certificate_of_this_host_is_taken(
    serve_tls: Serve, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
):
    """What the bundle vouches for and is of this host."""
    url, file = serve_tls(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))

    assert [] == Client(Transport(settings(url))).list_services()


@pytest.mark.parametrize(
    "name",
    [x509.DNSName("conversations.twilio.com"), x509.IPAddress(ipaddress.ip_address("127.0.0.2"))],
    ids=["another name", "another address"],
)
def test_certificate_of_another_host_names_region_and_edge(
    serve_tls: Serve,
    settings: Callable[..., Settings],
    monkeypatch: pytest.MonkeyPatch,
    name: x509.GeneralName,
):
    """A region that does not exist leads to a host whose certificate is another one's."""
    url, file = serve_tls(name)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))

    with pytest.raises(
        NoAnswerError, match=r"is of another host\nhint: check twilio:region and twilio:edge"
    ) as caught:
        Client(Transport(settings(url))).list_services()

    assert not isinstance(caught.value, NotSentError)


def test_certificate_that_nobody_vouches_for_is_not_trusted(
    serve_tls: Serve, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
):
    """A proxy that inspects TLS shows its own."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    url, _ = serve_tls(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))

    with pytest.raises(NoAnswerError, match=r"certificate is not trusted\nhint: .* REQUESTS_CA_BUNDLE"):
        Client(Transport(settings(url))).list_services()
