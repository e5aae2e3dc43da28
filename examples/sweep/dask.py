"""Runs the shards of a sweep on the workers of a Dask cluster that share a file system.

python3 examples/sweep/dask.py SCHEDULER:8786 grid.toml 16
"""

import subprocess
import sys

from dask.distributed import Client


def shard(file, number, of):
    out = f"{file}.{number}.csv"
    subprocess.run(["sluice", "sweep", file, "--shard", f"{number}/{of}", "--threads", "1",
                    "--out", out], check=True)
    return out


address, file, of = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Client(address) as client:
    parts = client.gather(client.map(lambda n: shard(file, n, of), range(1, of + 1)))
merge = [word for part in parts for word in ("--merge", part)]
subprocess.run(["sluice", "sweep", file, *merge, "--out", f"{file}.csv"], check=True)
