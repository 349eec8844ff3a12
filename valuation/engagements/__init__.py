"""Engagements: the work of valuers around an appraisal, from the commission to the signed report and its end."""
