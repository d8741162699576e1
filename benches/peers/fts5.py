"""SQLite FTS5 on a labelled collection: fts5.py FOLDER (docs.tsv, queries.tsv, qrels.tsv). Prints nDCG@10 and microseconds a query."""
import math, re, sqlite3, sys, time


def rows(name):
    return [line.rstrip("\n").split("\t") for line in open(f"{sys.argv[1]}/{name}.tsv")]


docs = {int(number): f"{title} {text}" for number, title, text in rows("docs")}
queries = [query for _, query in rows("queries")]
grades = {}
for query, doc, grade in rows("qrels"):
    grades.setdefault(int(query), {})[int(doc)] = int(grade)


def gain(values):
    return sum((2**value - 1) / math.log2(place + 2) for place, value in enumerate(values[:10]))


def ndcg(query, found):
    best = gain(sorted(grades[query].values(), reverse=True))
    return gain([grades[query].get(doc, 0) for doc in found]) / best if best else 0


store = sqlite3.connect(":memory:")
store.execute("CREATE VIRTUAL TABLE listing USING fts5(text, tokenize='porter unicode61')")
store.executemany("INSERT INTO listing(rowid, text) VALUES(?, ?)", docs.items())
ask = "SELECT rowid FROM listing WHERE listing MATCH ? ORDER BY bm25(listing) LIMIT 10"


def search(query):
    words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", query))
    return [row[0] for row in store.execute(ask, (words,))]


begun = time.perf_counter()
found = [search(query) for query in queries]
took = (time.perf_counter() - begun) / len(queries) * 1e6
quality = sum(ndcg(number, docs) for number, docs in enumerate(found, 1) if number in grades) / len(grades)
print(f"{took:.0f} us_a_query nDCG@10={quality:.4f}")
