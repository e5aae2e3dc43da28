"""Transcripts in Markdown: commands and the output they give, byte for byte.

    ```toml deal.toml          a file that the commands can read
    ```console
    $ sluice check deal.toml   a command; a line that ends in `\\` goes on in the next
    …                          its standard output, then its standard error
    [exit 1]                   its exit status, where that is not 0

In expected output a line `[…]` stands for any number of lines, and `«…»` inside a line for any text.
"""

import difflib
import os
import re
import subprocess
from dataclasses import dataclass, field

LIMIT = 120  # seconds for one command
LINES, TEXT = "[…]", "«…»"


@dataclass
class Command:
    text: str
    begin: int  # expected output: lines [begin, end) of the document
    end: int
    expected: list = field(default_factory=list)

    @property
    def loose(self):
        return any(line == LINES or TEXT in line for line in self.expected)


def blocks(lines):
    """(info string, first line, end) of every fenced block."""
    fence, info, begin = None, "", 0
    for at, line in enumerate(lines):
        match = re.match(r"(`{3,})\s*([^`]*)$", line)
        if fence is None and match:
            fence, info, begin = match[1], match[2].strip(), at + 1
        elif fence is not None and match and not match[2] and len(match[1]) >= len(fence):
            yield info, begin, at
            fence = None


def commands(lines, begin, end):
    found, at = [], begin
    while at < end:
        if not lines[at].startswith("$ "):
            at += 1
            continue
        text = lines[at][2:]
        at += 1
        while text.endswith("\\") and at < end:
            text += "\n" + lines[at]
            at += 1
        first = at
        while at < end and not lines[at].startswith("$ "):
            at += 1
        found.append(Command(text, first, at, lines[first:at]))
    return found


def matches(expected, actual):
    if expected == actual:
        return True
    pattern = ""
    for line in expected:
        if line == LINES:
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(re.escape(part) for part in line.split(TEXT)) + r"\n"
    return re.fullmatch(pattern, "".join(line + "\n" for line in actual)) is not None


def run(command, directory, path):
    """The lines that the command prints, standard error last, and its exit status when not 0."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SLUICE_")}
    environment.update(PATH=f"{path}:{environment['PATH']}", LC_ALL="C.UTF-8", HOME="/nonexistent")
    try:
        done = subprocess.run(["sh", "-c", command], cwd=directory, env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT)
        status, out, err = done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired as late:
        status, out, err = f"none after {LIMIT} s", late.stdout or b"", late.stderr or b""
    lines = []
    for stream in (out, err):
        # Split at line feeds alone: other line ends belong to the output.
        text = stream.decode(errors="backslashreplace")
        lines += text.removesuffix("\n").split("\n") if text else []
    return lines + ([f"[exit {status}]"] if status != 0 else [])


def diff(command, actual):
    lines = difflib.unified_diff(command.expected, actual, "expected", "got", lineterm="", n=3)
    return "\n".join([f"$ {command.text}", *lines])


def rewritten(lines, changes):
    """The document with the output of each (command, lines) replaced."""
    lines = list(lines)
    for command, actual in sorted(changes, key=lambda change: -change[0].begin):
        lines[command.begin:command.end] = actual
    return lines
