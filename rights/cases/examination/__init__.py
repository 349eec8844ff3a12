"""The examination of a case: acceptance (受理), supplementary materials (补正), extension and review (审查)."""
