"""Secrets: Pulumi's passphrase scheme."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline.engine.errors import PassphraseError, StateError
from offline.engine.state.crypto import PassphraseCrypter, new_salt_state, read_passphrase

# Written by the Pulumi CLI for the passphrase "x"; the secret's text is "hunter2".
CLI_SALT = "v1:hr08MuCVyE4=:v1:saI0mUKfBNMLv5lQ:kIYOJsrCBYGOwaRxqpiN1MqB6kKE/g=="
CLI_SECRET = "v1:YvI/6muJguTlTOGE:PG7GXI8hCk4137BQF0pyYoBpU0xKWQE="
_CRYPTER = PassphraseCrypter(CLI_SALT, lambda: "x")


class Question:
    """Gives a passphrase and counts how often it was asked for."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.count = 0

    def __call__(self) -> str:
        self.count += 1
        return self.answer


@pytest.fixture(scope="module")
def crypter() -> PassphraseCrypter:
    return _CRYPTER


def test_crypter_of_the_cli_opens_its_secret(crypter: PassphraseCrypter) -> None:
    """What the CLI has sealed can be read here."""
    assert crypter.decrypt(CLI_SECRET) == "hunter2"


@given(st.text())
def test_crypter_any_text_comes_back(text: str) -> None:
    """No text is lost or changed by resting encrypted."""
    sealed = _CRYPTER.encrypt(text)

    assert _CRYPTER.decrypt(sealed) == text


def test_crypter_same_text_twice_looks_different(crypter: PassphraseCrypter) -> None:
    """Ciphertexts do not tell which secrets are equal."""
    assert crypter.encrypt("same") != crypter.encrypt("same")


@pytest.mark.parametrize(
    "ciphertext",
    [
        pytest.param("", id="empty"),
        pytest.param("v1:only", id="too-few-parts"),
        pytest.param("v2:YvI/6muJguTlTOGE:PG7GXI8h", id="other-version"),
        pytest.param("v1:***:PG7GXI8h", id="not-base64"),
        pytest.param("v1:YvI/6muJguTlTOGE:AAAAXI8hCk4137BQF0pyYoBpU0xKWQE=", id="altered"),
        pytest.param("v1::PG7GXI8hCk4137BQF0pyYoBpU0xKWQE=", id="no-nonce"),
    ],
)
def test_crypter_damaged_secret_is_an_error(crypter: PassphraseCrypter, ciphertext: str) -> None:
    """A damaged secret is told as such, whatever the damage."""
    with pytest.raises(StateError, match=r"^a secret "):
        crypter.decrypt(ciphertext)


@pytest.mark.parametrize("salt_state", ["", "v1:abc", "v2:hr08MuCVyE4=:x", "v1:***:v1:a:b"])
def test_crypter_malformed_salt_is_an_error(salt_state: str) -> None:
    """A damaged stack file is told as such."""
    with pytest.raises(StateError, match="malformed"):
        PassphraseCrypter(salt_state, lambda: "x").encrypt("more")


def test_salt_state_new_fits_its_passphrase_only() -> None:
    """A new stack's salt accepts the passphrase it was made with and no other."""
    salt_state = new_salt_state("mine")

    PassphraseCrypter(salt_state, lambda: "mine").encrypt("x")
    with pytest.raises(PassphraseError):
        PassphraseCrypter(salt_state, lambda: "theirs").encrypt("x")


def test_crypter_unused_asks_for_nothing() -> None:
    """Whoever needs no secret needs no passphrase."""
    question = Question("x")

    PassphraseCrypter(CLI_SALT, question)

    assert question.count == 0


def test_crypter_started_opens_secrets() -> None:
    """The key derived in the background is the same, and the passphrase is asked for once."""
    question = Question("x")
    crypter = PassphraseCrypter(CLI_SALT, question)
    crypter.start()

    opened = [crypter.decrypt(CLI_SECRET), crypter.decrypt(crypter.encrypt("more"))]

    assert opened == ["hunter2", "more"]
    assert question.count == 1


def test_crypter_wrong_passphrase_fails_where_it_is_used() -> None:
    """An error on the other thread reaches the one that wants the secret."""
    crypter = PassphraseCrypter(CLI_SALT, lambda: "y")
    crypter.start()

    with pytest.raises(PassphraseError):
        crypter.decrypt(CLI_SECRET)


def test_passphrase_order_is_environment_file_question(tmp_path: Path) -> None:
    """The variable wins over the file, and both over asking; an empty passphrase is one."""
    file = tmp_path / "passphrase"
    file.write_text(" from file \n", encoding="utf-8")
    both = {"PULUMI_CONFIG_PASSPHRASE": "", "PULUMI_CONFIG_PASSPHRASE_FILE": str(file)}

    found = [
        read_passphrase(both, lambda: "asked"),
        read_passphrase({"PULUMI_CONFIG_PASSPHRASE_FILE": str(file)}, lambda: "asked"),
        read_passphrase({}, lambda: "asked"),
    ]

    assert found == ["", "from file", "asked"]


def test_passphrase_missing_names_both_ways() -> None:
    """Where nobody can be asked, the error says how to set it."""
    with pytest.raises(PassphraseError, match="PULUMI_CONFIG_PASSPHRASE_FILE"):
        read_passphrase({})


def test_passphrase_file_missing_is_an_error(tmp_path: Path) -> None:
    """A file that is named but not there is no reason to ask."""
    with pytest.raises(PassphraseError, match="cannot read PULUMI_CONFIG_PASSPHRASE_FILE"):
        read_passphrase({"PULUMI_CONFIG_PASSPHRASE_FILE": str(tmp_path / "none")}, lambda: "asked")
