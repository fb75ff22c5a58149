"""An account's rate: a token bucket that holds a tenth of a second."""

from __future__ import annotations

from collections.abc import Callable

_BURST_SECONDS = 0.1
_FREE = 1_000_000


class TokenBucket:
    """`rate` messages a second, in bursts of at most a tenth of a second's worth; None is no limit."""

    def __init__(self, rate: float | None, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._most = max(1.0, rate * _BURST_SECONDS) if rate else 0.0
        self._tokens = self._most
        self._filled_at = clock()

    def available(self) -> int:
        """How many may leave now."""
        if self._rate is None:
            return _FREE
        self._fill(self._rate)
        return int(self._tokens)

    def wait_seconds(self) -> float:
        """How long until the next may leave; 0 when it may now."""
        if self._rate is None:
            return 0.0
        self._fill(self._rate)
        return 0.0 if self._tokens >= 1 else (1 - self._tokens) / self._rate

    def spend(self) -> None:
        """One leaves."""
        if self._rate is not None:
            self._tokens -= 1

    def _fill(self, rate: float) -> None:
        now = self._clock()
        self._tokens = min(self._most, self._tokens + (now - self._filled_at) * rate)
        self._filled_at = now
