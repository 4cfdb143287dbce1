"""`bluegreen migrations prove`: old statements on the new schema, in a PostgreSQL of its own."""
