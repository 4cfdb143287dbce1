"""Names that are known by themselves: routines of PostgreSQL, and the tables in which tools note what was migrated."""

_STABLE = """
now transaction_timestamp statement_timestamp current_setting current_schema current_database lower upper initcap
concat concat_ws format md5 sha256 encode decode length char_length coalesce nullif greatest least abs round ceil
floor mod power sqrt to_char to_date to_timestamp to_number make_date make_time make_timestamp make_timestamptz
make_interval date_trunc date_part extract age timezone jsonb_build_object jsonb_build_array json_build_object
json_build_array jsonb_object to_json to_jsonb array_fill array_append string_to_array int4range int8range numrange
tsrange tstzrange daterange substr substring left right trim btrim ltrim rtrim replace repeat lpad rpad reverse
to_tsvector point box circle inet_client_addr current_user session_user
"""
_OTHERS = """
count sum avg min max bool_and bool_or every string_agg array_agg json_agg jsonb_agg json_object_agg
jsonb_object_agg row_number rank dense_rank percent_rank ntile lag lead first_value last_value nth_value
percentile_cont stddev variance percentile_disc mode gen_random_uuid uuid_generate_v4 uuid_generate_v1mc uuidv7
random clock_timestamp timeofday generate_series generate_subscripts unnest array_length array_to_string
array_position array_remove array_cat array_prepend array_replace cardinality string_to_table regexp_replace
regexp_match regexp_matches regexp_split_to_array regexp_split_to_table split_part strpos position overlay translate
ascii chr quote_ident quote_literal quote_nullable to_hex to_regclass to_regtype to_regproc jsonb_set jsonb_insert
jsonb_strip_nulls jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_each jsonb_each_text
jsonb_extract_path jsonb_extract_path_text jsonb_object_keys jsonb_typeof jsonb_pretty json_array_elements json_each
json_extract_path json_object_keys json_typeof json_array_length row_to_json json_populate_record
jsonb_populate_record jsonb_to_recordset json_to_recordset exists pg_get_serial_sequence pg_get_constraintdef
pg_get_indexdef obj_description col_description format_type pg_typeof pg_size_pretty pg_total_relation_size
pg_relation_size pg_database_size pg_table_size version set_config pg_backend_pid txid_current pg_sleep
pg_table_is_visible pg_is_in_recovery has_table_privilege has_column_privilege has_schema_privilege sign trunc exp
ln log pi degrees radians width_bucket bit_length octet_length hashtext hashtextextended digest crypt gen_salt
gen_random_bytes bit_and bit_or grouping num_nulls num_nonnulls justify_days justify_hours justify_interval isfinite
date_bin starts_with similarity unaccent websearch_to_tsquery plainto_tsquery to_tsquery setweight ts_rank
ts_headline nextval currval lastval pg_advisory_xact_lock pg_try_advisory_xact_lock pg_advisory_lock
pg_advisory_unlock pg_try_advisory_lock overlaps xmlelement xmlagg xmlparse st_setsrid st_makepoint st_point
st_transform st_geomfromtext row
"""
_NOTEBOOKS = """
schema_migrations ar_internal_metadata alembic_version django_migrations django_content_type knex_migrations
knex_migrations_lock flyway_schema_history schema_version databasechangelog databasechangeloglock _prisma_migrations
goose_db_version gorp_migrations sequelizemeta migrations typeorm_metadata __drizzle_migrations
atlas_schema_revisions pgmigrations mikro_orm_migrations schemaversion __efmigrationshistory
"""
# Worked out once for all rows, so that none is written for them as a default. What is not named counts as volatile.
WORKED_OUT_ONCE = frozenset(_STABLE.split())
BUILT_IN = WORKED_OUT_ONCE | frozenset(_OTHERS.split())  # that change nothing
# Settings that turn off what protects rows.
FOR_ALL = frozenset(("session_replication_role", "allow_system_table_mods", "zero_damaged_pages"))
NOTEBOOKS = frozenset(_NOTEBOOKS.split())
