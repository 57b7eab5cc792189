"""Agreement statistics: integer arrays in, frozen dataclasses out; no Django, no clock, no hidden randomness.

The letters used in every module:

* ``labels``: integers of shape ``(n_raters, n_items)``; an entry is a position in ``categories``, and
  ``MISSING`` (-1) where the rater gave no label to the item.
* ``categories``: the labels a question offers, from the caller and never from the data, so that a category
  which nobody used still counts.
* ``clusters``: integers of shape ``(n_items,)``; items with the same number belong together (a persona) and are
  left out together by the jackknife.

What cannot be computed is ``nan`` together with an :class:`~analysis.stats.undefined.Undefined` reason.
"""
