"""``kith``: one command for each use case. Progress goes to stderr, results to stdout; exit 0 done, 1 failed, 2 wrong use.

Whatever happens is said in one sentence. A bug is not hidden by that: ``KITH_DEBUG=1`` shows where it is.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from app.garbage import collect_rarely

if TYPE_CHECKING:
    from typer import TyperException

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
"""Shared cores make numerical threads wait for each other: a turnout fit takes ten times longer without this."""

_MAKES_DATA_FOLDER = ("serve", "worker", "warm")
"""Commands that make a data folder where there is none; what they compile is kept there from the first start on."""

_STOPPED = 130
"""What typer says after Ctrl-C."""


def main() -> NoReturn:
    """Run the command line and leave with its exit code; never with a traceback."""
    _prepare_streams()
    signal.signal(signal.SIGTERM, _stop)
    for library in _ONE_THREAD:
        os.environ.setdefault(library, "1")
    collect_rarely()
    _keep_compiled_code(sys.argv[1:])
    sys.exit(_leave(answer(sys.argv[1:])))


def _keep_compiled_code(arguments: Sequence[str]) -> None:
    """Compiled code is kept in the data folder where there is one; numba looks for that before anything is loaded."""
    data = _data_folder(arguments)
    if arguments and arguments[0] in _MAKES_DATA_FOLDER:
        with suppress(OSError):  # the command itself says what is wrong with it
            data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if data.is_dir():
        os.environ.setdefault("NUMBA_CACHE_DIR", str(data.resolve() / "compiled"))


def _data_folder(arguments: Sequence[str]) -> Path:
    """The data folder as the command will understand it: told by ``--data``, else by KITH_DATA."""
    for word, following in zip(arguments, (*arguments[1:], ""), strict=True):
        name, _, value = word.partition("=")
        if name == "--data" and (value or following):
            return Path(value or following)
    return Path(os.environ.get("KITH_DATA") or ".kith")


def _prepare_streams() -> None:
    """A terminal without our letters, or a stream that was closed before we came, is no reason to stop."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 (open as long as we run)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    """Being told to end is what Ctrl-C is: everything that was begun is taken back."""
    raise KeyboardInterrupt


def answer(arguments: list[str]) -> int:
    """Run one command; the exit code, when all that is to be said has been said."""
    try:
        from app.commands.program import group  # loading takes a moment, in which Ctrl-C deserves an answer too

        code = group()(args=arguments, prog_name="kith", standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = _STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read our results has gone
        return 1
    except Exception as error:  # noqa: BLE001 (the edge of the program: what nobody foresaw is told in a sentence)
        return _tell(error)
    if code == _STOPPED:
        _say("Stopped. Nothing was left half-written.")
        return 1
    return code if isinstance(code, int) else 0


def _leave(code: int) -> int:
    """Flush what is left to say; a full disk or a closed pipe behind stdout is a failure and no more than that."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code or 1
    return code


def _tell(error: Exception) -> int:
    """Say what went wrong, and with what code to leave."""
    from typer import TyperException  # by now it is loaded

    from graph.errors import KithError, UsageError

    if os.environ.get("KITH_DEBUG"):
        traceback.print_exception(error)
    if isinstance(error, KithError):
        _say(_one_line(str(error)))
        return 2 if isinstance(error, UsageError) else 1
    if isinstance(error, TyperException):
        return _wrong_use(error)
    _say(_surprise(error))
    return 1


def _wrong_use(error: TyperException) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":  # somebody looks around, and has got the help that he sees
        return 2
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "kith"
    _say(f"{_one_line(error.format_message()).rstrip('.')}. See: {command} --help")
    return 2


def _surprise(error: Exception) -> str:
    """One sentence for what no part of the program foresaw; its text may hold somebody's data, so it is not shown."""
    from app.unforeseen import (
        kind_and_place,
        place_of,
    )  # not before: a start that is stopped early deserves a sentence too

    if isinstance(error, MemoryError):
        return "The memory ran out. Close other programs, or split the input, by county for instance."
    if isinstance(error, OSError) and error.errno:
        where = f"{error.filename}: " if isinstance(error.filename, str | Path) else ""
        return f"{where}The system refused ({os.strerror(error.errno)}). Check the path, its rights and the free space."
    if isinstance(error, RecursionError):
        return f"An input is nested too deeply{place_of(error.__traceback__)}. Export it again, or leave it out."
    return f"Kith met something it did not foresee ({kind_and_place(error)}). {_REPORT}"


_REPORT = "Run it again with KITH_DEBUG=1 to see the details, and tell us; nothing was left half-written."


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _say(sentence: str) -> None:
    try:
        print(f"kith: {sentence}", file=sys.stderr)  # noqa: T201 (a command line prints)
    except OSError:
        return  # nobody listens


if __name__ == "__main__":
    main()
