"""pass@k: the chance that at least one of k answers is right, from n answers of which c were."""

from math import comb


def pass_at_k(n: int, c: int, k: int) -> float:
    """Return the unbiased estimate ``1 - C(n - c, k) / C(n, k)``.

    Parameters
    ----------
    n : int
        Answers drawn.
    c : int
        Of them right, 0 to n.
    k : int
        Number of answers drawn, 1 to n.

    Returns
    -------
    float
        0 to 1, rising in k. The plug-in ``1 - (1 - c/n)**k`` is biased and not used.

    Raises
    ------
    ValueError
        Where the numbers are not as above; with k above n there is no estimate.

    Source: Chen et al. 2021 (arXiv 2107.03374), §2.1.

    Examples
    --------
    >>> round(pass_at_k(n=10, c=3, k=5), 6)
    0.916667
    """
    if not (0 <= c <= n and 1 <= k <= n):
        raise ValueError(f"pass@k needs 0 <= c <= n and 1 <= k <= n, not n={n}, c={c}, k={k}")
    return 1 - comb(n - c, k) / comb(n, k)
