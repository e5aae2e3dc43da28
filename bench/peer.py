#!/usr/bin/env python3
"""Asks a rule engine of general use the same 3A090 question as Sluice, and compares.

The peer is ZEN (PyPI zen-engine), a compiled engine for decision tables: the rules of 3A090.a, .b and
Note 2 as a table of six rows, first hit wins, called in process by the fastest of its Python calls
(precompiled content, batches of a thousand, which may use every core; one call each costs three times
as much). Same inputs, one after the other on the same machine; every answer must be the same.

Usage: bench/peer.py TIERS_PROGRAM [CHIPS]     (bench/run installs zen-engine into build/bench-venv)
"""

import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time

import zen

# First hit. Density is multiplied out, as the engine of Sluice does; ZEN computes in decimals too.
RULES = [
    ("tpp >= 4800", "3A090.a.1"),
    ("not marketed", "none"),  # Note 2
    ("tpp >= 1600 and tpp >= 5.92 * die_area", "3A090.a.2"),
    ("tpp >= 2400 and tpp >= 1.6 * die_area", "3A090.b.1"),
    ("tpp >= 1600 and tpp >= 3.2 * die_area", "3A090.b.2"),
    ("true", "none"),
]


def decision_table():
    rows = [{"_id": f"r{i}", "when": when, "tier": json.dumps(tier)}
            for i, (when, tier) in enumerate(RULES)]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": "when", "name": "when", "field": ""}],
        "outputs": [{"id": "tier", "name": "tier", "field": "tier"}],
        "rules": rows,
    }
    return {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode"},
            {"id": "table", "name": "3A090", "type": "decisionTableNode", "content": table},
            {"id": "out", "name": "out", "type": "outputNode"},
        ],
        "edges": [
            {"id": "e1", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "e2", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }


def main():
    program, chips = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "100000"
    content = zen.ZenDecisionContent(json.dumps(decision_table()))
    engine = zen.ZenEngine({"loader": lambda key: content})
    ours, theirs = [], []
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        for seed in ("1", "2", "3"):
            told = subprocess.run([program, file.name, chips, seed], check=True,
                                  capture_output=True, text=True)
            ours.append(float(told.stdout))
            with open(file.name, newline="") as rows:
                inputs = list(csv.DictReader(rows))
            questions = [{"key": "3A090", "context": {
                "tpp": float(row["tpp"]), "die_area": float(row["die_area"]),
                "marketed": row["marketed"] == "1"}} for row in inputs]
            answers = []
            start = time.perf_counter()
            for first in range(0, len(questions), 1000):
                answers += engine.evaluate_batch(questions[first:first + 1000])
            theirs.append(time.perf_counter() - start)
            answers = [answer["data"]["result"]["tier"] for answer in answers]
            wrong = [(row, answer) for row, answer in zip(inputs, answers) if row["tier"] != answer]
            if wrong:
                row, answer = wrong[0]
                sys.exit(f"{len(wrong)} answers differ, first: {row}, ZEN says {answer}")
    each = [1e6 * statistics.median(times) / int(chips) for times in (ours, theirs)]
    print("engine,what,chips,us_each")
    print(f"sluice,whole rulebook with reasons,{chips},{each[0]:.2f}")
    print(f"zen-engine,six rules of 3A090,{chips},{each[1]:.2f}")
    print(f"ratio,{each[1] / each[0]:.1f},identical answers,{3 * int(chips)}")


if __name__ == "__main__":
    main()
