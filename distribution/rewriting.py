"""Import statements under the names that packages have in the wheel, found by their place in the syntax tree.

Nothing but the name in a statement changes: no text, no comment, no line. Where a module's name is a value, the
source derives it from its own `__name__` (`tools/place.py`), for a text that happens to be a name cannot be told
from one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

__all__ = ["UnclearImportError", "rewritten"]


class UnclearImportError(ValueError):
    """An import of a package by itself would bind another name in the wheel; the text says where."""


def rewritten(text: str, packages: Mapping[str, str], where: str) -> str:
    """Give the text of a module with packages imported by their names in the wheel.

    Args:
        text: the module.
        packages: names in the repository, to names in the wheel.
        where: what errors call the module.

    Raises:
        UnclearImportError: if a package is imported as `import package`, which binds its first name.
    """
    lines = text.split("\n")
    for node, old, new in _renamed(ast.parse(text), packages, where):
        # On the statement's first line: after `from` with `import` behind it, or after `import` with `as` behind it.
        line = lines[node.lineno - 1].encode()
        before, statement = line[: node.col_offset].decode(), line[node.col_offset :].decode()
        if f" {old} " not in statement:
            raise UnclearImportError(
                f"{where}:{node.lineno}: {old}: write it on one line, as the formatter does"
            )
        lines[node.lineno - 1] = before + statement.replace(f" {old} ", f" {new} ", 1)
    return "\n".join(lines)


def _renamed(tree: ast.AST, packages: Mapping[str, str], where: str) -> Iterator[tuple[ast.stmt, str, str]]:
    """Yield statements with the name in them and the one to put there."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(name), level=0):
                if (new := _name(name, packages)) is not None:
                    yield node, name, new
                elif any(f"{package}.".startswith(f"{name}.") for package in packages):
                    raise UnclearImportError(
                        f"{where}:{node.lineno}: import from {name}: name the package itself"
                    )
            case ast.Import(names=names):
                for alias in names:
                    new = _name(alias.name, packages)
                    if new is not None and (alias.asname is None or len(names) > 1):
                        raise UnclearImportError(
                            f"{where}:{node.lineno}: import {alias.name}: write from … import"
                        )
                    if new is not None:
                        yield node, alias.name, new


def _name(module: str, packages: Mapping[str, str]) -> str | None:
    """Give the name of a module in the wheel; None if it is none of the packages'."""
    for package, name in packages.items():
        if f"{module}.".startswith(f"{package}."):
            return name + module.removeprefix(package)
    return None
