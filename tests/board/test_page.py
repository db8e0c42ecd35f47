"""The page in a browser: what it says, search and keys, for whom it can be read; nothing is asked of any network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from gitops.board.joining import board
from gitops.board.model import Cell, Environment, Row
from gitops.board.page import html
from tests.board.browser import Opened, browser, opened
from tests.board.samples import everything, sid

PHONE = {"width": 390, "height": 844}
HOSTILE = "</script><script>document.title='owned'</script><img src=https://x.example onerror=alert(1)>\"'&"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser, for this module alone: playwright's loop would be in the way of other tests' own."""
    with browser() as made:
        yield made


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of all samples."""
    path = tmp_path_factory.mktemp("a board") / "board.html"
    path.write_text(html(everything()), encoding="utf-8")
    return path


@pytest.fixture
def seen(chromium: Browser, page_file: Path) -> Iterator[Opened]:
    """The page of all samples, open; it complains of nothing and asks for nothing, whatever a test does."""
    with opened(chromium, page_file) as made:
        yield made

        assert [] == made.complaints
        assert [page_file.as_uri()] == made.asked


def test_page_tells_what_there_is_in_words(seen: Opened):
    """Who sees no colours, or no page at all, gets the same."""
    cell = seen.page.locator("tbody tr").nth(0).locator("td")
    cell.nth(1).locator("summary").click()
    heads = [each.inner_text() for each in seen.page.locator("thead tr").nth(0).locator("th").all()]
    whole = seen.page.locator("tr.whole td")

    assert "dev" in heads[1]
    assert "Deployed 2026-11-01 08:14 UTC, 0123456*" in heads[1]
    assert "The last run failed, 2026-11-01 08:15 UTC" in heads[1]
    assert "Drift: by a drift report, 2026-11-01 09:00 UTC; a run has ended since; 2 addresses" in heads[2]
    assert "The state can't be read" in heads[3]
    assert "the state of prod cannot be read" in whole.nth(2).inner_text()
    assert "creating a resource" in whole.nth(1).inner_text()
    told = cell.nth(1).inner_text()
    for each in (
        "drift\nprotected",
        "its webhook differs in postWebhookUrl",
        "creating the role agent",
        f"the service {sid(3)} was replaced, and its deletion is pending",
        "protect: true → false",
        "configuration.reachabilityEnabled: true here, not set in dev",
        "meant to differ: webhook.postWebhookUrl",
    ):
        assert each in told
    assert "Not known" in cell.nth(2).inner_text()
    assert "At Twilio: no drift at the last look" in seen.page.locator("tbody tr").nth(2).inner_text()
    assert "stacks/order.yaml: is missing" in seen.page.locator(".notes").inner_text()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("acme-returns", ["returns"], id="friendly name"),
        pytest.param(sid(1).upper(), ["support"], id="SID, whatever its case"),
        pytest.param(sid(3), ["support"], id="SID that waits for its deletion"),
        pytest.param("to replace", ["returns"], id="state"),
        pytest.param("stage acme", ["support", "returns"], id="all words count"),
        pytest.param("nothing like it", [], id="nothing"),
        pytest.param("", ["support", "billing", "returns"], id="everything"),
    ],
)
def test_search_finds_services(seen: Opened, words: str, expected: list[str]):
    """By what somebody has at hand."""
    seen.page.get_by_role("searchbox").fill(words)

    assert expected == seen.shown()
    total = "3 services" if len(expected) == 3 else f"{len(expected)} of 3 services"
    assert total == seen.page.locator("#shown").inner_text()
    assert (not expected) == seen.page.get_by_text("No service matches.").is_visible()


def test_tallies_filter_and_add_up(seen: Opened):
    """What is to be looked at is one click away."""
    tallies = seen.page.get_by_role("group", name="Show only services").get_by_role("button")
    texts = tallies.all_inner_texts()

    seen.page.get_by_role("button", name="with a policy finding").click()
    with_finding = seen.shown()
    seen.page.get_by_role("button", name="with drift").click()
    with_both = seen.shown()
    seen.page.get_by_role("button", name="Show all").click()

    assert [
        "2 to deploy",
        "1 with drift",
        "1 with a policy finding",
        "1 interrupted",
        "1 with a pending delete",
        "2 unlike the one before",
    ] == texts
    assert ["billing"] == with_finding
    assert [] == with_both
    assert 3 == len(seen.shown())


def test_everything_is_reached_by_keys(seen: Opened):
    """A mouse is not needed."""
    page = seen.page
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("/")
    page.keyboard.type("support")
    found = seen.shown()
    page.keyboard.press("Escape")
    after = seen.shown()
    summary = page.locator("tbody tr").nth(0).locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    is_open = page.locator("tbody details[open]").count()
    page.locator("tbody tr").nth(1).locator("summary").focus()
    page.keyboard.press("ArrowUp")
    stays = page.evaluate("document.activeElement.textContent")

    assert "Skip to the services" == first
    assert ["support"] == found
    assert 3 == len(after)
    assert 1 == is_open
    assert "Details of billing in dev" == stays  # nothing to open stands above it


def test_arrows_go_from_cell_to_cell(chromium: Browser, tmp_path: Path):
    """A matrix of two dozen environments is crossed without a hundred tabs."""
    found = everything().environments[1].cells[0]
    cells = [
        Environment(name=name, api="twilio", condition="deployed", cells=(found,)) for name in ("a", "b", "c")
    ]
    path = tmp_path / "board.html"
    path.write_text(html(board(cells)), encoding="utf-8")

    with opened(chromium, path) as seen:
        seen.page.locator("summary").first.focus()
        seen.page.keyboard.press("ArrowRight")
        seen.page.keyboard.press("ArrowRight")

        assert "Details of support in c" == seen.page.evaluate("document.activeElement.textContent")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1320, "height": 900}, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing(chromium: Browser, page_file: Path, scheme: str, size: dict[str, int]):
    """Contrast, names, roles, order: in both themes, closed and open."""
    with opened(chromium, page_file, color_scheme=scheme, viewport=size) as seen:
        closed = seen.violations()
        for each in seen.page.locator("details:not([open]) > summary").all():
            if each.is_visible():
                each.click()
        opened_up = seen.violations()

        assert [] == closed
        assert [] == opened_up


def test_theme_is_chosen_and_kept(seen: Opened):
    """The system's, unless somebody says otherwise."""
    button = seen.page.locator("#theme")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = seen.page.evaluate(ground)
    button.click()
    button.click()

    assert "Theme: dark" == button.inner_text()
    assert light != seen.page.evaluate(ground)
    assert [] == seen.violations()


