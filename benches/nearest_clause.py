"""The nearest clause by TF-IDF (scikit-learn): what `cargo bench --bench scale` sets the matcher beside.

Reads {"clauses": [...], "statements": [...]} from the file named; prints how many seconds it took to
learn the clauses and to find the nearest one for every statement.
"""

import json
import sys
import time

from sklearn.feature_extraction.text import TfidfVectorizer

data = json.load(open(sys.argv[1], encoding="utf-8"))
start = time.perf_counter()
vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
clauses = vectorizer.fit_transform(data["clauses"])
learned = time.perf_counter()
nearest = (vectorizer.transform(data["statements"]) @ clauses.T).argmax(axis=1)
print(learned - start, time.perf_counter() - learned, nearest.shape[0])
