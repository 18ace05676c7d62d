import sys
import types

import pytest

from azext_ml.cli import azml, table
from azext_ml.core.card import Noun


@pytest.fixture
def noun(monkeypatch):
    """Puts one noun in the place of all: noun(verbs, handlers) -> Noun. Handlers are named "sample:<name>"."""
    def put(*verbs, name="sample", handlers=None, **settings):
        module = types.ModuleType("sample")
        vars(module).update(handlers or {})
        monkeypatch.setitem(sys.modules, "sample", module)
        card = Noun(name, "Manage samples.", verbs, **settings)
        monkeypatch.setattr(table, "cards", lambda words=(): [card])
        monkeypatch.setattr(azml, "known_words", lambda: {name})
        return card
    return put
