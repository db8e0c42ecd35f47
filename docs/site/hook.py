"""What the site of docs/ needs beyond MkDocs: the pages outside docs/, and lists as GitHub reads them.

Pages are written for a reader of the repository, whose links lead from file to file. So there is one rule: a page's
place in the site is its place in the repository, without `docs/`. A link that leads out of docs/ brings its target
in, and what that links to; code and plain text become pages that show them. MkDocs then checks every link: one whose
target is in no file stays as it is written, and fails the build.

Runs in the environment of docs/site/requirements.txt, which MkDocs starts.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HOME = "README.md"
DOCS = "docs/"
LANGUAGES = {".py": "python", ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml"}
IMAGES = (".png", ".svg", ".webp")
FENCE = re.compile(r"^ *(```+|~~~+)")
ITEM = re.compile(r"^( *)([-*+]|\d+[.)])( +)(?=\S)")
LINK = re.compile(r"(?P<code>(`+).*?\2)|(?P<before>\]\()(?P<target>[^)\s#:]+)(?=[)\s#])")


def on_files(files: Any, *, config: Any) -> Any:
    """Add the pages outside docs/: the home page, and what is linked from a page that is there."""
    waiting = [HOME, *(DOCS + file.src_uri for file in files.documentation_pages())]
    seen = set(waiting)
    while waiting:
        path = waiting.pop()
        if not path.startswith(DOCS):
            files.append(_file(path, config))
        if path.endswith(".md"):
            text = (ROOT / path).read_text(encoding="utf-8")
            new = {target for target in _targets(text, path) if _is_outside(target)} - seen
            seen |= new
            waiting += sorted(new)
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Point links at the site's pages, and indent lists as Python-Markdown wants them."""
    here = page.file.src_uri
    path = here if (ROOT / here).is_file() else DOCS + here
    if path == HOME:
        page.meta["hide"] = ["navigation"]  # it stands alone in its part of the navigation
    is_code = not (ROOT / path).is_file()
    return markdown if is_code else indented(relinked(markdown, lambda target: site_link(target, path)))


def site_link(target: str, path: str) -> str:
    """Return where a link of a page leads to in the site; what leads to no file stays, for MkDocs to object to."""
    found = _found(target, path)
    return posixpath.relpath(_place(found), posixpath.dirname(_place(path)) or ".") if found else target


def relinked(markdown: str, link: Callable[[str], str]) -> str:
    """Replace the relative targets of links, save for those in code."""
    lines, fence = [], ""
    for line in markdown.splitlines():
        mark = FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        lines.append(line if fence or mark else LINK.sub(lambda found: _link(found, link), line))
    return "\n".join(lines) + "\n"


def indented(markdown: str) -> str:
    """Indent what belongs to a list item by four blanks a level, and part an item from the paragraph above it.

    CommonMark, which GitHub reads, takes what stands below an item's first letter as part of it; Python-Markdown
    wants four blanks a level, and an empty line before an item that follows another thing than an item.
    """
    lines: list[str] = []
    levels: list[int] = []  # by level: the column at which an item's text begins
    fence = ""
    for line in markdown.splitlines():
        width = len(line) - len(line.lstrip())
        if not line.strip():
            lines.append("")
            continue
        if not fence:
            goes_on = bool(lines and lines[-1])
            item = ITEM.match(line)
            if item or not goes_on:
                while levels and width < levels[-1]:
                    levels.pop()
            depth = len(levels)
            if item:
                if goes_on and not _ends_in_item(lines, depth):
                    lines.append("")
                levels.append(item.end())
        else:
            depth = len(levels)
        taken = min(width, levels[depth - 1]) if depth else 0
        lines.append("    " * depth + line[taken:])
        mark = FENCE.match(line)
        if mark and (not fence or (mark[1].startswith(fence) and line.strip() == mark[1])):
            fence = "" if fence else mark[1]
    return "\n".join(lines) + "\n"


def _ends_in_item(lines: list[str], depth: int) -> bool:
    """Tell whether the last paragraph began as an item of a level or above it: one of that level may follow at once."""
    for line in reversed(lines):
        if not line or FENCE.match(line):
            return False
        if item := ITEM.match(line):
            return len(item[1]) <= 4 * depth
    return False


def _file(path: str, config: Any) -> Any:
    from mkdocs.structure.files import (
        File,
    )  # late: what this module says of links and lists is tested without MkDocs

    source = ROOT / path
    if source.suffix in (".md", *IMAGES):
        return File.generated(config, _place(path), abs_src_path=str(source))
    text = source.read_text(encoding="utf-8")
    content = f"# {path}\n\n````{LANGUAGES.get(source.suffix, 'text')}\n{text.rstrip()}\n````\n"
    return File.generated(config, _place(path), content=content)


def _place(path: str) -> str:
    """Return where in the site a file of the repository is."""
    place = path.removeprefix(DOCS)
    return place if place.endswith((".md", *IMAGES)) else f"{place}.md"


def _is_outside(path: str) -> bool:
    return not path.startswith(DOCS)


def _found(target: str, path: str) -> str | None:
    """Return the file of the repository that a link of a page leads to."""
    found = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    return found if not found.startswith("..") and (ROOT / found).is_file() else None


def _targets(markdown: str, path: str) -> Iterator[str]:
    """Yield the files of the repository that a page links to."""
    targets: list[str] = []

    def note(target: str) -> str:
        targets.append(target)
        return target

    relinked(markdown, note)
    yield from (found for target in targets if (found := _found(target, path)))


def _link(found: re.Match[str], link: Callable[[str], str]) -> str:
    return found[0] if found["code"] else found["before"] + link(found["target"])
