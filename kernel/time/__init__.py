"""The clock that everybody is given, and China's working days."""
