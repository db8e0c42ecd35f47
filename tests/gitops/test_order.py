"""The order of environments, changed in place."""

from __future__ import annotations

import pytest

from gitops.environments.order import with_stack, without_stack
from gitops.exits import GitopsError
from plain_yaml import load_text


@pytest.mark.parametrize(
    ("text", "beside", "expected"),
    [
        pytest.param(
            "- dev\n- stage\n- prod\n", "dev", "- dev\n- qa\n- stage\n- prod\n", id="behind the first"
        ),
        pytest.param(
            "- dev\n- stage\n- prod\n", "prod", "- dev\n- stage\n- qa\n- prod\n", id="before the last"
        ),
        pytest.param(
            "# all\n- dev # first\n\n- prod", "dev", "# all\n- dev # first\n- qa\n\n- prod", id="comments"
        ),
        pytest.param(
            "  - 'dev'\n  - prod\n", "dev", "  - 'dev'\n  - qa\n  - prod\n", id="indented, in quotes"
        ),
        pytest.param("- dev\n- prod-*\n", "prod-eu", "- dev\n- qa\n- prod-*\n", id="beside a pattern"),
        pytest.param("- dev", "dev", "- dev\n- qa\n", id="the only one"),
        pytest.param("- dev\n- q*\n", "dev", None, id="covered by a pattern"),
        pytest.param("- dev\n- qa\n", "dev", None, id="there already"),
    ],
)
def test_stack_is_given_its_place_and_nothing_else_changes(text: str, beside: str, expected: str | None):
    """What comes last, prod, stays last; comments and quotes are somebody's."""
    assert expected == with_stack(text, load_text(text), "qa", beside)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "# all\n- dev\n- qa # for a while\n# then\n- prod\n", "# all\n- dev\n# then\n- prod\n", id="line"
        ),
        pytest.param('- dev\n- "qa"\n', "- dev\n", id="in quotes"),
        pytest.param("- dev\n- q*\n", None, id="covered by a pattern only"),
    ],
)
def test_stack_loses_its_own_entry_and_no_pattern(text: str, expected: str | None):
    """A pattern is other stacks' place, too."""
    assert expected == without_stack(text, load_text(text), "qa")


@pytest.mark.parametrize("text", ["[dev, qa]\n", "- dev\n- &a qa\n"])
def test_order_that_is_no_list_of_lines_is_refused_and_left(text: str):
    """Better no change than a wrong one."""
    with pytest.raises(GitopsError, match=r"cannot be changed line by line, and nothing was changed\nhint: "):
        without_stack(text, load_text(text), "qa")
