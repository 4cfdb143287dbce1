"""`bluegreen migrations`: the gate, for anybody's continuous integration."""
