"""Tests of Liutong; a package so that the demo can run the Stripe double from a checkout."""
