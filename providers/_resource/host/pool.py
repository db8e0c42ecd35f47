"""More requests at once than the dynamic provider host's four worker threads allow.

`python -m pulumi.dynamic` serves every call from a ThreadPoolExecutor of 4 workers and has no setting for it
(https://github.com/pulumi/pulumi/blob/master/sdk/python/lib/pulumi/dynamic/__main__.py). The pool is reached
from one of its own threads, through private names of CPython; where those have changed, four stay four.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

__all__ = ["widen_pool"]


def widen_pool(workers: int) -> bool:
    """Give the pool that runs this very thread at least `workers` threads; tell whether it has them.

    Args:
        workers: threads wanted; a pool is never made smaller.
    """
    try:
        reference = threading.current_thread()._args[0]  # type: ignore[attr-defined]
        pool = reference()
        if not isinstance(pool, ThreadPoolExecutor):
            return False
        with pool._shutdown_lock:
            pool._max_workers = max(pool._max_workers, workers)
            # All threads start now: the pool itself starts one only if it counts none as idle, and under load
            # CPython 3.11 counts those that went straight on to their next call. A round uses up one such count.
            for _round in range(10_000):
                if len(pool._threads) >= workers:
                    return True
                pool._adjust_thread_count()
    except (AttributeError, IndexError, TypeError):
        pass
    return False
