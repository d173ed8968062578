"""A limit on how long a family may draw: one that never ends is named, not waited for."""
import contextlib
import signal


@contextlib.contextmanager
def deadline(seconds):
    """TimeoutError, with the place where the time ran out, when the body takes longer. In the main thread of a process alone (SIGALRM)."""
    def late(number, frame):
        raise TimeoutError(f"still drawing after {seconds} s, in {frame.f_code.co_name} line {frame.f_lineno}")
    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
