"""The fixed uids of Meilisearch's scoped keys: a key's value follows from the master key and its uid."""

INDEXER_UID = "5c1b9b06-5a55-4d0c-9d7e-0f2f6a1c7b10"
SEARCH_UID = "8e0c3a52-9b0e-4f7b-8a53-6f1d2d9e4c21"
