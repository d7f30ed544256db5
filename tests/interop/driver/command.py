"""What `run` and `old-stacks` do: install the peers, try them against the bridge or each other, and report."""

import argparse
import pathlib
import signal
import sys

from . import against_bridge, against_peers, cells, parts, report, security
from .installing import install
from .places import ROOT, WORK
from .processes import Processes


def main(program, words, peers, introduction, has_self_check=True):
    """`peers` are those that may be named; `introduction` begins the part of the document that the report is."""
    options = arguments(program, words, peers, has_self_check)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    WORK.mkdir(exist_ok=True)
    table = cells.Table()
    chosen = install([peer for peer in peers if not options.peers or peer.name in options.peers], table)
    with Processes() as processes:
        for peer in chosen:
            peer.begin(processes)
        if options.self_check:
            against_peers.run(chosen, processes, table)
        else:
            against_bridge.run(chosen, processes, table, options.bin.resolve())
            security.run(chosen, processes, table, options.bin.resolve())
    if not options.self_check:
        matrix = report.markdown(chosen, table, introduction)
        print(f"\n{matrix}")
        if options.report:
            parts.write(options.report, program, matrix)
    return table.summary()


def alone(program, words, run):
    """For a program without peers: `run` tries everything and gives the report."""
    options = options_of(program, words).parse_args()
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    WORK.mkdir(exist_ok=True)
    table = cells.Table()
    with Processes() as processes:
        text = run(processes, table, options.bin.resolve())
    if options.report:
        parts.write(options.report, program, text)
    return table.summary()


def options_of(program, words):
    parser = argparse.ArgumentParser(prog=program, description=words)
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "target/release/saponify", help="the bridge to test")
    parser.add_argument("--report", type=pathlib.Path, metavar="FILE", help="write the matrix there, as a part of this document")
    return parser


def named(program, words, names):
    """The options of a program for which peers may be named, and whose report is of all of them."""
    parser = options_of(program, words)
    parser.add_argument("peers", nargs="*", metavar="peer", help=f"only these: {', '.join(names)}")
    options = parser.parse_args()
    unknown = [name for name in options.peers if name not in names]
    if unknown:
        parser.error(f"no such peer: {', '.join(unknown)}")
    if options.peers and options.report:
        parser.error("a report is of all peers")
    if not options.bin.is_file():
        parser.error(f"{options.bin} is not there: build it, or name another with --bin")
    return options


def arguments(program, words, peers, has_self_check):
    names = [peer.name for peer in peers]
    parser = options_of(program, words)
    parser.set_defaults(self_check=False)
    if has_self_check:
        parser.add_argument("--self-check", action="store_true", help="peers against each other, without the bridge")
    parser.add_argument("peers", nargs="*", metavar="peer", help=f"only these: {', '.join(names)}")
    options = parser.parse_args()
    unknown = set(options.peers) - set(names)
    if unknown:
        parser.error(f"no such peer: {', '.join(sorted(unknown))}")
    if not options.self_check and not options.bin.is_file():
        parser.error(f"{options.bin} is not there: build it, or name another with --bin")
    return options


def stop(number, _frame):
    sys.exit(128 + number)
