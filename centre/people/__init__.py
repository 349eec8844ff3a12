"""The centre's own people, let in at its machine; and the people of a sandbox, who exist for practice."""

from centre.people.machine import invite, reset

__all__ = ["invite", "reset"]
