"""Certificates, scorecards, appraisals, agreements, receipts and statements: signed once, verifiable by anyone."""
