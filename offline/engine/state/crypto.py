"""Pulumi's passphrase scheme: how secrets rest in stack files and in the state.

A key of 32 bytes comes from the passphrase by PBKDF2-HMAC-SHA256 (1,000,000 rounds, 8 bytes of salt); values are
sealed with AES-256-GCM (12 bytes of nonce). A stack's *salt state* `v1:<salt>:v1:<nonce>:<sealed "pulumi">` tells
whether a passphrase fits. Other secrets providers (cloud keys) are not here.
Source: https://www.pulumi.com/docs/iac/concepts/secrets/#configuring-secrets-encryption
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from offline.engine.errors import PassphraseError, StateError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["PassphraseCrypter", "new_salt_state", "read_passphrase"]

ROUNDS = 1_000_000
SALT_BYTES = 8
KEY_BYTES = 32
NONCE_BYTES = 12
_PROOF = "pulumi"
_WAYS = "set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds the passphrase"


class PassphraseCrypter:
    """Seals and opens text with the key of one passphrase and one salt.

    The key takes some tenths of a second, so it is derived on another thread, from the moment `start` is called or at
    first use; callers start it early and go on with other work.

    Args:
        salt_state: What the stack file keeps as `encryptionsalt`.
        passphrase: Asked once, on the calling thread, when the key is first wanted.
    """

    def __init__(self, salt_state: str, passphrase: Callable[[], str]) -> None:
        self.salt_state = salt_state
        self._passphrase = passphrase
        self._key: Future[AESGCM] | None = None

    def start(self) -> None:
        """Begin to derive the key; PassphraseError if there is no passphrase to begin with."""
        if self._key is None:
            passphrase = self._passphrase()
            pool = ThreadPoolExecutor(1, thread_name_prefix="passphrase")
            self._key = pool.submit(self._derive, passphrase)
            pool.shutdown(wait=False)

    def encrypt(self, plaintext: str) -> str:
        """Seal a text: `v1:<nonce>:<ciphertext>`, another one each time.

        Raises:
            PassphraseError: if there is no passphrase, or it does not fit the salt state.
            StateError: if the salt state is malformed.
        """
        return _seal(self._ready(), plaintext)

    def decrypt(self, ciphertext: str) -> str:
        """Open what `encrypt` sealed.

        Raises:
            PassphraseError: if there is no passphrase, or it does not fit the salt state.
            StateError: if text or salt state are malformed, or the text was sealed with another key.
        """
        return _open(self._ready(), ciphertext)

    def _ready(self) -> AESGCM:
        self.start()
        assert self._key is not None  # noqa: S101  start() has set it
        return self._key.result()

    def _derive(self, passphrase: str) -> AESGCM:
        parts = self.salt_state.split(":", 2)
        if len(parts) != 3 or parts[0] != "v1":
            raise StateError(
                "the encryption salt is malformed", hint="restore encryptionsalt in the stack file"
            )
        key = _cipher(passphrase, _unbase64(parts[1]))
        try:
            fits = _open(key, parts[2]) == _PROOF
        except StateError:
            fits = False
        if not fits:
            raise PassphraseError("incorrect passphrase", hint=f"{_WAYS} of this stack")
        return key


def new_salt_state(passphrase: str) -> str:
    """Make the salt state of a new stack."""
    salt = os.urandom(SALT_BYTES)
    return f"v1:{base64.b64encode(salt).decode()}:{_seal(_cipher(passphrase, salt), _PROOF)}"


def read_passphrase(environment: Mapping[str, str], ask: Callable[[], str] | None = None) -> str:
    """Find the passphrase: in the environment, in a file that it names, or by asking (None: nobody can be asked).

    Raises:
        PassphraseError: if there is none, or its file cannot be read.
    """
    passphrase = environment.get("PULUMI_CONFIG_PASSPHRASE")
    if passphrase is not None:
        return passphrase
    file = environment.get("PULUMI_CONFIG_PASSPHRASE_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            raise PassphraseError(f"cannot read PULUMI_CONFIG_PASSPHRASE_FILE: {reason}") from None
    if ask is None:
        raise PassphraseError("the passphrase of the stack's secrets is not set", hint=_WAYS)
    return ask()


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    # cryptography's own OpenSSL derives the key twice as fast as the one that many interpreters are linked with.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

    return AESGCM(PBKDF2HMAC(SHA256(), KEY_BYTES, salt, ROUNDS).derive(passphrase.encode()))


def _seal(key: AESGCM, plaintext: str) -> str:
    nonce = os.urandom(NONCE_BYTES)
    sealed = key.encrypt(nonce, plaintext.encode(), None)
    return f"v1:{base64.b64encode(nonce).decode()}:{base64.b64encode(sealed).decode()}"


def _open(key: AESGCM, ciphertext: str) -> str:
    from cryptography.exceptions import InvalidTag

    parts = ciphertext.split(":")
    if len(parts) != 3 or parts[0] != "v1":
        raise StateError("a secret is malformed: not of the form v1:<nonce>:<ciphertext>")
    try:
        return key.decrypt(_unbase64(parts[1]), _unbase64(parts[2]), None).decode()
    except (InvalidTag, ValueError):
        raise StateError(
            "a secret cannot be opened: it was sealed for another stack or is damaged",
            hint="set it again with `config set --secret`, or restore the file",
        ) from None


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise StateError("a secret is malformed: not base64") from None
