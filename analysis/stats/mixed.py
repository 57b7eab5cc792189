"""A crossed random-effects model of yes and no, fitted by Laplace's approximation: what varies, and by how much?

    logit P(y = 1) = fixed effect of the annotator + persona + prompt + question + rater + persona x annotator

Every component has one level in each row, or none; levels are normal with one standard deviation for each component.
The mode of the effects is found by penalised least squares, reweighted; the standard deviations and the fixed effects
minimise Laplace's approximation of the deviance, as lme4's ``glmer(nAGQ = 1)`` does.

A question is about one persona, and most levels belong to one persona too: itself, its raters, its annotators. Given
the others (the core: fixed effects, prompts, raters of several personas) personas are independent, so questions and
then personas are eliminated, and only the core costs its cube.
"""

from dataclasses import dataclass

import numpy as np

from analysis.stats.labels import FloatArray, IntArray

NONE = -1
"""Level of a row that has none of a component, as a model's answer has no rater."""
MOST_ROWS = 20_000
STEPS, HALVINGS, CLOSE_ENOUGH = 100, 20, 1e-10
LARGEST_SPREAD = 10.0
RIDGE = 1e-4
"""Prior precision of the fixed effects, a standard deviation of 100: an annotator who always agrees stays finite."""
FURTHEST = 15.0
OPTIONS = {"eps": 1e-5, "ftol": 1e-10, "gtol": 1e-4, "maxiter": 100}


@dataclass(frozen=True, eq=False)
class Rows:
    """What was observed.

    Attributes
    ----------
    outcomes : ndarray of shape (n_rows,)
        0 or 1, or the share of ones among several that count as one.
    fixed : integer array of shape (n_rows,)
        Which fixed effect a row has: its annotator.
    questions : integer array of shape (n_rows,)
    crossed : dict of name to integer array of shape (n_rows,)
        Levels of the other components, ``"persona"`` among them; :data:`NONE` for a row that has none.
    """

    outcomes: FloatArray
    fixed: IntArray
    questions: IntArray
    crossed: dict[str, IntArray]

    @property
    def is_too_large(self) -> bool:
        return self.outcomes.size > MOST_ROWS


@dataclass(frozen=True, eq=False)
class MixedFit:
    """The fitted model.

    Attributes
    ----------
    fixed : ndarray of shape (n_annotators,)
        Log-odds of an annotator where all random effects are 0.
    fixed_covariance : ndarray of shape (n_annotators, n_annotators)
        Given the standard deviations.
    spreads : dict of name to float
        Standard deviations of log-odds; the last is that of questions.
    effects : dict of name to ndarray
        Modes of the random effects of the crossed components.
    persona_variances : dict of (annotator, cell) to float
        Variance of fixed effect + persona + persona x annotator, given the standard deviations.
    deviance : float
    """

    fixed: FloatArray
    fixed_covariance: FloatArray
    spreads: dict[str, float]
    effects: dict[str, FloatArray]
    persona_variances: dict[tuple[int, int], float]
    deviance: float


def fit_mixed(rows: Rows) -> MixedFit:
    """Fit the model.

    Raises
    ------
    ValueError
        For no rows, or more than a page can wait for (``Rows.is_too_large``).

    Source: Breslow and Clayton 1993; Bates, Mächler, Bolker and Walker 2015.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> persona, question = np.repeat(np.arange(40), 50), np.arange(2000) // 5
    >>> odds = 1 + rng.normal(0, 1, 40)[persona]
    >>> yes = (rng.random(2000) < 1 / (1 + np.exp(-odds))).astype(float)
    >>> fit = fit_mixed(Rows(yes, np.zeros(2000, dtype=int), question, {"persona": persona}))
    >>> 0.7 < fit.spreads["persona"] < 1.3, fit.spreads["question"] < 0.4
    (True, True)
    """
    if not rows.outcomes.size:
        raise ValueError("there is nothing to fit")
    if rows.is_too_large:
        raise ValueError(f"{rows.outcomes.size:,} rows are too many to fit")
    from scipy import optimize  # takes longer to import than all else: only where a model is fitted

    system = _System(rows)
    n = len(system.names)
    bounds = [(0.0, LARGEST_SPREAD)] * n
    start = optimize.minimize(system.profiled, np.full(n, 0.7), method="L-BFGS-B", bounds=bounds, options=OPTIONS)
    fixed = system.mode(start.x, None).effects[: system.n_fixed]
    both = np.concatenate([start.x, np.clip(fixed, -FURTHEST, FURTHEST)])
    bounds += [(-FURTHEST, FURTHEST)] * len(fixed)
    found = optimize.minimize(system.deviance, both, method="L-BFGS-B", bounds=bounds, options=OPTIONS)
    return system.fit(found.x[:n], found.x[n:], float(found.fun))


