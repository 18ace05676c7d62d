"""One file per verb: the verbs of jobs are more than a plain noun's."""
