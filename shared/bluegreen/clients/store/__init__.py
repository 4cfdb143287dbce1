"""The object store: its two buckets, the journals in one and the router's reports in the other."""
