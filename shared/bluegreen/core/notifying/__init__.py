"""Which notices are tried, kept and shown when, and what pages a person."""
