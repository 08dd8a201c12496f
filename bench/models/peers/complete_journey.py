"""Writes households and products of Complete Journey as lines of `user item item ...`.

An item stands in a line as often as the household bought it.
"""

import sys
from pathlib import Path

import pandas

source, target = Path(sys.argv[1]), Path(sys.argv[2])
rows = pandas.read_parquet(source / "transactions.parquet", columns=["household_id", "product_id"])
rows["user"] = rows["household_id"].rank(method="dense").astype(int) - 1
rows["item"] = rows["product_id"].rank(method="dense").astype(int) - 1
with target.open("w") as lines:
    for user, items in rows.groupby("user")["item"]:
        lines.write(f"{user} {' '.join(map(str, items))}\n")
