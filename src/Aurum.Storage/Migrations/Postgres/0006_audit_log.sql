-- What people and programs have asked a node to change; rows are added and never changed.
CREATE TABLE aurum.audit_log (
    number      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL,
    who         text        NOT NULL,  -- name of the token
    from_host   text        NOT NULL,
    action      text        NOT NULL,
    target      text        NOT NULL,
    reason      text,
    detail      jsonb
);
