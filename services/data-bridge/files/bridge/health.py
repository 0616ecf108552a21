"""Whether the database answers, asked at most every few seconds however many ask."""

import threading
import time

from .errors import ApiError

_TTL_S = 5


class Health:
    def __init__(self, ping, clock=time.monotonic):
        self._ping = ping
        self._clock = clock
        self._lock = threading.Lock()
        self._checked = None
        self._ok = False

    def ok(self):
        fresh = self._checked is not None and self._clock() - self._checked < _TTL_S
        # While one call is checking, the others answer with what is known: a slow database must not hold every thread.
        if fresh or not self._lock.acquire(blocking=False):
            return self._ok
        try:
            self._ping()
            self._ok = True
        except ApiError:
            self._ok = False
        finally:
            self._checked = self._clock()
            self._lock.release()
        return self._ok
