"""Search: what a case looks like to the engine, how text is analysed, how the index is kept, asked and followed.

language.py   words: spelling, folding, stop words, sorting
norwegian.py  a word: lemma, bokmål for nynorsk, compounds, stem
thesaurus.py  what means the same, and what is a kind of what
analysis.py   a text: its terms
weights.py    what a term weighs, and the order of hits
statistics.py how rare terms are, and which word was meant
intents.py    filters in words
meaning.py    a query: what it is taken to mean
details.py    what a case tells beyond its story
document.py   Case -> document
engine.py     calls to Meilisearch that change something, in threads
index.py      settings and creation
rebuild.py    building it anew beside the one in use, and back
comparing.py  does it hold what the database says
records.py    what was sent, refused and found
sync.py       the projection: cases behind their index are sent, and marked when they can be found
asked.py      the connection searches go by
filters.py    what is asked for, and the engine's filter made of it
query.py      the question to the engine and its answer
highlight.py  marking hits
suggesting.py what somebody may be about to type
finding.py    the engine, or the database when it is away
"""
