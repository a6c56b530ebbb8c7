"""The bus: one connection per service, streams made by the topology command, and one policy for what goes wrong."""
