-- Purpose: where to keep the key of contacts whose address cannot stand in a route.
-- Grain: the table.
alter table listrak.contact_versions add column email_key varchar;
