"""Transfer reversals (划转撤回): money that left by a transfer at Stripe comes back from the party's account there."""
