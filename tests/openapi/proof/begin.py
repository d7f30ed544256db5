"""The words of the command line, and the Python packages that a program needs."""

import argparse
import os
import pathlib
import sys

from .places import HERE, OUT, ROOT, WORK

from driver.installing import NotInstalled, python  # noqa: E402


def arguments(program, words):
    parser = argparse.ArgumentParser(prog=program, description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = ROOT / "target/release/saponify"
    parser.add_argument("binary", nargs="?", type=pathlib.Path, default=default, help="the program to test")
    return parser


def with_packages(name, requirements):
    """Goes on under a Python that has these packages, installed once."""
    WORK.mkdir(exist_ok=True)
    OUT.mkdir(exist_ok=True)
    home = WORK / name
    if pathlib.Path(sys.prefix) == home:
        return
    try:
        python(name, HERE / requirements)()
    except NotInstalled as reason:
        sys.exit(f"{requirements} cannot be installed: {reason}")
    interpreter = str(home / "bin/python")
    os.execv(interpreter, [interpreter, *sys.argv])


def binary(path):
    path = path.resolve()
    if not os.access(path, os.X_OK):
        sys.exit(f"{path} is no program; build it, or name another")
    return path


class Levels:
    """What must hold, a line each; the exit code is 1 where something did not."""

    def __init__(self):
        self.good = True

    def level(self, what, holds, seen):
        self.good &= holds
        print(f"{'ok  ' if holds else 'FAIL'}  {what}: {seen}", flush=True)

    def code(self):
        return 0 if self.good else 1
