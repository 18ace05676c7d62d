"""The walkers: one function per stage, none of which asks what kind of resource it walks.

    expand    text that stands for a file's content (`file:`, conda_file) is replaced by it
    verify    faults that need the surroundings
    lower     local things become asset steps
    encode    checked and lowered value -> wire value in a dialect;  to_rest: of a whole mapping
    decode    wire value -> printed value;  printed: of a whole mapping
"""

from azext_ml.spec.walk.decoding import decode, printed
from azext_ml.spec.walk.encoding import drop, encode, put, to_rest
from azext_ml.spec.walk.expanding import expand
from azext_ml.spec.walk.lowering import lower
from azext_ml.spec.walk.tree import branch, children, is_spec, leaves
from azext_ml.spec.walk.verifying import verify

__all__ = ["branch", "children", "decode", "drop", "encode", "expand", "is_spec", "leaves", "lower", "printed", "put", "to_rest",
           "verify"]
