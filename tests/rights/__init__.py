"""Rights as a table: who may do what where, held against the policy, every route of every service, and every row of every list."""
