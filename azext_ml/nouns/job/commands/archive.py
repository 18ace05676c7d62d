"""`job archive` and `job restore`."""

from azext_ml.nouns.job.commands.history import edit
from azext_ml.nouns.job.commands.show import fetch


def archive(ws, noun, name):
    edit(ws, fetch(ws, noun, name), hidden=True)


def restore(ws, noun, name):
    edit(ws, fetch(ws, noun, name), hidden=False)
