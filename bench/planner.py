#!/usr/bin/env python3
"""Sluice and NVIDIA aiconfigurator asked for the same plan: how long, and what they answer.

Serving DeepSeek-V3 in FP8, 4,000 tokens in and 1,000 out, a token within 50 ms, the first within 5 s,
aggregated, SGLang. aiconfigurator looks measured kernels up in its tables; both run on one core.

Usage: planner.py SLUICE AICONFIGURATOR [--data DIR]. Prints gpus,who,seconds,tokens/s/gpu,plan lines.
"""

import json
import os
import re
import subprocess
import sys
import time

ASKED = {"input": 4000, "output": 1000, "ttft": 5.0, "tpot": 0.05}


def timed(command):
    start = time.perf_counter()
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{command[0]} ended with {run.returncode}:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return time.perf_counter() - start, run.stdout + run.stderr


def ours(program, data, gpus):
    seconds, said = timed([program, "perf", "--chip", "h200-sxm", "--model", "deepseek-v3",
                           "--engine", "sglang", "--chips", str(gpus), "--json", *data,
                           "--input", str(ASKED["input"]), "--output", str(ASKED["output"]),
                           "--slo-ttft", str(ASKED["ttft"]), "--slo-tpot", str(ASKED["tpot"])])
    answer = json.loads(said)
    best = answer["plans"][0]
    return seconds, answer["result"]["rate_per_chip"], f"{best['replicas']} x {best['plan']}"


def theirs(program, gpus):
    seconds, said = timed([program, "cli", "default", "--model-path", "deepseek-ai/DeepSeek-V3",
                           "--total-gpus", str(gpus), "--system", "h200_sxm", "--backend", "sglang",
                           "--isl", str(ASKED["input"]), "--osl", str(ASKED["output"]),
                           "--ttft", str(1e3 * ASKED["ttft"]), "--tpot", str(1e3 * ASKED["tpot"]),
                           "--serving-mode", "agg", "--no-color"])
    rate = re.search(r"Per-GPU Throughput:\s*([\d,.]+)", said)
    plan = re.search(r"\|\s*1\s*\|\s*sglang\s*\|.*?(tp\d\w+)", said)
    return seconds, float(rate[1].replace(",", "")), plan[1] if plan else "?"


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    sluice, peer, data = sys.argv[1], sys.argv[2], sys.argv[3:]
    print("gpus,who,seconds,tokens/s/gpu,plan")
    for gpus in (8, 32):
        for who, answer in (("sluice", ours(sluice, data, gpus)), ("aiconfigurator", theirs(peer, gpus))):
            print(f"{gpus},{who},{answer[0]:.3f},{answer[1]:.1f},{answer[2]}", flush=True)


if __name__ == "__main__":
    main()
