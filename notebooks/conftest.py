"""The notebooks that train need the extra `train`: without torch they are not run."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("torch") and find_spec("transformers") else ["*-5-*"]
