"""How good the search is: `make search-quality` asks it graded queries, beside Meilisearch as it comes, and prints what both find."""
