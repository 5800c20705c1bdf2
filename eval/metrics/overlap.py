"""Word overlap of reports with their references: the same seven metrics under each tokenisation."""

from __future__ import annotations

from eval.metrics.bleu import bleu
from eval.metrics.consensus import BEST, cider
from eval.metrics.meteor import meteor
from eval.metrics.metric import Metric
from eval.metrics.ngrams import ORDERS
from eval.metrics.rouge import rouge_l
from eval.metrics.words import DEFAULT, TOKENISATIONS

_BLEU = "corpus BLEU, closest reference length, as pycocoevalcap's Bleu"
_ROUGE = "mean ROUGE-L, beta 1.2, as pycocoevalcap's Rouge"
_METEOR = "mean METEOR of 2007 by nltk, exact and stem matches without synonyms; not METEOR 1.5"
_CIDER = (
    "mean CIDEr-D from 0 to 10, as pycocoevalcap's Cider; the IDF is that of all evaluated reports in every resample"
)


def overlap_metrics(tokenisation: str) -> tuple[Metric, ...]:
    """Their names carry the tokenisation unless it is the default: `bleu_4`, `bleu_4:drop`."""
    suffix = "" if tokenisation == DEFAULT else f":{tokenisation}"
    words = f"; words: {TOKENISATIONS[tokenisation][0]}"
    bleus = [(f"bleu_{order}", bleu(order, tokenisation), _BLEU, 1.0) for order in range(1, ORDERS + 1)]
    others = [
        ("rouge_l", rouge_l(tokenisation), _ROUGE, 1.0),
        ("meteor", meteor(tokenisation), _METEOR, 1.0),
        ("cider", cider(tokenisation), f"{_CIDER}; 0 on a single report", BEST),
    ]
    return tuple(
        Metric(name + suffix, score, "reports", best=best, how=how + words)
        for name, score, how, best in (*bleus, *others)
    )
