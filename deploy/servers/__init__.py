"""nats-server and Meilisearch, which the network leans on: found, configured, started and given their keys."""
