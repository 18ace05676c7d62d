"""`az ml local`: the local workspace itself. What it takes beyond the card is imported by the command that needs it."""

from azext_ml.core.card import Arg, Noun, Verb

_HERE = "azext_ml.cli.local_commands:"

CARD = Noun("local", "Look after the workspace on this machine.", (
    Verb("path", _HERE + "path", "Show the folder in which the local workspace lies.", offline=True, scope="none",
         examples=(("Show how much room it takes.", "du -sh $(az ml local path --query path -o tsv)"),)),
    Verb("serve", _HERE + "serve", "Serve the local workspace to other programs of this machine.", offline=True, scope="none",
         args=(Arg("port", ("--port",), "Port on 127.0.0.1; a free one when left out.", type="int", default=0),),
         details="Listens on 127.0.0.1 only. Every request needs the token in the file `token` of the local workspace's folder.",
         examples=(("Serve until Ctrl-C is pressed.", "az ml local serve --port 8787"),)),
    Verb("doctor", _HERE + "doctor", "Check what the extension and the local workspace need.", offline=True, scope="none",
         columns=(("Check", "check"), ("Ok", "ok"), ("Found", "found"), ("Fix", "fix")),
         examples=(("Check everything.", "az ml local doctor -o table"),))))


def path(noun):
    """{"path": root}"""
    import os

    from azext_ml.local.root import find
    return {"path": str(find(os.environ))}


def serve(noun, port=0):
    """Serves until it is interrupted. Prints where, as one line of JSON, when it listens."""
    import json
    import os
    import sys

    from azext_ml.cli.session import local_app, wake_agents
    from azext_ml.cli.settings import LOCAL_SUBSCRIPTION
    from azext_ml.local import root
    from azext_ml.local.serve import Server, token, token_file
    folder = root.find(os.environ)
    app = local_app(folder, token=token(folder))
    server = Server(app, port=port)
    wake_agents(app)
    print(json.dumps({"url": server.url, "root": str(folder), "token_file": token_file(folder)}), flush=True)
    print("Serving the local workspace until Ctrl-C. Other programs use it with\n"
          f"  export AZURE_ML_BACKEND=azure AZURE_ML_ENDPOINT={server.url} AZURE_SUBSCRIPTION_ID={LOCAL_SUBSCRIPTION}\n"
          f"  export AZURE_ML_ACCESS_TOKEN=$(cat '{token_file(folder)}')", file=sys.stderr)
    server.run()


def doctor(noun):
    """Rows {check, ok, found, fix}."""
    from azext_ml.cli.doctor import checks
    return [{"check": name, "ok": ok, "found": found, "fix": None if ok else fix} for name, ok, found, fix in checks()]
