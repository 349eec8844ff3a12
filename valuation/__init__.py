"""What data is worth: quality scores and appraisals, recomputable by anyone."""
