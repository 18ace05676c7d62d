"""Every kind of connection, told apart by `type`."""

from azext_ml.nouns.connection.spec import services, storage
from azext_ml.nouns.connection.spec.connection import GENERAL, General
from azext_ml.spec.choices import ByType
from azext_ml.spec.dialects import look
from azext_ml.spec.types import Nested, OneOf, fold_snake

_OWN = (storage.AzureDataLakeGen2, storage.AzureBlob, storage.OneLake, services.AzureOpenAI, services.AzureAIServices,
        services.AzureAISearch, services.AzureContentSafety, services.AzureSpeechServices, services.ApiKeyService, services.OpenAI,
        services.Serp, services.Serverless)
_WORDS = {**{word: (sent, General) for word, sent in GENERAL.items()},
          **{word: (sent, spec) for spec in _OWN for word, sent in spec.field("type").type.words.items()}}
_COGNITIVE = {"content safety": "azure_content_safety", "speech": "azure_speech_services"}


class ByCategory(ByType):
    """Two kinds share a category and differ by a word in their metadata; unknown ones are printed as a plain connection."""

    def choose_wire(self, wire, dialect):
        if str(look(wire, "properties.category")).lower() == "cognitiveservice":
            kind = str(look(wire, "properties.metadata.Kind")).lower()
            return self.cases.get(_COGNITIVE.get(kind), Nested(General))
        return super().choose_wire(wire, dialect) or Nested(General)


Connection = OneOf(ByCategory("type", {word: Nested(spec) for word, (_, spec) in _WORDS.items()}, tag="properties.category",
                              wire={sent: word for word, (sent, _) in _WORDS.items()}, fold=fold_snake))
