"""What is written with each entry of a journal: the version of the program, and the schema of the entry."""
