#!/usr/bin/env python3
"""Reads the ordinary files of a corpus with m365-extract and with Python's markitdown, and compares the times.

    python beside_markitdown.py PROGRAM CORPUS [--least RATIO]

PROGRAM is m365-extract, built with --release; CORPUS holds `files/` and `manifest.json`; markitdown[all] comes from
PyPI. Only files that both read are compared, in two ways. `warm`: markitdown runs in this process, loaded and warm,
while each of our files still pays for a process of its own. `program`: both are started for the file, as at a prompt;
one file of each format, that of the median size. Prints milliseconds per file and how many times faster we are, and our
largest peak of memory; fails where a format is less than RATIO times faster, program beside program.
"""

import argparse
import collections
import json
import logging
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

# How often both read each file; the fastest reading counts, since other work on the machine only slows.
ROUNDS = 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--least", type=float, default=0.0, help="the least ratio, e.g. 10")
    options = parser.parse_args()
    manifest = json.loads((options.corpus / "manifest.json").read_text())["files"]
    formats = {file["file"]: file["format"] for file in manifest if not file.get("hostile")}
    files = [options.corpus / "files" / name for name in sorted(formats)]
    warm, reference = ours(options.program, files), theirs(files)
    groups = collections.defaultdict(list)
    for file in files:
        if file.name in warm and file.name in reference:
            groups[formats[file.name]].append(file)
    slow = report(options, groups, warm, reference)
    unread = sorted(reference.keys() - warm.keys())
    if unread:
        print(f"read by markitdown alone: {', '.join(unread)}")
    if slow:
        print(f"less than {options.least:g} times faster: {', '.join(slow)}", file=sys.stderr)
    return 1 if slow else 0


def ours(program: str, files: list[pathlib.Path]) -> dict[str, dict]:
    """Reads the files one after another, each in a process of its own as in a server."""
    runs: dict[str, dict] = {}
    for file in files * ROUNDS:
        with tempfile.TemporaryDirectory() as results:
            subprocess.run([program, "--results", results, file], check=False)
            run = json.loads((pathlib.Path(results) / "_run.json").read_text())[file.name]
        if run["outcome"] == "ok" and run["ms"] <= runs.get(file.name, run)["ms"]:
            runs[file.name] = run
    return runs


def theirs(files: list[pathlib.Path]) -> dict[str, float]:
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    from markitdown import MarkItDown

    converter, times = MarkItDown(), {}
    for file in files * ROUNDS:
        start = time.perf_counter()
        try:
            converter.convert(file)
        except Exception:  # its converters raise what their libraries raise
            continue
        took = (time.perf_counter() - start) * 1000
        times[file.name] = min(took, times.get(file.name, took))
    return times


def report(options: argparse.Namespace, groups: dict, warm: dict[str, dict], reference: dict[str, float]) -> list[str]:
    """Prints a line for each format, and returns those that are too slow."""
    print("format    files | warm: ours  theirs  ratio | program: ours  theirs  ratio | our peak MB")
    slow = []
    for format, files in sorted(groups.items()):
        here, there = mean([warm[file.name]["ms"] for file in files]), mean([reference[file.name] for file in files])
        median = sorted(files, key=lambda file: file.stat().st_size)[len(files) // 2]
        us, them = started([options.program, median]), started([sys.executable, "-m", "markitdown", median])
        peak = max(warm[file.name].get("peak_mb", 0) for file in files)
        print(
            f"{format:9} {len(files):5} | {here:10.2f} {there:7.2f} {there / here:6.1f} "
            f"| {us:13.2f} {them:7.0f} {them / us:6.0f} | {peak:11.1f}"
        )
        if them / us < options.least:
            slow.append(format)
    return slow


def started(command: list) -> float:
    """The milliseconds of the fastest of several runs of a program."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def mean(figures: list[float]) -> float:
    return sum(figures) / len(figures)


if __name__ == "__main__":
    sys.exit(main())
