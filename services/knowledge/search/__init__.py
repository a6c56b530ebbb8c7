"""Search: what a case looks like to the engine, how text is analysed, how the index is kept, asked and followed.

language.py   the one place for text analysis
document.py   Case -> document
engine.py     calls to Meilisearch that change something, in threads
index.py      settings, creation, rebuild by swap
sync.py       the projection: cases behind their index are sent, and marked when they can be found
filters.py    what is asked for, and the engine's filter made of it
query.py      the question to the engine and its answer
highlight.py  marking hits
finding.py    the engine, or the database when it is away
"""
