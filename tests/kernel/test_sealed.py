"""What is stored of a secret does not tell it, and another installation cannot read it."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from kesher.kernel.sealed import SealBroken, seal, unseal


def test_a_secret_comes_back_and_is_not_seen_in_what_is_stored() -> None:
    sealed = seal("סיסמה hush")
    assert unseal(sealed) == "סיסמה hush"
    assert b"hush" not in sealed and seal("סיסמה hush") != sealed


def test_a_changed_or_foreign_seal_is_refused(settings: Settings) -> None:
    sealed = seal("hush")
    with pytest.raises(SealBroken):
        unseal(sealed[:-4] + b"AAA=")
    settings.SECRET_KEY = "another installation's"
    with pytest.raises(SealBroken):
        unseal(sealed)
