"""Work behind the request: the queue, its worker, sweeps, and what an officer sees of them."""
