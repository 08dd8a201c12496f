"""EASE as its author gives it, in NumPy on BLAS: the peer of the generator `ease`.

    python ease.py DATA_FOLDER [ridge]

Reads `train.txt.gz` and `test.txt.gz` (a line each: user item item …), fits on the products' side, ranks all items
with those of the training taken out, and prints one line of JSON: seconds of fitting, peak bytes, Recall@20, nDCG@20.
`inverse` is either `inv` (LU, as published) or `potri` (Cholesky, half the work).

Source: H. Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019.
"""

import gzip
import json
import resource
import sys
import time

import numpy as np
import scipy.sparse as sp
from scipy.linalg import lapack

K = 20
USERS_AT_ONCE = 1_000


def read(path):
    users, items = [], []
    with gzip.open(path, "rt") as lines:
        for line in lines:
            user, *its = map(int, line.split())
            users += [user] * len(its)
            items += its
    return np.array(users), np.array(items)


def matrix(pairs, shape):
    ones = np.ones(len(pairs[0]), np.float32)
    return sp.csr_matrix((ones, pairs), shape)


def fit(train, ridge, inverse):
    gram = np.asarray((train.T @ train).todense())
    gram[np.diag_indices_from(gram)] += ridge
    if inverse == "inv":
        inverted = np.linalg.inv(gram)
    else:
        factor, _ = lapack.spotrf(gram.T, lower=1, overwrite_a=1)
        inverted, _ = lapack.spotri(factor, lower=1, overwrite_c=1)
        inverted = np.tril(inverted) + np.tril(inverted, -1).T
    links = inverted / -np.diag(inverted)
    np.fill_diagonal(links, 0.0)
    return links


def judge(train, test, links):
    discounts = 1.0 / np.log2(np.arange(2, K + 2))
    ideals = np.cumsum(discounts)
    users = np.flatnonzero(np.diff(test.indptr))
    recalls, gains = [], []
    for start in range(0, len(users), USERS_AT_ONCE):
        some = users[start : start + USERS_AT_ONCE]
        scores = train[some] @ links
        scores[train[some].nonzero()] = -np.inf
        best = np.argpartition(-scores, K, axis=1)[:, :K]
        order = np.argsort(-np.take_along_axis(scores, best, 1), axis=1)
        best = np.take_along_axis(best, order, 1)
        truth = test[some].toarray()
        hits = np.take_along_axis(truth, best, 1)
        n_true = truth.sum(1).astype(int)
        recalls.append(hits.sum(1) / n_true)
        gains.append((hits * discounts).sum(1) / ideals[np.minimum(n_true, K) - 1])
    return float(np.concatenate(recalls).mean()), float(np.concatenate(gains).mean())


def main():
    folder = sys.argv[1]
    ridge = float(sys.argv[2]) if len(sys.argv) > 2 else 500.0
    train, test = (read(f"{folder}/{name}.txt.gz") for name in ("train", "test"))
    shape = tuple(1 + max(a.max(), b.max()) for a, b in zip(train, test))
    train, test = matrix(train, shape), matrix(test, shape)
    for inverse in ("inv", "potri"):
        started, cpu_started = time.perf_counter(), time.process_time()
        links = fit(train, ridge, inverse)
        seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        recall, ndcg = judge(train, test, links)
        row = {"inverse": inverse, "fit_seconds": seconds, "fit_cpu_seconds": cpu_seconds}
        print(json.dumps(row | {"peak_bytes": peak, "recall_20": recall, "ndcg_20": ndcg}))


main()
