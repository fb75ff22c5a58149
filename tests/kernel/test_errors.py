"""Errors of users, wherever they are met."""

from __future__ import annotations

import pickle

from kesher.kernel.errors import Invalid, NotFound, Problem
from kesher.kernel.text import Text


def test_an_error_says_the_same_in_another_process() -> None:
    problem = Problem("rules.a", Text(en="Choose one.", he="יש לבחור אחד."))
    for error in (NotFound(kind="list", key="club"), Invalid(problems=(problem,))):
        met = pickle.loads(pickle.dumps(error))

        assert type(met) is type(error)
        assert (met.fields, met.problems) == (error.fields, error.problems)
        assert met.render("he") == error.render("he")
