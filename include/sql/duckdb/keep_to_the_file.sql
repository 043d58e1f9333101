-- Purpose: a person's statement reads the file that is open, and reaches no other: with access, it
-- could attach the warehouse anew, to write it, or copy over it.
-- Grain: the session.
set enable_external_access = false;
