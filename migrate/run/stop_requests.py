"""Hears requests to stop a run: the first is for the end of its batch, the second for at once."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_AGAIN_S = 0.01
"""Seconds after which an interrupt that got lost is sent again: time to leave the finalizer."""


@contextmanager
def stop_requests() -> Iterator[threading.Event]:
    """Let the first SIGTERM or SIGINT stop the run after its batch, and the second at once."""
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return

    def stop(_: int, __: object) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with _lost_interrupts_repeated():
            yield stopped
    finally:
        for number, handler in before.items():  # once asked to stop, a late request must not kill the ending
            signal.signal(number, signal.SIG_IGN if stopped.is_set() else handler)


@contextmanager
def _lost_interrupts_repeated() -> Iterator[None]:
    """Interrupt again where a finalizer was interrupted: Python prints what is raised there, and goes on."""
    others = sys.unraisablehook

    def lost(unraisable: "sys.UnraisableHookArgs") -> None:
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            others(unraisable)
            return
        again = threading.Timer(_AGAIN_S, signal.pthread_kill, (main, signal.SIGINT))
        again.daemon = True
        again.start()

    main = threading.get_ident()
    sys.unraisablehook = lost
    try:
        yield
    finally:
        sys.unraisablehook = others
