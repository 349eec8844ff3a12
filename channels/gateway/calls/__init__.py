"""What happens to a call: admitted, reserved, sent on, answered as it comes, and settled."""
