"""Draw the comment of a pull request as GitHub shows it, from reports: how `comment.png` is made.

python docs/images/draw_comment.py REPORTS comment.html
chromium --headless --window-size=960,1240 --screenshot=docs/images/comment.png comment.html
"""

from __future__ import annotations

import sys
from pathlib import Path

from markdown_it import MarkdownIt

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from gitops.markdown import comment
from gitops.report import Report
from tools.stack_files import stacks_in_order

STYLE = """
body { font: 14px/1.5 "Segoe UI", Helvetica, Arial, sans-serif; color: #1f2328; margin: 0; padding: 16px 20px }
body > div { border: 1px solid #d0d7de; border-radius: 6px; padding: 4px 18px 10px }
h2 { font-size: 20px; border-bottom: 1px solid #d8dee4; padding-bottom: 6px }
h3 { font-size: 16px; margin: 18px 0 8px }
code { font: 12px "DejaVu Sans Mono", monospace; background: #eff1f3; border-radius: 5px; padding: 2px 5px }
table { border-collapse: collapse }
td, th { border: 1px solid #d0d7de; padding: 5px 12px }
th { background: #f6f8fa }
ul { padding-left: 24px; margin: 6px 0 }
p { margin: 8px 0 }
"""


def main() -> None:
    """Write the page."""
    reports, target = (Path(each) for each in sys.argv[1:3])
    order = stacks_in_order()
    found = sorted(Report.read_all(reports), key=lambda report: order.index(report.stack))
    text = comment(found, "Preview of the environments")
    body = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    page = f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><div>{body}</div>"
    target.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
