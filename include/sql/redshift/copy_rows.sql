-- Purpose: read rows that wait in S3 into a table of this session; table, file and role stand in.
-- Grain: the rows of the file.
copy rows_to_insert
from 's3://bucket/file.parquet'
iam_role 'arn:aws:iam::000000000000:role/name'
format as parquet;
