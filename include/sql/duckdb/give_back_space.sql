-- Purpose: write down what was deleted: its room is used again, and given back at the file's
-- end.
-- Grain: the file.
checkpoint;
