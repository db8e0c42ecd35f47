"""What a message of Pulumi's protocol says, by field; what this engine does not know is refused.

Pulumi's protocol grows with each SDK, and each new field is a wish. A wish that nobody reads would be granted in
silence and not at all, so a message may set the fields below and no other. A field that a later SDK has dropped is one
that no message sets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from google.protobuf.unknown_fields import UnknownFieldSet  # type: ignore[import-not-found]

from offline.engine.errors import UnsupportedError

__all__ = ["fields_of"]

_RESOURCE: Final = (
    "type name parent provider dependencies additionalSecretOutputs acceptSecrets sourcePosition stackTrace "
    # What the sender can take, and marks of places: nothing is asked for by them.
    "acceptResources accepts_byte_string parentStackTraceHandle"
)
KNOWN: Final[Mapping[str, frozenset[str]]] = {
    message: frozenset(names.split())
    for message, names in {
        # Of programs
        "RegisterResourceRequest": f"{_RESOURCE} custom object protect propertyDependencies deleteBeforeReplace "
        "deleteBeforeReplaceDefined ignoreChanges aliasURNs aliasSpecs providers retainOnDelete deletedWith "
        "supportsPartialValues supportsResultReporting",
        "ReadResourceRequest": f"{_RESOURCE} id properties",
        "RegisterResourceOutputsRequest": "urn outputs",
        "LogRequest": "severity message urn streamId ephemeral",
        "RequirePulumiVersionRequest": "pulumi_version_range",
        "PropertyDependencies": "urns",
        # Of providers
        "ConfigureResponse": "acceptSecrets supportsPreview acceptResources acceptOutputs "
        "supports_autonaming_configuration",
        "CheckResponse": "inputs failures",
        "CheckFailure": "property reason",
        "DiffResponse": "changes replaces deleteBeforeReplace stables diffs detailedDiff hasDetailedDiff",
        "CreateResponse": "id properties",
        "ReadResponse": "id properties inputs",
        "UpdateResponse": "properties",
        # Of policy packs
        "AnalyzerInfo": "name displayName policies version supportsConfig initialConfig description readme provider "
        "tags repository",
        "PolicyInfo": "name displayName description message enforcementLevel configSchema policy_type severity "
        "framework tags remediation_steps url",
        "PolicyConfigSchema": "properties required",
        "PolicyConfig": "enforcementLevel properties",
        "RemediateResponse": "remediations not_applicable",
        "Remediation": "policyName policyPackName policyPackVersion description properties diagnostic",
        "AnalyzeResponse": "diagnostics not_applicable",
        "AnalyzeDiagnostic": "policyName policyPackName policyPackVersion description message enforcementLevel urn "
        "severity",
    }.items()
}


def _refuse(error: UnsupportedError) -> None:
    raise error


def fields_of(message: Any, refuse: Callable[[UnsupportedError], None] = _refuse) -> dict[str, Any]:
    """Return the fields that a message sets, by name; those of messages within it are for its reader to ask for.

    Args:
        message: One of those above, or one without fields.
        refuse: Told of each field that this engine does not know.

    Raises:
        UnsupportedError: if there is such a field, unless `refuse` does something else.
    """
    kind = message.DESCRIPTOR.name
    known = KNOWN.get(kind, frozenset())
    found: dict[str, Any] = {}
    for field, value in message.ListFields():
        if field.name in known:
            found[field.name] = value
        elif not hasattr(value, "ByteSize") or value.ByteSize():
            refuse(UnsupportedError(f"what the field {field.name} of {kind} asks for"))
    for unknown in UnknownFieldSet(message):
        refuse(
            UnsupportedError(
                f"field number {unknown.field_number} of {kind}, which a newer version of pulumi has,"
            )
        )
    return found
