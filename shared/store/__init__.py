"""Redis: the directory (truth, under leases) and the bus (hints). The only place that says `redis`."""
