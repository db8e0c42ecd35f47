"""A peer at the same work: OpenTofu or Terraform with a provider of Twilio, given by path.

The provider speaks to the emulator and believes that it speaks to Twilio: its proxy is one of ours on loopback, which
ends TLS with a certificate made for the run and hands the bytes on. Nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.bench.engines import LATENCY_SECONDS, WORK, services
from tests.bench.figures import Figures, measured
from tests.support.emulator import Emulator

__all__ = ["Peer", "run_peer"]

HOST = "conversations.twilio.com"
COMMANDS = {
    "up": ("apply", "-auto-approve"),
    "no change": ("plan", "-refresh=false"),
    "refresh": ("apply", "-refresh-only", "-auto-approve"),
    "destroy": ("destroy", "-auto-approve"),
}
MAIN = """\
terraform {{
  required_providers {{
    twilio = {{
      source = "RJPearson94/twilio"
    }}
  }}
}}
provider "twilio" {{}}
resource "twilio_conversations_service" "all" {{
  for_each      = toset([{names}])
  friendly_name = each.key
}}
"""
SETTINGS = """\
provider_installation {{
  dev_overrides {{
    "RJPearson94/twilio" = "{folder}"
  }}
  direct {{}}
}}
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer by name: its program, and the program of its provider."""

    name: str
    program: Path
    provider: Path

    @classmethod
    def read(cls, text: str) -> Peer:
        """Read `name=program,provider`.

        Raises:
            ValueError: If it is none.
        """
        name, _, paths = text.partition("=")
        program, _, provider = paths.partition(",")
        if not (name and Path(program).is_file() and Path(provider).is_file()):
            raise ValueError(text)
        return cls(name, Path(program).resolve(), Path(provider).resolve())


def run_peer(peer: Peer, count: int) -> Iterator[tuple[str, Figures]]:
    """Do with services that have nothing but a name what `run_engine` does."""
    emulator = Emulator()
    try:
        emulator.latency(LATENCY_SECONDS)
        with tempfile.TemporaryDirectory() as name, _proxy(Path(name), emulator.port) as variables:
            folder = Path(name)
            names = ", ".join(f'"{each}"' for each in services(count, complete=False))
            (folder / "main.tf").write_text(MAIN.format(names=names), encoding="utf-8")
            settings = folder / "settings.tfrc"
            settings.write_text(SETTINGS.format(folder=peer.provider.parent), encoding="utf-8")
            environment = {
                **os.environ,
                **variables,
                "TF_CLI_CONFIG_FILE": str(settings),
                "CHECKPOINT_DISABLE": "1",
                "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
                "TWILIO_AUTH_TOKEN": "bench",
            }
            for work in WORK:
                command = [str(peer.program), *COMMANDS[work], "-no-color"]
                yield work, measured(command, folder, environment, emulator)
    finally:
        emulator.stop()


@contextmanager
def _proxy(folder: Path, port: int) -> Iterator[dict[str, str]]:
    """Run a proxy that leads to a port of this machine; give the variables that send a program there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))
    loop = asyncio.new_event_loop()

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(65536):
                writer.write(chunk)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await writer.drain()
            await writer.start_tls(context)
            there, back = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(copy(reader, back), copy(there, writer))

    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0))
    address = server.sockets[0].getsockname()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield {
            "HTTPS_PROXY": f"http://127.0.0.1:{address[1]}",
            "NO_PROXY": "127.0.0.1",
            "SSL_CERT_FILE": str(folder / "certificate.pem"),
        }
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.close()


def _certificate(folder: Path) -> Path:
    """Write a key and a certificate of its own making for Twilio's host; return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    path.chmod(0o600)
    return path
