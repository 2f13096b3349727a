"""Medians and kappa with pandas and scikit-learn: what `cargo bench --bench cohorts` is set beside.

Reads the names of assessments from the file named, takes the recorded judgements (it scores no evidence), and
prints how long reading and computing took.
"""

import resource
import sys
import time

import pandas
import yaml
from sklearn.metrics import cohen_kappa_score

loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
start = time.perf_counter()
rows = []
for name in open(sys.argv[1], encoding="utf-8").read().split("\n"):
    with open(name, encoding="utf-8") as file:
        assessment = yaml.load(file, Loader=loader)
    for judgement in assessment.get("judgements", []):
        rows.append((assessment["area"]["id"], assessment["period"], judgement["benchmark"], judgement["by"], judgement["level"]))
table = pandas.DataFrame(rows, columns=["area", "period", "benchmark", "rater", "score"])
read = time.perf_counter()
wide = table.pivot_table(index=["area", "period", "benchmark"], columns="rater", values="score")
latest = table[(table.period == table.period.max()) & (table.rater == "adviser")]
medians = latest.groupby("benchmark").score.median()
pairs = wide.dropna(subset=["self", "adviser"])
kappa = cohen_kappa_score(pairs["self"].astype(int), pairs["adviser"].astype(int), labels=[1, 2, 3, 4, 5], weights="quadratic")
done = time.perf_counter()
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(f"{read - start:.1f} s to read ({loader.__name__}), {done - read:.2f} s to compute, {memory} MB; kappa {kappa:.3f}, {len(medians)} medians")
