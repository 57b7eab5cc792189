"""All-pairs kappa and its jackknife intervals, beside a loop over scikit-learn's kappa on the same labels, in one run.

    .venv/bin/python benchmarks/agreement.py

CPU-seconds of one process each, with one BLAS thread, and its peak memory. The loop over pairs is timed on a sample of
pairs and scaled to all of them; the table says how many were run.
"""

import json
import os
import resource
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
SIZES = [(85, 200), (300, 2_000), (1_586, 200), (1_586, 20_000)]
PERSONAS = 20
MISSING_SHARE = 0.1
SEED = 20240717
SAMPLED_PAIRS = 400


def labels_of(annotators: int, items: int):
    import numpy as np

    rng = np.random.default_rng(SEED)
    truth = rng.integers(0, 2, items)
    labels = (truth ^ (rng.random((annotators, items)) < 0.2)).astype(np.int8)
    labels[rng.random(labels.shape) < MISSING_SHARE] = -1
    return labels


def pairs(annotators: int, items: int) -> dict:
    from analysis.stats.agreement import pairwise_kappa

    labels = labels_of(annotators, items)
    return timed(lambda: pairwise_kappa(labels, categories="AB"))


def intervals(annotators: int, items: int) -> dict:
    import numpy as np

    from analysis.stats.interval_matrix import pairwise_intervals
    from analysis.stats.sampling import Sampling

    personas, prompts = np.arange(items) * PERSONAS // items, np.arange(items) * 7 % PERSONAS
    sampling = Sampling(personas, prompts)
    labels = labels_of(annotators, items)
    return timed(lambda: pairwise_intervals(labels, categories="AB", sampling=sampling))


def loop(annotators: int, items: int) -> dict:
    """scikit-learn's kappa for a sample of the pairs, each on the items that both rated."""
    import numpy as np
    from sklearn.metrics import cohen_kappa_score

    from analysis.stats.agreement import pairwise_kappa

    labels = labels_of(annotators, items)
    every = ((a, b) for a in range(annotators) for b in range(a))
    sample = list(islice(every, SAMPLED_PAIRS))
    kappa = pairwise_kappa(labels, categories="AB").kappa
    found = []

    def run():
        for a, b in sample:
            both = (labels[a] >= 0) & (labels[b] >= 0)
            found.append(cohen_kappa_score(labels[a][both], labels[b][both]))

    result = timed(run)
    assert np.allclose(found, [kappa[a, b] for a, b in sample], atol=1e-12, equal_nan=True)
    result["seconds"] *= annotators * (annotators - 1) / 2 / len(sample)
    return result


def timed(work) -> dict:
    started = time.process_time()
    work()
    seconds = time.process_time() - started
    return {"seconds": seconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def in_own_process(what: str, annotators: int, items: int) -> dict:
    command = [sys.executable, __file__, what, str(annotators), str(items)]
    root = str(Path(__file__).resolve().parents[1])
    output = subprocess.run(
        command, env={**os.environ, **ONE_THREAD, "PYTHONPATH": root}, check=True, capture_output=True, text=True
    ).stdout
    return json.loads(output)


def main() -> None:
    print(f"load average {os.getloadavg()[0]:.1f}; CPU-seconds; the loop is scaled from {SAMPLED_PAIRS} pairs")
    print(
        "| annotators x items | all pairs | memory | with intervals | memory | scikit-learn loop | loop / all pairs |"
    )
    print("|---|---|---|---|---|---|---|")
    for annotators, items in SIZES:
        one, many, slow = (in_own_process(what, annotators, items) for what in ("pairs", "intervals", "loop"))
        print(
            f"| {annotators:,} x {items:,} | {one['seconds']:.4f} s | {one['megabytes']:,.0f} MB"
            f" | {many['seconds']:.2f} s | {many['megabytes']:,.0f} MB"
            f" | {slow['seconds']:,.0f} s | {slow['seconds'] / one['seconds']:,.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        work = {"pairs": pairs, "intervals": intervals, "loop": loop}[sys.argv[1]]
        print(json.dumps(work(int(sys.argv[2]), int(sys.argv[3]))))
    else:
        main()
