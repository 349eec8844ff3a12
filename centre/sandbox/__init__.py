"""The sandbox (沙箱): a centre whose clock whoever tries it out may advance."""
