"""What the upload pages of all apps have in common."""

from __future__ import annotations

from files.reading import UnreadableFile


def problem_context(error: UnreadableFile) -> dict:
    """Return what researcher/_problem_list.html shows."""
    return {
        "problems": error.problems,
        "problem_count": error.total,
        "left_out": error.left_out,
        "stopped": error.stopped,
    }