@dataclass(frozen=True, eq=False)
class _State:
    """The mode: effects in units of their standard deviation, and the deviance there."""

    effects: FloatArray
    questions: FloatArray
    deviance: float


@dataclass(frozen=True, eq=False)
class _Equations:
    """Newton's equations without questions: a block for each persona, its border to the core, and the core.

    ``solved`` is the blocks' inverse times border (and, in its last column, right side); ``core`` and ``core_right``
    are what is left of the core when blocks are eliminated. The other three give back the questions.
    """

    blocks: FloatArray
    solved: FloatArray
    core: FloatArray
    core_right: FloatArray
    own: FloatArray
    own_right: FloatArray
    crossing: FloatArray


class _System:
    """The penalised equations of one data set; remembers the last mode to start the next search from."""

    def __init__(self, rows: Rows):
        self.rows = rows
        self.names = [*rows.crossed, "question"]
        levels = [rows.fixed, *rows.crossed.values()]
        sizes = [int(one.max()) + 1 for one in levels]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        self.n, self.n_fixed, self.n_questions = int(starts[-1]), sizes[0], int(rows.questions.max()) + 1
        self.starts = dict(zip(("fixed", *rows.crossed), starts[:-1].tolist(), strict=True))
        self.sizes = dict(zip(("fixed", *rows.crossed), sizes, strict=True))
        self.has = np.stack([one != NONE for one in levels], axis=1)
        self.columns = np.where(self.has, np.stack(levels, axis=1) + starts[:-1], 0)
        self.effects, self.questions = np.zeros(self.n), np.zeros(self.n_questions)
        self.penalty = np.where(np.arange(self.n) < self.n_fixed, RIDGE, 1.0)
        self._place_columns()
        self.cells = self._cell(self.columns[:, :, None], self.columns[:, None, :])
        self._pair_within_questions()

    def _place_columns(self) -> None:
        """Give each column its persona and place in that block, or a place in the core."""
        personas = np.broadcast_to(self.rows.crossed["persona"][:, None], self.columns.shape)[self.has]
        first, last = np.full(self.n, np.iinfo(np.int64).max), np.full(self.n, -1)
        np.minimum.at(first, self.columns[self.has], personas)
        np.maximum.at(last, self.columns[self.has], personas)
        self.in_core = (first != last) | (np.arange(self.n) < self.n_fixed)
        self.block = np.where(self.in_core, 0, last)
        nested = np.flatnonzero(~self.in_core)
        nested = nested[np.argsort(self.block[nested], kind="stable")]
        counts = np.bincount(self.block[nested], minlength=self.sizes["persona"])
        self.place = np.empty(self.n, dtype=np.int64)
        self.place[self.in_core] = np.arange(self.in_core.sum())
        self.place[nested] = np.arange(len(nested)) - np.repeat(np.cumsum(counts) - counts, counts)
        self.shape = (self.sizes["persona"], int(counts.max()), int(self.in_core.sum()))

    def _cell(self, first: IntArray, second: IntArray) -> IntArray:
        """Where the product of two columns is added up: in a block, a border, the core, or (mirrored) nowhere."""
        blocks, size, core = self.shape
        a, b = self.place[first], self.place[second]
        in_block = (self.block[first] * size + a) * size + b
        in_border = blocks * size * size + (self.block[first] * size + a) * core + b
        in_core = blocks * size * (size + core) + a * core + b
        nowhere = blocks * size * (size + core) + core * core
        nested = np.where(self.in_core[second], in_border, in_block)
        return np.where(self.in_core[first], np.where(self.in_core[second], in_core, nowhere), nested)

    def _pair_within_questions(self) -> None:
        """Find the different pairs of question and column, and all pairs of these with one question."""
        keys = self.rows.questions[:, None] * self.n + self.columns
        known, pairs = np.unique(keys[self.has], return_inverse=True)
        self.pair_of, self.pair_question, self.pair_column = pairs.reshape(-1), known // self.n, known % self.n
        starts = np.searchsorted(self.pair_question, np.arange(self.n_questions + 1))
        times = np.diff(starts)[self.pair_question]
        self.first = np.repeat(np.arange(len(known)), times)
        offsets = np.arange(len(self.first)) - np.repeat(np.cumsum(times) - times, times)
        self.second = starts[self.pair_question[self.first]] + offsets
        self.cells_within = self._cell(self.pair_column[self.first], self.pair_column[self.second])

    def profiled(self, spreads: FloatArray) -> float:
        """The deviance at the joint mode of fixed and random effects."""
        return self.mode(spreads, None).deviance

    def deviance(self, both: FloatArray) -> float:
        n = len(self.names)
        return self.mode(both[:n], both[n:]).deviance

    def mode(self, spreads: FloatArray, fixed: FloatArray | None) -> _State:
        """Find the mode of the random effects, and of the fixed ones where they are not given."""
        effects, questions = self.effects.copy(), self.questions.copy()
        if fixed is not None:
            effects[: self.n_fixed] = fixed
        loss = self._loss(effects, questions, spreads)
        for _ in range(STEPS):
            equations = self._equations(effects, questions, spreads)
            step, question_step = self._step(equations, is_given=fixed is not None)
            size, new = 1.0, loss
            for _ in range(HALVINGS):
                new = self._loss(effects + size * step, questions + size * question_step, spreads)
                if new <= loss + CLOSE_ENOUGH:
                    break
                size /= 2
            effects, questions = effects + size * step, questions + size * question_step
            is_done, loss = abs(loss - new) < CLOSE_ENOUGH * (abs(new) + 1), new
            if is_done:
                break
        self.effects, self.questions = effects, questions
        return _State(effects, questions, loss + self._log_det(self._equations(effects, questions, spreads)))

    def fit(self, spreads: FloatArray, fixed: FloatArray, deviance: float) -> MixedFit:
        state = self.mode(spreads, fixed)
        scale = np.repeat([1.0, *spreads[:-1]], list(self.sizes.values()))
        equations = self._equations(state.effects, state.questions, spreads)
        covariance = np.linalg.inv(equations.core).astype(np.float64, copy=False)
        effects = {
            name: (scale * state.effects)[start : start + self.sizes[name]]
            for name, start in list(self.starts.items())[1:]
        }
        return MixedFit(
            fixed,
            covariance[: self.n_fixed, : self.n_fixed],
            {name: float(spread) for name, spread in zip(self.names, spreads, strict=True)},
            effects,
            self._persona_variances(equations, covariance, scale),
            deviance,
        )

    def _persona_variances(
        self, equations: _Equations, covariance: FloatArray, scale: FloatArray
    ) -> dict[tuple[int, int], float]:
        if "cell" not in self.rows.crossed:
            return {}
        keys = np.unique(np.stack([self.rows.fixed, *(self.rows.crossed[k] for k in ("persona", "cell"))]), axis=1)
        inverses, found = np.linalg.inv(equations.blocks), {}
        for annotator, persona, cell in keys.T.tolist():
            columns = [self.starts["persona"] + persona, self.starts["cell"] + cell]
            nested, core = np.zeros(self.shape[1]), np.zeros(self.shape[2])
            nested[self.place[columns]] = scale[columns]
            core[annotator] = 1
            core -= equations.solved[persona, :, :-1].T @ nested
            found[annotator, cell] = float(nested @ inverses[persona] @ nested + core @ covariance @ core)
        return found

    def _values(self, spreads: FloatArray) -> FloatArray:
        """What a unit of each column adds to a row's log-odds."""
        return np.asarray(self.has * np.concatenate([[1.0], spreads[:-1]]))

    def _log_odds(self, effects: FloatArray, questions: FloatArray, spreads: FloatArray) -> FloatArray:
        crossed = (self._values(spreads) * effects[self.columns]).sum(axis=1)
        return np.asarray(crossed + spreads[-1] * questions[self.rows.questions])

    def _loss(self, effects: FloatArray, questions: FloatArray, spreads: FloatArray) -> float:
        """Minus twice the log-likelihood, and the penalty of the effects."""
        log_odds, y = self._log_odds(effects, questions, spreads), self.rows.outcomes
        fit = 2 * (np.logaddexp(0, log_odds) - y * log_odds).sum()
        return float(fit + (self.penalty * effects**2).sum() + (questions**2).sum())

    def _equations(self, effects: FloatArray, questions: FloatArray, spreads: FloatArray) -> _Equations:
        p = 1 / (1 + np.exp(-self._log_odds(effects, questions, spreads)))
        weights, residuals, values = p * (1 - p), self.rows.outcomes - p, self._values(spreads)
        weighted = weights[:, None] * values
        own = spreads[-1] ** 2 * _sums(self.rows.questions, weights, self.n_questions) + 1
        own_right = spreads[-1] * _sums(self.rows.questions, residuals, self.n_questions) - questions
        crossing = spreads[-1] * _sums(self.pair_of, weighted[self.has], len(self.pair_column))
        right = _sums(self.columns.ravel(), (residuals[:, None] * values).ravel(), self.n)
        right -= self.penalty * effects
        right -= _sums(self.pair_column, crossing * (own_right / own)[self.pair_question], self.n)
        taken = crossing[self.first] * crossing[self.second] / own[self.pair_question[self.first]]
        return self._eliminated(
            (weighted[:, :, None] * values[:, None, :]).ravel(), taken, right, own, own_right, crossing
        )

    def _eliminated(
        self,
        products: FloatArray,
        taken: FloatArray,
        right: FloatArray,
        own: FloatArray,
        own_right: FloatArray,
        crossing: FloatArray,
    ) -> _Equations:
        """Add up blocks, borders and core, and eliminate the blocks."""
        blocks, size, core = self.shape
        ends = np.cumsum([blocks * size * size, blocks * size * core, core * core])
        flat = _sums(self.cells.ravel(), products, ends[-1] + 1)
        flat -= _sums(self.cells_within, taken, ends[-1] + 1)
        in_blocks = flat[: ends[0]].reshape(blocks, size, size)
        diagonal = np.ones((blocks, size))  # of the penalty; also where a block is smaller than the largest
        in_blocks[:, np.arange(size), np.arange(size)] += diagonal
        border = flat[ends[0] : ends[1]].reshape(blocks, size, core)
        in_core = flat[ends[1] : ends[2]].reshape(core, core) + np.diag(self.penalty[self.in_core])
        nested = np.zeros((blocks, size))
        nested[self.block[~self.in_core], self.place[~self.in_core]] = right[~self.in_core]
        solved = np.linalg.solve(in_blocks, np.concatenate([border, nested[:, :, None]], axis=2))
        left = np.tensordot(border, solved, axes=([0, 1], [0, 1]))
        return _Equations(
            in_blocks, solved, in_core - left[:, :-1], right[self.in_core] - left[:, -1], own, own_right, crossing
        )

    def _log_det(self, equations: _Equations) -> float:
        """Of the random effects' matrix."""
        core = equations.core[self.n_fixed :, self.n_fixed :]
        blocks = np.linalg.slogdet(equations.blocks)[1].sum()
        return float(blocks + np.linalg.slogdet(core)[1] + np.log(equations.own).sum())

    def _step(self, equations: _Equations, *, is_given: bool) -> tuple[FloatArray, FloatArray]:
        """Newton's step of the effects and of the questions'."""
        start = self.n_fixed if is_given else 0
        core = np.zeros(self.shape[2])
        core[start:] = np.linalg.solve(equations.core[start:, start:], equations.core_right[start:])
        nested = equations.solved[:, :, -1] - equations.solved[:, :, :-1] @ core
        step = np.where(self.in_core, 0.0, nested[self.block, np.minimum(self.place, self.shape[1] - 1)])
        step[self.in_core] = core
        moved = _sums(self.pair_question, equations.crossing * step[self.pair_column], self.n_questions)
        return step, (equations.own_right - moved) / equations.own


def _sums(places: IntArray, values: FloatArray, n: int) -> FloatArray:
    """Add up values by place, of which there are n."""
    return np.bincount(places, values, n).astype(np.float64, copy=False)
