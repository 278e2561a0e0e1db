-- What people and programs have asked a node to change; rows are added and never changed.
CREATE TABLE audit_log (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    at          TEXT NOT NULL,
    who         TEXT NOT NULL,  -- name of the token
    from_host   TEXT NOT NULL,
    action      TEXT NOT NULL,
    target      TEXT NOT NULL,
    reason      TEXT,
    detail      TEXT            -- a JSON document
) STRICT;
