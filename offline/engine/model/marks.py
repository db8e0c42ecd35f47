"""How Pulumi marks values that are not plain JSON: the same texts on the wire and in the state.

Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go
"""

from __future__ import annotations

from typing import Final

__all__ = ["FOREIGN", "OUTPUT", "SECRET", "SIGNATURE", "UNKNOWN_TEXT"]

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
"""The key of an object that stands for something else; its value tells for what."""
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark, the same for everybody
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
FOREIGN: Final = {
    "c44067f5952c0a294b673a41bacd8c17": "an asset",
    "0def7320c3a5731c473e5ecbe6d01bc7": "an archive",
    "5cf8f73096256a8f31e491e813e4eb8e": "a reference to a resource",
}
"""What this engine does not hold."""
UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""An unknown string, and an id that a preview cannot know."""
