"""Question in, cited answer out."""

from qa.answerer import Answerer
from qa.asking import ask
from qa.bundled import bundled_article, bundled_questions
from qa.types import Answer, Citation

__all__ = ["Answer", "Answerer", "Citation", "ask", "bundled_article", "bundled_questions"]
