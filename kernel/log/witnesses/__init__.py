"""Telling witnesses of new heads (C2SP tlog-witness), so that proofs carry their lines without anybody polling us."""
