"""`az ml local`: the local workspace itself. What it takes beyond the card is imported by the command that needs it."""

from azext_ml.core.card import Arg, Noun, Verb

_HERE = "azext_ml.cli.local_commands:"

CARD = Noun("local", "Look after the workspace on this machine.", (
    Verb("path", _HERE + "path", "Show the folder in which the local workspace lies.", offline=True, scope="none",
         examples=(("Show how much room it takes.", "du -sh $(az ml local path --query path -o tsv)"),)),
    Verb("serve", _HERE + "serve", "Serve the local workspace to other programs of this machine.", offline=True, scope="none",
         args=(Arg("port", ("--port",), "Port on 127.0.0.1; a free one when left out.", type="int", default=0),),
         details="Listens on 127.0.0.1 only and asks for the token that is printed when it starts. The Python SDK, other clients "
                 "and `az ml` itself (AZURE_ML_ENDPOINT, AZURE_ML_ACCESS_TOKEN) can use the address.",
         examples=(("Serve until Ctrl-C is pressed.", "az ml local serve --port 8787"),)),
    Verb("doctor", _HERE + "doctor", "Check what the extension and the local workspace need.", offline=True, scope="none",
         columns=(("Check", "check"), ("Ok", "ok"), ("Found", "found"), ("Fix", "fix")),
         examples=(("Check everything.", "az ml local doctor -o table"),))))


def path(noun):
    """{"path": root}"""
    import os

    from azext_ml.local.root import find
    return {"path": str(find(os.environ))}
