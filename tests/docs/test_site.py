"""The pages read the same at GitHub and in the site, and no link in them is dead."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from docs.site.hook import indented, relinked, site_link

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".cache" / "docs"
QUIET = {"NO_MKDOCS_2_WARNING": "1", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def tracked(*patterns: str) -> list[str]:
    """Return the files of the repository, those not yet added too."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


def anchors(path: Path) -> set[str]:
    """Return what `#…` may name on a page, as GitHub makes it of the headings."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = [
        re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", each) for each in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    ]
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def linked(text: str) -> list[str]:
    """Return the relative targets of a page's links."""
    targets: list[str] = []

    def note(target: str) -> str:
        targets.append(target)
        return target

    relinked(text, note)
    return targets


PAGES = [page for page in tracked("*.md") if page != "distribution/README.md"]
"""The page of the index is left out: its links lead from there to the repository."""


@pytest.mark.parametrize("page", PAGES)
def test_page_has_no_dead_link(page: str):
    """Neither a file that is not there, nor a heading."""
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    targets = linked(text)
    places = re.findall(r"\]\(([^)\s#:]*\.md|)#([^)\s]+)\)", text)

    dead = [target for target in targets if not (path.parent / target).exists()]
    dead += [
        f"{file}#{anchor}"
        for file, anchor in places
        if (path.parent / file).exists() and anchor not in anchors(path.parent / file if file else path)
    ]

    assert [] == dead


@pytest.mark.parametrize(
    ("target", "page", "expected"),
    [
        ("../README.md", "docs/install.md", "README.md"),
        ("docs/install.md", "README.md", "install.md"),
        ("../errors.md", "docs/guides/drift.md", "../errors.md"),
        ("../offline/emulator/README.md", "docs/install.md", "offline/emulator/README.md"),
        ("../docs/testing.md", "examples/README.md", "../testing.md"),
        ("component/desk.py", "examples/README.md", "component/desk.py.md"),
        ("LICENSE", "README.md", "LICENSE.md"),
        ("docs/images/up.svg", "README.md", "images/up.svg"),
        ("../nowhere.md", "docs/install.md", "../nowhere.md"),
        ("../../../outside.md", "docs/guides/drift.md", "../../../outside.md"),
    ],
)
def test_link_leads_to_the_same_page_in_the_site(target: str, page: str, expected: str):
    """A page outside docs/ has its place in the site, and what is not there is left to MkDocs, which objects."""
    assert expected == site_link(target, page)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see [a](b.md#c) and [`d`](e.md)", "see [a](B.MD#c) and [`d`](E.MD)"),
        ("`[a](b.md)` and [c](https://d.example/e)", "`[a](b.md)` and [c](https://d.example/e)"),
        ("```text\n[a](b.md)\n```\n[c](d.md)", "```text\n[a](b.md)\n```\n[c](D.MD)"),
        ("![picture](a.png) [here](#part)", "![picture](A.PNG) [here](#part)"),
    ],
    ids=["links", "code-and-addresses", "blocks", "pictures-and-places"],
)
def test_links_alone_are_changed(text: str, expected: str):
    """What looks like one in code is what a reader copies."""
    assert f"{expected}\n" == relinked(text, str.upper)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. a\n\n   b", "1. a\n\n    b"),
        ("- a\n  - b\n\n    c\n- d", "- a\n    - b\n\n        c\n\n- d"),
        (
            "1. a\n   - b\n\n     ```sh\n     c\n       d\n     ```\n2. e",
            "1. a\n    - b\n\n        ```sh\n        c\n          d\n        ```\n\n2. e",
        ),
        ("a\n- b\n- c", "a\n\n- b\n- c"),
        ("- a\n\nb", "- a\n\nb"),
        ("- a\n  goes on\n- b", "- a\n    goes on\n- b"),
        ("```text\n- a\n  - b\n```", "```text\n- a\n  - b\n```"),
        ("10. a\n\n    b", "10. a\n\n    b"),
        ("1. a\n\n   b\n2. c", "1. a\n\n    b\n\n2. c"),
        ("1. a\n\n   - b\n2. c", "1. a\n\n    - b\n\n2. c"),
    ],
    ids=[
        "paragraph",
        "nested",
        "code",
        "after-a-paragraph",
        "end",
        "same-paragraph",
        "block",
        "two-figures",
        "after-an-item-s-own",
        "after-a-nested-one",
    ],
)
def test_lists_are_indented_for_the_site(text: str, expected: str):
    """GitHub takes what stands below an item's text as part of it; the site's reader wants four blanks a level."""
    assert f"{expected}\n" == indented(text)


def test_every_page_of_docs_is_in_the_navigation():
    """A page that nothing leads to is not read."""
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").split("\nnav:\n")[1]

    listed = set(re.findall(r": (\S+\.md)$", navigation, re.MULTILINE))

    assert set() == {page.removeprefix("docs/") for page in tracked("docs/*.md")} - listed


@pytest.mark.skipif(not ENVIRONMENT.exists(), reason="needs MkDocs: run `make docs` once")
def test_site_is_whole_and_fetches_nothing(tmp_path: Path):
    """No warning, nothing of another host but links; and a dead link ends the build."""
    copy = tmp_path / "a copy"
    for name in tracked():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name)
    command = [str(ENVIRONMENT / "bin" / "python"), "-m", "mkdocs", "build", "--strict"]

    whole = subprocess.run(command, cwd=copy, check=False, capture_output=True, text=True, env=QUIET)
    pages = [page.read_text(encoding="utf-8") for page in (copy / "site").rglob("*.html")]
    fetched = {
        address
        for text in pages
        for address in re.findall(
            r'<(?:link|script|img|iframe)\b[^>]*(?:src|href)="?((?:https?:)?//[^" >]+)', text
        )
    }
    articles = [re.sub(r"<(pre|code)\b.*?</\1>", "", text, flags=re.DOTALL) for text in pages]
    paragraphs = [each for text in articles for each in re.findall(r"<p>(.*?)</p>", text, re.DOTALL)]
    (copy / "docs" / "install.md").write_text(
        "# Title\n\n[gone](../gone.md), [no place](stacks.md#gone)\n", "utf-8"
    )
    broken = subprocess.run(command, cwd=copy, check=False, capture_output=True, text=True, env=QUIET)

    assert 0 == whole.returncode, whole.stderr
    assert "WARNING" not in whole.stderr
    assert any("A deletion that was refused" in text for text in pages)
    assert set() == fetched
    assert [] == [each for each in paragraphs if re.search(r"^ *([-*]|\d+\.) |```|^\|", each, re.MULTILINE)]
    assert 1 == broken.returncode
    assert "../gone.md" in broken.stderr
    assert "#gone" in broken.stderr
