"""The dashboard of ops/dashboard: what is shown of a service, as values and as HTML.

Pure: `viewing` makes a view of what was read, `document` draws it. It does no I/O and reads no clock.
"""
