"""Processes that are stopped, with all their children, whatever happens."""

import contextlib
import os
import signal
import socket
import subprocess
import time

from .places import START, STOP, WORK


class NotStarted(Exception):
    """A process ended, or did not become ready in time; the message ends with what it last said."""


class Processes:
    """`with Processes() as processes:` stops on exit everything that `start` began."""

    def __init__(self):
        self.running = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop(list(self.running))

    def start(self, name, command, environment):
        """Starts `command` in a process group of its own, with its output in a log named after it."""
        process = Process(name, command, environment)
        self.running.append(process)
        return process

    def hosted(self):
        """Stands for something in a process that runs on."""
        process = Hosted()
        self.running.append(process)
        return process

    def stop(self, processes):
        """Asks each to end, twice, for a bridge goes on for a while when it is asked once, then kills what is left of its group."""
        for _ in range(2):
            for process in processes:
                process.signal(signal.SIGTERM)
            time.sleep(0.05)
        for process in processes:
            process.end()
            self.running.remove(process)


class Hosted:
    def signal(self, number):
        pass

    def end(self):
        pass


class Process:
    def __init__(self, name, command, environment):
        self.name = name
        self.log = WORK / "logs" / f"{name}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "wb") as log:
            self.child = subprocess.Popen(
                [str(part) for part in command],
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def until(self, ready, what):
        """Waits until `ready()` gives something, and gives it."""
        deadline = time.monotonic() + START
        while time.monotonic() < deadline:
            found = ready()
            if found:
                return found
            if self.child.poll() is not None:
                raise NotStarted(f"{self.name} ended with {self.child.returncode}: {self.last_words()}")
            time.sleep(0.05)
        raise NotStarted(f"{self.name}: no {what} in {START} s: {self.last_words()}")

    def port(self):
        """The port that the process printed, once it accepts connections there."""
        number = self.until(self.printed_port, "line with a port")
        self.until(lambda: accepts(number), "open port")
        return number

    def printed_port(self):
        for line in self.log.read_text(errors="replace").splitlines():
            if line.startswith("port "):
                return int(line.split()[1])
        return None

    def last_words(self):
        return " | ".join(self.log.read_text(errors="replace").splitlines()[-3:]) or "nothing said"

    def signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, number)

    def end(self):
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.child.wait(STOP)
        self.signal(signal.SIGKILL)
        self.child.wait()


def accepts(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
