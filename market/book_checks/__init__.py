"""Checks of the books (账簿核对) asked for over HTTP: run by a worker, with progress, kept with their outcome."""
