"""Which values are secret, and how secrets are kept out of messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from offline.engine.model.values import Properties, Secret, Value, contains_secret

__all__ = ["Masker", "mark_keys", "mark_like"]

SHORTEST = 4
"""Shorter secrets, in characters, are not searched for: they would hit every other word."""


def mark_like(answer: Properties, asked: Properties) -> Properties:
    """Return a provider's answer with each value secret that was secret when asked.

    Providers written in Python neither get secrets marked nor return them so. Objects are compared key by key; any
    secret in a list makes the whole list secret, since its order may have changed.
    """
    return {key: _mark(value, asked[key]) if key in asked else value for key, value in answer.items()}


def mark_keys(outputs: Properties, inputs: Properties, additional: Iterable[str]) -> Properties:
    """Return outputs with those secret that are so by name, or whose input of the same name is."""
    secret = {key for key, value in inputs.items() if isinstance(value, Secret)} | set(additional)
    return {
        key: Secret(value) if key in secret and not isinstance(value, Secret) else value
        for key, value in outputs.items()
    }


def _mark(value: Value, asked: Value) -> Value:
    if isinstance(value, Mapping) and isinstance(asked, Mapping):
        return mark_like(value, asked)
    if contains_secret(asked) and not isinstance(value, Secret):
        return Secret(value)
    return value


class Masker:
    """Replaces each of some secrets in a text by `[secret]`."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first: one secret may be part of another.
        self._secrets = sorted({text for text in secrets if len(text) >= SHORTEST}, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Return the text without the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return text
