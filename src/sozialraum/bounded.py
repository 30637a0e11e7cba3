"""Foreign files are parsed in a process of their own, with limits on memory and time (begrenztes Lesen).

A file that was cut, packed to burst or made to confuse a parser must not take the program down. The process is started
once, serves file after file, and is replaced after a file that killed it. Only plain data come back from it.
"""

from __future__ import annotations

import atexit
import marshal
import os
import select
import subprocess
import sys
import threading
import time
from importlib import import_module
from typing import IO, Any, Final

GIB: Final = 1024**3
MEMORY: Final = 3 * GIB
SECONDS: Final = 120.0
_LENGTH: Final = 8
# What the process may be asked to do; nothing else is ever called there.
TASKS: Final = {
    "sheets": ("sozialraum.spreadsheet", "parse_sheets"),
    "layers": ("sozialraum.area_layers", "parse_layers"),
}


class ReadingStoppedError(Exception):
    """The process reading a file was stopped: `reason` is `memory`, `time` or `crash`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Process:
    """A reading process and its two pipes."""

    def __init__(self, memory: int) -> None:
        self.owner = os.getpid()
        self.running = subprocess.Popen(  # noqa: S603  (our own interpreter and module, no shell)
            [sys.executable, "-c", f"from sozialraum.bounded import serve; serve({memory:d})"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def ask(self, task: str, arguments: dict[str, Any], seconds: float) -> Any:
        message = marshal.dumps((task, arguments))
        assert self.running.stdin is not None
        try:
            self.running.stdin.write(len(message).to_bytes(_LENGTH, "big") + message)
            self.running.stdin.flush()
            deadline = time.monotonic() + seconds
            length = int.from_bytes(self._read(_LENGTH, deadline), "big")
            return marshal.loads(self._read(length, deadline))  # noqa: S302  (plain data of our own process)
        except (BrokenPipeError, EOFError, ValueError, TypeError) as error:
            raise ReadingStoppedError("crash") from error

    def _read(self, size: int, deadline: float) -> bytes:
        assert self.running.stdout is not None
        descriptor = self.running.stdout.fileno()
        parts: list[bytes] = []
        while size:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                raise ReadingStoppedError("time")
            part = os.read(descriptor, min(size, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def stop(self) -> None:
        if self.owner == os.getpid():
            self.running.kill()
            self.running.wait()
            for pipe in (self.running.stdin, self.running.stdout):
                if pipe is not None:
                    pipe.close()


_lock = threading.Lock()
_process: _Process | None = None


def call(task: str, arguments: dict[str, Any], *, memory: int = MEMORY, seconds: float = SECONDS) -> Any:
    """Have one of `TASKS` done in the reading process and return its plain answer.

    Raises ReadingStoppedError when the limits on memory (bytes) or time are met or the process dies of the file.
    """
    global _process  # noqa: PLW0603  (one process serves all files)
    with _lock:
        if memory != MEMORY:
            return _once(task, arguments, memory, seconds)
        if _process is None or _process.owner != os.getpid() or _process.running.poll() is not None:
            _process = _Process(MEMORY)
        try:
            return _answer(_process.ask(task, arguments, seconds))
        except ReadingStoppedError:
            _process.stop()
            _process = None
            raise


def _once(task: str, arguments: dict[str, Any], memory: int, seconds: float) -> Any:
    process = _Process(memory)
    try:
        return _answer(process.ask(task, arguments, seconds))
    finally:
        process.stop()


def _answer(answer: tuple[str, Any]) -> Any:
    kind, content = answer
    if kind == "stopped":
        raise ReadingStoppedError(content)
    return content


@atexit.register
def _stop() -> None:
    if _process is not None:
        _process.stop()


# -- inside the process -------------------------------------------------------------------------------------------------


def serve(memory: int) -> None:
    """Answer questions from standard input until it ends; the address space is limited where the system can."""
    _limit(memory)
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints must not get between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    while head := questions.read(_LENGTH):
        size = int.from_bytes(head, "big")
        task, arguments = marshal.loads(questions.read(size))  # noqa: S302  (our own questions)
        _send(answers, _done(task, arguments))


def _done(task: str, arguments: dict[str, Any]) -> bytes:
    module, name = TASKS[task]
    try:
        return marshal.dumps(("done", getattr(import_module(module), name)(**arguments)))
    except MemoryError:
        return marshal.dumps(("stopped", "memory"))
    except RecursionError:
        return marshal.dumps(("stopped", "crash"))
    except Exception:  # whatever a parser thinks of: the file is not readable, the program goes on
        return marshal.dumps(("stopped", "crash"))


def _send(answers: IO[bytes], answer: bytes) -> None:
    answers.write(len(answer).to_bytes(_LENGTH, "big") + answer)
    answers.flush()


def _limit(memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; the limit on time holds there
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
