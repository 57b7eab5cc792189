"""Figures for a paper: SVG, PDF, the table behind each, its caption, and a methods paragraph.

All of it comes from the reports that the pages show. matplotlib is loaded by the drawing modules alone, so import them
where a figure is wanted and never from a page.
"""
