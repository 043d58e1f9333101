-- Purpose: keep what has no room in memory beside the file, in the folder $path.
-- Grain: the session.
set temp_directory = $path;
