"""A second name of a package: the same modules, not copies of them, are found under it when nothing else is.

States name the classes of providers by their modules: a clone writes `providers.role`, the wheel
`pulumi_twilio_conversations.role`. Each knows the other's name by this, so that a state goes from one to the other.
In the wheel this is a module by itself, `_pulumi_twilio_conversations_names`, which a `.pth` file has Python start
with: Pulumi's provider host unpickles what a state names before it has imported anything of ours. So it is small, and
brings nothing in until a name is asked for.

PYTEST_DONT_REWRITE: pytest would warn that it came too late to this module of a plugin's distribution.
"""

from __future__ import annotations

import sys

# Not typing's: each start of Python runs this.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType

__all__ = ["OtherName", "answer_to"]


class OtherName:
    """Finds the modules of a package under another name; Python asks it once everybody else has found nothing."""

    def __init__(self, name: str, own: str, modules: frozenset[str] | None) -> None:
        self.name = name
        self.own = own
        self.modules = modules
        """Those that are found, by their names within the package; None for all."""

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Answer what Python asks of a finder.

        https://docs.python.org/3/library/importlib.html#importlib.abc.MetaPathFinder.find_spec
        """
        package, _, inner = fullname.partition(".")
        if package != self.name or (inner and self.modules is not None and inner not in self.modules):
            return None
        from importlib.machinery import ModuleSpec

        # No place to look for its parts: there they would be found once more, as copies.
        return ModuleSpec(fullname, self, is_package=True)  # type: ignore[arg-type]  # a loader by what it does

    def create_module(self, _spec: ModuleSpec) -> None:
        """Leave it to Python to make an empty one."""

    def exec_module(self, module: ModuleType) -> None:
        """Put the very module of the package in the place of the empty one; a package stays empty, for its parts."""
        if module.__name__ == self.name:
            return
        from importlib import import_module

        found = import_module(self.own + module.__name__.removeprefix(self.name))
        if not hasattr(found, "__path__"):
            sys.modules[module.__name__] = found


def answer_to(name: str, own: str, *modules: str) -> None:
    """Let the modules of a package be found by another name, too, unless there is something else of that name.

    Args:
        name: the other name.
        own: name of the package.
        modules: those that are found; all if none is named.
    """
    if not any(isinstance(each, OtherName) and each.name == name for each in sys.meta_path):
        sys.meta_path.append(OtherName(name, own, frozenset(modules) or None))
