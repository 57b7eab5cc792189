"""Figures as plotly draws them: plain dicts from reports, pure; the same on a page and in a file."""
