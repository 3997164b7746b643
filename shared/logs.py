"""How every process of the project logs: one plain line per event, on standard error, in UTC.

No secret is ever logged: tokens and tickets travel in message bodies, which nobody logs, and never in a URL.
"""

import logging
import time


def set_up(process: str) -> None:
    """Call once at a process' start; `process` (`lobby`, `node`, `worker 8101`) tells its lines from the others'."""
    formatter = logging.Formatter(f"%(asctime)s.%(msecs)03dZ {process}: %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
