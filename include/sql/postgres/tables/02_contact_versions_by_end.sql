-- Purpose: a snapshot of any date, counted from this index alone; a small list beside long ones;
-- that nothing of the head has ended, without looking.
-- Grain: the index. Few distinct keys, so it is small; new ones come at its end.
create index if not exists contact_versions_by_end
on listrak.contact_versions (source, list_id, valid_to, valid_from);
