"""`bluegreen docs SECTION`: what may stand in bluegreen.yml, by the schema that reads it."""
