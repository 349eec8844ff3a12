"""Self-issued tokens (Decentralized Claims Protocol 1.0): how connectors show who they are without a fixed secret."""
