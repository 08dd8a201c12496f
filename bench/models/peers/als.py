"""Trains a peer's alternating least squares, and says how long each sweep took.

The objective is that of Hu, Koren and Volinsky: what stands `n` times has the confidence `1 + alpha * n`,
everything else 1. Prints `{"seconds": [...]}` and leaves the vectors of both sides in the files `rows` and
`columns` of the folder, row after row as 32-bit floats.
"""

import argparse
import json
import time
from pathlib import Path

import numpy
import scipy.sparse


def counts(path):
    rows, columns = [], []
    with open(path) as lines:
        for line in lines:
            user, *items = map(int, line.split())
            rows += [user] * len(items)
            columns += items
    ones = numpy.ones(len(rows), dtype=numpy.float32)
    matrix = scipy.sparse.csr_matrix((ones, (rows, columns)))
    matrix.sum_duplicates()
    return matrix


def train_implicit(matrix, args):
    from implicit.cpu.als import AlternatingLeastSquares

    confidence = matrix.copy()
    confidence.data = 1 + args.alpha * confidence.data
    model = AlternatingLeastSquares(
        factors=args.factors,
        regularization=args.regularization,
        alpha=1.0,
        iterations=args.sweeps,
        use_cg=True,
        num_threads=args.threads,
        random_state=1,
    )
    model.cg_steps = args.steps
    seconds = []
    model.fit(confidence, show_progress=False, callback=lambda _, spent, __: seconds.append(spent))
    return model.user_factors, model.item_factors, seconds


def train_irspack(matrix, args):
    from irspack import IALSRecommender

    confidence = matrix.copy()
    confidence.data = args.alpha * confidence.data
    model = IALSRecommender(
        confidence,
        n_components=args.factors,
        alpha0=1.0,
        reg=args.regularization,
        nu=0.0,
        solver_type="CG",
        max_cg_steps=args.steps,
        loss_type="ORIGINAL",
        random_seed=1,
        n_threads=args.threads,
        train_epochs=args.sweeps,
    )
    trainer = model._create_trainer()
    seconds = []
    for _ in range(args.sweeps):
        start = time.perf_counter()
        trainer.run_epoch()
        seconds.append(time.perf_counter() - start)
    return trainer.core_trainer.user, trainer.core_trainer.item, seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=["implicit", "irspack"])
    parser.add_argument("lines")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--factors", type=int, required=True)
    parser.add_argument("--sweeps", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--alpha", type=float, required=True)
    parser.add_argument("--regularization", type=float, required=True)
    parser.add_argument("--steps", type=int, required=True)
    args = parser.parse_args()
    train = {"implicit": train_implicit, "irspack": train_irspack}[args.peer]
    rows, columns, seconds = train(counts(args.lines), args)
    for name, vectors in (("rows", rows), ("columns", columns)):
        numpy.ascontiguousarray(vectors, dtype="<f4").tofile(args.folder / name)
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
