"""Reports as Markdown: for a comment on a pull request, an issue, a job's summary.

Names of resources and texts of others stand as code or as plain words, so that none of them can write Markdown of its
own, link to anything or mention anybody.
"""

from __future__ import annotations

from gitops.markdown.comment import MAX_CHARACTERS, comment
from gitops.markdown.section import section
from gitops.markdown.texts import escaped, quoted

__all__ = ["MAX_CHARACTERS", "comment", "escaped", "quoted", "section"]
