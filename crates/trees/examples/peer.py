"""LightGBM on what the example `speed` left in a folder: python peer.py FOLDER [THREADS]"""

import sys
import time

import lightgbm
import numpy

FEATURES, LIST = 60, 100


def read(folder, name):
    values = numpy.fromfile(f"{folder}/{name}.values", "<f4").reshape(-1, FEATURES)
    return values, numpy.fromfile(f"{folder}/{name}.grades", "u1").astype("i4")


def ndcg(grades, scores, k=10):
    gains = (2.0**grades - 1).reshape(-1, LIST)
    discounts = 1 / numpy.log2(numpy.arange(k) + 2)
    order = numpy.argsort(-scores.reshape(-1, LIST), axis=1, kind="stable")[:, :k]
    found = (numpy.take_along_axis(gains, order, 1) * discounts).sum(1)
    best = (-numpy.sort(-gains, axis=1)[:, :k] * discounts).sum(1)
    return (found[best > 0] / best[best > 0]).mean()


folder, threads = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2
values, grades = read(folder, "train")
parameters = {
    "objective": "lambdarank",
    "num_leaves": 63,
    "learning_rate": 0.1,
    "lambdarank_truncation_level": 30,
    "min_data_in_leaf": 20,
    "min_sum_hessian_in_leaf": 1e-3,
    "max_bin": 255,
    "num_threads": threads,
    "verbosity": -1,
    "deterministic": True,
}
start = time.time()
data = lightgbm.Dataset(values, grades, group=[LIST] * (len(grades) // LIST), params=parameters)
data.construct()
print(f"binning: {time.time() - start:.2f} s")
for layout in ["force_col_wise", "force_row_wise"]:
    start, start_cpu = time.time(), time.process_time()
    model = lightgbm.train({**parameters, layout: True}, data, 100)
    took, cpu = time.time() - start, time.process_time() - start_cpu
    values_test, grades_test = read(folder, "test")
    print(f"{layout}: {took:.2f} s, {cpu:.2f} s of processor, nDCG@10 {ndcg(grades_test, model.predict(values_test)):.5f}")
