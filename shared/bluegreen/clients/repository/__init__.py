"""The files of a repository at a commit: what there is, and what they say."""
