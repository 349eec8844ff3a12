"""The computation of a portfolio: no session and no clock; the command line and the job over HTTP both drive it."""
