"""The gate for migrations: may blue and green both run on the schema that these statements make?"""
