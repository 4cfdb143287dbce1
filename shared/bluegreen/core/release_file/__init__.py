"""The release file: the versions of the journal in which one release was in flight, kept for good, and judged again."""
