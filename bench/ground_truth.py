#!/usr/bin/env python3
"""Simulated against measured: vLLM on RTX PRO 6000, two models, request by request.

The measured runs are in `traces/vllm-ground-truth` of the shared folder; the simulation is told the
chip, model, engine, plan and limits of the run, and nothing that was measured but the requests.

Usage: ground_truth.py [SLUICE]. Prints a table; exits 1 where an error is beyond its bar; skips
where there is no shared folder ($SLUICE_SHARED, else beside this tree).
"""

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = {
    "llama-3.1-8b": ("Llama-3.1-8B", ["--chips", "1"]),
    "qwen3-30b-a3b": ("Qwen3-30B-A3B-Instruct-2507",
                      ["--chips", "2", "--plan", "tp1 ep2 attention_dp2"]),
}
ENGINE = ["--chip", "nvidia-rtx-pro-6000-server-96gb", "--engine", "vllm", "--format", "bf16",
          "--batched-tokens", "2048", "--max-sequences", "128", "--exact"]
BARS = {"TTFT": 12, "TPOT": 8, "end to end": 8}  # %


def figures(values):
    """Mean, p50, p90, p99."""
    values = sorted(values)

    def at(share):
        place = (len(values) - 1) * share
        low = int(place)
        high = min(low + 1, len(values) - 1)
        return values[low] + (values[high] - values[low]) * (place - low)

    return [statistics.mean(values), at(0.5), at(0.9), at(0.99)]


def measured(file):
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return {
        "TTFT": figures([r["first_token_ts"] - r["queued_ts"] for r in rows]),
        "TPOT": figures([(r["last_token_ts"] - r["first_token_ts"]) / (r["output_toks"] - 1)
                         for r in rows if r["output_toks"] > 1]),
        "end to end": figures([r["last_token_ts"] - r["queued_ts"] for r in rows]),
    }


def simulated(program, file, model, more):
    with tempfile.TemporaryDirectory() as room:
        out = Path(room, "requests.csv")
        done = subprocess.run([program, "simulate", "--model", model, "--trace", file,
                               "--per-request", out, *ENGINE, *more],
                              capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{model}: exit status {done.returncode}\n{done.stderr}")
        with open(out, newline="") as lines:
            rows = [r for r in csv.DictReader(lines) if r["rejected"] == "0"]
    return {
        "TTFT": figures([float(r["ttft_s"]) for r in rows]),
        "TPOT": figures([float(r["tpot_s"]) for r in rows if int(r["output_tokens"]) > 1]),
        "end to end": figures([float(r["latency_s"]) for r in rows]),
    }


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/release/sluice"
    shared = Path(os.environ.get("SLUICE_SHARED", ROOT.parent / "shared"))
    folder = shared / "traces/vllm-ground-truth"
    if not folder.is_dir():
        print(f"skip: no {folder}")
        return
    beyond = 0
    print(f"{'model':<14} {'of':<10} {'':<4} {'measured s':>10} {'simulated':>10} {'error %':>8}")
    for model, (name, more) in RUNS.items():
        file = folder / f"RTXPRO6000_{name}_requests.jsonl"
        real, made = measured(file), simulated(program, file, model, more)
        for what, bar in BARS.items():
            for label, a, b in zip(("mean", "p50", "p90", "p99"), real[what], made[what]):
                error = 100 * (b / a - 1)
                note = f"  beyond {bar} %" if abs(error) > bar else ""
                beyond += bool(note)
                print(f"{model:<14} {what:<10} {label:<4} {a:>10.4f} {b:>10.4f} {error:>+8.1f}{note}")
    sys.exit(beyond > 0)


if __name__ == "__main__":
    main()
