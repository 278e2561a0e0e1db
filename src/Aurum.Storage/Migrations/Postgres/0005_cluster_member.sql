-- Who is in a cluster, by their own word: a node that may found one looks here first whether one lives already.
CREATE TABLE aurum.cluster_member (
    cluster     text        NOT NULL,
    address     text        NOT NULL,  -- as other nodes call it
    incarnation bigint      NOT NULL,  -- a process that starts again under the same address is another one
    roles       text[]      NOT NULL,
    beat        bigint      NOT NULL,  -- grows with every heartbeat; who watches it need not trust any clock
    started_at  timestamptz NOT NULL DEFAULT now(),
    seen_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT cluster_member_pk PRIMARY KEY (cluster, address)
);
