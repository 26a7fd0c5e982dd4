"""scripts/bench retrieval: how well `nexus kb search` ranks, beside bm25s from PyPI with Snowball stemming."""
import collections
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import venv

SETS = {"cranfield": "english", "xquad_en": "english", "xquad_es": "spanish"}

REFERENCE = """
import json, sys
import bm25s, Stemmer
documents, queries, language = sys.argv[1:]
documents = [json.loads(line) for line in open(documents, encoding="utf-8")]
queries = [json.loads(line) for line in open(queries, encoding="utf-8")]
stemmer = Stemmer.Stemmer(language)
best = {}
for title in (False, True):
    for stop in (None, language[:2] if language == "english" else "es"):
        texts = [(d["title"].replace("_", " ") + " " if title else "") + d["text"] for d in documents]
        index = bm25s.BM25()
        index.index(bm25s.tokenize(texts, stopwords=stop, stemmer=stemmer, show_progress=False), show_progress=False)
        asked = [q.get("text") or q["question"] for q in queries]
        asked = bm25s.tokenize(asked, stopwords=stop, stemmer=stemmer, show_progress=False)
        found, _ = index.retrieve(asked, k=10, show_progress=False)
        name = ("titles, " if title else "texts, ") + ("stop words out" if stop else "all words")
        best[name] = {q["id"]: [documents[i]["id"] for i in row] for q, row in zip(queries, found)}
print(json.dumps(best))
"""


def relevance(folder):
    """Grades by query and document."""
    grades = collections.defaultdict(dict)
    if (folder / "qrels.jsonl").exists():
        for line in open(folder / "qrels.jsonl", encoding="utf-8"):
            row = json.loads(line)
            grades[row["query_id"]][row["document_id"]] = 5 - row["relevance"]
    else:
        for line in open(folder / "questions.jsonl", encoding="utf-8"):
            row = json.loads(line)
            grades[row["id"]][row["document_id"]] = 1
    return grades


def figures(rankings, grades):
    """Means over all queries: nDCG@10 with linear gains, recall@5, MRR@10."""
    ndcg = recall = reciprocal = 0
    for query, graded in grades.items():
        ranking = rankings[query]
        relevant = {document for document, grade in graded.items() if grade > 0}
        gain = sum(graded.get(d, 0) / math.log2(i + 2) for i, d in enumerate(ranking[:10]))
        ideal = sum(g / math.log2(i + 2) for i, g in enumerate(sorted(graded.values(), reverse=True)[:10]))
        ndcg += gain / ideal
        recall += sum(d in relevant for d in ranking[:5]) / len(relevant)
        reciprocal += next((1 / (i + 1) for i, d in enumerate(ranking[:10]) if d in relevant), 0)
    return [value / len(grades) for value in (ndcg, recall, reciprocal)]


def reference_python():
    folder = pathlib.Path(".build-bench/retrieval")
    python = folder / "bin/python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "-q", "install", "bm25s==0.3.16", "PyStemmer==3.1.0"], check=True)
    return python


def show(name, values):
    print(f"    {name:34} nDCG@10 {values[0]:.4f}   recall@5 {values[1]:.4f}   MRR {values[2]:.4f}", flush=True)


def retrieval(nexus):
    data = pathlib.Path(os.environ.get("NEXUS_DATA_DIR", "../shared/data"))
    if not data.exists():
        print(f"retrieval: skipped, there is no {data} (set NEXUS_DATA_DIR)")
        return
    python = reference_python()
    for name, language in SETS.items():
        folder = data / name
        queries = folder / ("queries.jsonl" if name == "cranfield" else "questions.jsonl")
        grades = relevance(folder)
        print(f"retrieval: {name}, {len(grades)} queries")
        output = subprocess.run(
            [python, "-c", REFERENCE, folder / "documents.jsonl", queries, language], check=True, capture_output=True)
        for title, rankings in json.loads(output.stdout).items():
            show(f"bm25s, {title}", figures(rankings, grades))
        with tempfile.TemporaryDirectory() as scratch:
            common = ["--collection", name, "--store", str(pathlib.Path(scratch) / "kb.db"), "--json"]
            subprocess.run([nexus, "kb", "add", folder / "documents.jsonl", *common], check=True, capture_output=True)
            for mode in ("lexical", "vector", "hybrid"):
                output = subprocess.run(
                    [nexus, "kb", "search", "--queries", queries, "--top-k", "10", "--mode", mode, *common],
                    check=True, capture_output=True)
                rankings = {
                    row["query_id"]: [hit["document_id"] for hit in row["hits"]]
                    for row in json.loads(output.stdout)["results"]}
                show(f"nexus, {mode}", figures(rankings, grades))
    print("retrieval: exact search of 1,000,000 vectors on one core (swift test, optimised)", flush=True)
    environment = dict(os.environ, NEXUS_BENCH="1")
    subprocess.run(["swift", "test", "--filter", "VectorSpeedTests"], env=environment, stderr=sys.stderr)
