"""The console: what a member does on pages once signed in; the desk comes first."""
