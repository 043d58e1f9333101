-- Purpose: let a person's statement change nothing.
-- Grain: the transaction.
begin read only;
