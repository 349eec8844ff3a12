"""Metering (计量): what an agreement permits is asked of the gate at every access, and every release is counted."""
