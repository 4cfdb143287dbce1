"""The page of ops/dashboard: what is shown of a service, as values and as HTML.

Pure: `viewing` makes a view of what was read, `document` draws it. Nothing is asked, and no clock is looked at.
"""