def test_phone_needs_no_sideways_scrolling(chromium: Browser, page_file: Path):
    """The matrix becomes a list, in which each cell says of which environment it is."""
    with opened(chromium, page_file, viewport=PHONE) as seen:
        widths = seen.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        labels = seen.page.locator("tbody tr").nth(0).locator(".label").all_inner_texts()

        assert widths[0] <= widths[1]
        assert ["dev", "stage", "prod"] == labels


def test_heads_stay_in_sight(chromium: Browser, tmp_path: Path):
    """Of two dozen environments and forty services one must still see which is which."""
    cells = tuple(Cell(name=f"service-{number}", status="same", sid=sid(number)) for number in range(40))
    many = [
        Environment(name=f"e{number}", api="twilio", condition="deployed", cells=cells)
        for number in range(24)
    ]
    path = tmp_path / "board.html"
    path.write_text(html(board(many)), encoding="utf-8")

    with opened(chromium, path) as seen:
        seen.page.evaluate("document.getElementById('matrix').scrollTo(3000, 3000)")
        box = seen.page.locator("#matrix").bounding_box()
        row = seen.page.locator("tbody tr").nth(30).locator("th").bounding_box()
        head = seen.page.locator("thead th").nth(11).bounding_box()

        assert box is not None
        assert row is not None
        assert head is not None
        assert box["x"] == pytest.approx(row["x"], abs=2)
        assert box["y"] == pytest.approx(head["y"], abs=2)


def test_print_shows_details_and_no_controls(seen: Opened):
    """Paper can't be clicked."""
    seen.page.emulate_media(media="print")
    seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    told = seen.page.get_by_text("its webhook differs in").is_visible()
    controls = [each.is_visible() for each in seen.page.get_by_role("button", include_hidden=True).all()]
    seen.page.evaluate("dispatchEvent(new Event('afterprint'))")

    assert told
    assert not any(controls)
    assert 0 == seen.page.locator("td details[open]").count()


def test_sid_is_copied(chromium: Browser, page_file: Path):
    """It is what one takes to the Console, or to a support request."""
    with opened(chromium, page_file, permissions=["clipboard-read", "clipboard-write"]) as seen:
        seen.page.get_by_role("button", name="Copy SID of support in dev").click()
        seen.page.get_by_text(f"copied {sid(1)}").wait_for(state="attached")

        assert sid(1) == seen.page.evaluate("navigator.clipboard.readText()")


def test_nothing_in_a_name_is_markup(chromium: Browser, tmp_path: Path):
    """Names come from files that others write, and from Twilio."""
    cell = Cell(name=HOSTILE, status="same", friendly_name=HOSTILE, sid=sid(1), pending=(HOSTILE,))
    environment = Environment(
        name="dev", api="twilio", condition="deployed", cells=(cell,), problems=(HOSTILE,)
    )
    path = tmp_path / "board.html"
    path.write_text(html(board([environment], [HOSTILE])), encoding="utf-8")

    with opened(chromium, path) as seen:
        title, names = seen.page.title(), seen.page.locator("tbody th").all_inner_texts()

        assert title.endswith(": environments at a glance")
        assert [HOSTILE] == names
        assert 1 == seen.page.locator("script").count()
        assert ([], [path.as_uri()]) == (seen.complaints, seen.asked)


@pytest.mark.parametrize(
    ("environments", "told"),
    [
        pytest.param([], "There is no environment yet", id="no stack file"),
        pytest.param(
            [Environment(name="dev", api="twilio", condition="never deployed")],
            "No service is declared or deployed in any environment.",
            id="an empty account",
        ),
    ],
)
def test_empty_board_says_so(chromium: Browser, tmp_path: Path, environments: list[Environment], told: str):
    """A page without a word looks broken."""
    path = tmp_path / "board.html"
    path.write_text(html(board(environments)), encoding="utf-8")

    with opened(chromium, path) as seen:
        assert seen.page.get_by_text(told).is_visible()
        assert seen.page.get_by_text("No run is in the history of any state.").is_visible()
        assert ([], []) == (seen.violations(), seen.complaints)


def test_service_is_one_row_whatever_environment_is_in_its_name():
    """Logical names often hold the environment's; two of one environment stay two."""

    def environment(name: str, *services: str) -> Environment:
        cells = tuple(Cell(name=each, status="same") for each in services)
        return Environment(name=name, api="twilio", condition="deployed", cells=cells)

    made = board(
        [environment("dev", "support-dev", "talk"), environment("prod", "support-prod", "talk", "talk-prod")]
    )

    def names(row: Row) -> tuple[str, ...]:
        return tuple(cell.name if cell else "" for cell in row.cells)

    assert [
        ("support-…", ("support-dev", "support-prod")),
        ("talk", ("talk", "talk")),
        ("talk-prod", ("", "talk-prod")),
    ] == [(row.name, names(row)) for row in made.rows]
