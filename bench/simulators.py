#!/usr/bin/env python3
"""Sluice and NVIDIA AISimulate replay the same requests: time, memory, answers.

Llama-3.1 in BF16 on H100, vLLM: 8B on one GPU, 70B on four. Both read one Mooncake file, no two
prompts of which begin alike, on one core. AISimulate's own clock leaves out its start, 2 to 3 s.

Usage: simulators.py [SLUICE [AISIMULATE]] [--trace CSV] [--requests N] [--rate R] [--data DIR]
CSV is ours or Azure's; else chat traffic of seed 1. Columns stand two blanks apart."""

import argparse
import csv
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CASES = (("llama-3.1-8b", "Meta-Llama-3.1-8B", 1), ("llama-3.1-70b", "Meta-Llama-3.1-70B", 4))
TOKENS, SEQUENCES, BLOCK = 8192, 256, 512
AT = ("mean", "p50", "p90", "p99")

ASKED = """\
traffic:
  source: {{type: trace, format: mooncake, paths: [{trace}], block_size: {block}}}
  load: {{type: trace_timestamps}}
engine:
  mode: aggregated
  model: meta-llama/{model}
  hardware: h100_sxm
  backend: vllm
  backend_version: "0.24.0"
  workers:
    aggregated:
      parallelism: {{replicas: 1, tensor: {chips}}}
      scheduler: {{max_batched_tokens: {tokens}, max_sequences: {sequences}}}
      kv_cache: {{block_size: 16}}
"""


def timed(command):
    """Wall seconds, peak memory in MB, standard output; in a file, so that no pipe fills."""
    with tempfile.TemporaryFile("w+") as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        if status != 0:
            sys.exit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}")
        out.seek(0)
        return wall, used.ru_maxrss / 1024, out.read()


def requests(path):
    """(arrival in s, prompt, answer) of each row, one at a time."""
    first = None
    with open(path, newline="", encoding="utf-8-sig") as rows:
        for row in csv.DictReader(rows):
            if "arrival_s" in row:
                yield float(row["arrival_s"]), int(row["input_tokens"]), int(row["output_tokens"])
            else:
                at = datetime.datetime.fromisoformat(row["TIMESTAMP"][:26]).timestamp()
                first = at if first is None else first
                yield at - first, int(row["ContextTokens"]), int(row["GeneratedTokens"])


def lay(rows, most, path):
    """Writes Mooncake lines; every block has a number of its own, so no cache can help."""
    count = block = 0
    with open(path, "w") as out:
        for at, prompt, answer in rows:
            if count == most:
                break
            blocks = -(-prompt // BLOCK)
            out.write(json.dumps({"timestamp": round(1e3 * at, 3), "input_length": prompt,
                                  "output_length": answer,
                                  "hash_ids": list(range(block, block + blocks))}) + "\n")
            count, block = count + 1, block + blocks
    return count


def ours(program, data, trace, model, chips):
    wall, memory, said = timed([program, "simulate", "--chip", "h100-sxm", "--model", model,
                                "--chips", str(chips), "--replicas", "1", "--plan", f"tp{chips}",
                                "--engine", "vllm", "--format", "bf16", "--exact",
                                "--batched-tokens", str(TOKENS), "--max-sequences", str(SEQUENCES),
                                "--trace", trace, "--json", *data])
    answer = json.loads(said)
    found = {"answered": answer["service"]["answered"], "wall": wall, "memory": memory,
             "rate": answer["service"]["answered"] / wall}
    for name, of in (("TTFT", "time to first token"), ("TPOT", "time per output token")):
        of = next(line for line in answer["latency"] if line["of"] == of)
        found |= {f"{name} {at}": 1e3 * of[at] for at in AT}
    return found


def theirs(program, room, trace, model, chips):
    asked = Path(room, "asked.yaml")
    asked.write_text(ASKED.format(trace=trace, model=model, chips=chips, tokens=TOKENS,
                                  sequences=SEQUENCES, block=BLOCK))
    wall, memory, said = timed([program, "predict", "--config", asked, "--format", "json",
                                "--overwrite", "--output-dir", Path(room, "answer")])
    answer = json.loads(said.splitlines()[-1])
    found = {"answered": answer["completed_requests"], "wall": wall, "memory": memory,
             "rate": answer["completed_requests"] / wall, "own": answer["wall_time_ms"] / 1e3}
    for name in ("TTFT", "TPOT"):
        for at in AT:
            found[f"{name} {at}"] = answer[f"{at.replace('p50', 'median')}_{name.lower()}_ms"]
    return found


def table(model, chips, count, us, them):
    print(f"\n{model} on {chips} H100, {count} requests")
    print(f"{'what':<30}  {'unit':<6}  {'sluice':>12}  {'aisimulate':>12}  {'theirs/ours':>11}")
    for what, unit, key in (("requests answered", "1", "answered"), ("wall time", "s", "wall"),
                            ("wall time, by its own clock", "s", "own"),
                            ("peak memory", "MB", "memory"), ("simulated", "1/s", "rate"),
                            *((f"{of} {at}", "ms", f"{of} {at}") for of in ("TTFT", "TPOT")
                              for at in AT)):
        left, right = us.get(key), them[key]
        shown, ratio = (f"{left:.3f}", f"{right / left:.3g}") if left else ("-", "-")
        print(f"{what:<30}  {unit:<6}  {shown:>12}  {right:>12.3f}  {ratio:>11}", flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("sluice", nargs="?", default="build/release/sluice")
    options.add_argument("aisimulate", nargs="?", default="aisimulate")
    for name, kind, default in (("trace", str, None), ("data", str, None), ("rate", float, 5),
                                ("requests", int, 20000)):
        options.add_argument("--" + name, type=kind, default=default)
    wanted = options.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    data = ["--data", wanted.data] if wanted.data else []
    with tempfile.TemporaryDirectory() as room:
        source, trace = wanted.trace or Path(room, "made.csv"), Path(room, "trace.jsonl")
        if not wanted.trace:
            timed([wanted.sluice, "trace", "make", "--lengths", "chat", "--rate", str(wanted.rate),
                   "--requests", str(wanted.requests), "--seed", "1", "--out", source, *data])
        count = lay(requests(source), wanted.requests, trace)
        for model, name, chips in CASES:
            table(model, chips, count, ours(wanted.sluice, data, trace, model, chips),
                  theirs(wanted.aisimulate, room, trace, name, chips))


if __name__ == "__main__":
    main()
