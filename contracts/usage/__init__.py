"""Usage control (使用控制): the policy of an agreement as people read it and the gate obeys it."""
