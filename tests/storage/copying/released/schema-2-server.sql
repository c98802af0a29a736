
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE FUNCTION public.armsledger_ledger() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF OLD.key <> 'schema_version' OR NEW.key <> 'schema_version' OR NEW.value::int <= OLD.value::int THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'what makes a ledger this ledger is never changed';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.armsledger_next() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE broken record; BEGIN
    SELECT position INTO broken FROM added WHERE position <> 1 AND NOT EXISTS (
        SELECT 1 FROM journal WHERE journal.position = added.position - 1
    ) ORDER BY position LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'the journal is append-only: the position does not come next', DETAIL = broken.position;
    END IF;
    SELECT position INTO broken FROM added WHERE version > 1 AND NOT EXISTS (
        SELECT 1 FROM journal WHERE journal.stream = added.stream AND journal.version = added.version - 1
            AND journal.position < added.position
    ) ORDER BY position LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'the version does not come next in its stream', DETAIL = broken.position;
    END IF;
    SELECT position INTO broken FROM added WHERE recorded_at < (
        SELECT recorded_at FROM journal WHERE journal.position = added.position - 1
    ) ORDER BY position LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'the time of recording is before that of the entry before', DETAIL = broken.position;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.armsledger_person() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.name IS NOT NULL OR NEW.key IS NOT NULL OR NEW.forgotten_at IS NULL
        OR OLD.forgotten_at IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'a person is forgotten, or stays as it is';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.armsledger_refuse() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = TG_ARGV[0]; END
$$;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.checkpoint (
    size bigint NOT NULL,
    made_at text NOT NULL COLLATE pg_catalog."C",
    note text NOT NULL COLLATE pg_catalog."C"
);

CREATE TABLE public.journal (
    "position" bigint NOT NULL,
    stream text NOT NULL COLLATE pg_catalog."C",
    version integer NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    format integer NOT NULL,
    entry_id text NOT NULL COLLATE pg_catalog."C",
    on_earliest text COLLATE pg_catalog."C",
    on_latest text COLLATE pg_catalog."C",
    asserted_earliest text COLLATE pg_catalog."C",
    asserted_latest text COLLATE pg_catalog."C",
    source text COLLATE pg_catalog."C",
    recorded_at text NOT NULL COLLATE pg_catalog."C",
    recorded_by text NOT NULL COLLATE pg_catalog."C",
    payload text NOT NULL COLLATE pg_catalog."C",
    hashes bytea NOT NULL
);

CREATE TABLE public.ledger (
    key text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL COLLATE pg_catalog."C"
);

CREATE TABLE public.person (
    id text NOT NULL COLLATE pg_catalog."C",
    name text COLLATE pg_catalog."C",
    key bytea,
    forgotten_at text COLLATE pg_catalog."C",
    forgotten_by text COLLATE pg_catalog."C"
);

CREATE TABLE public.tracking (
    application_name text NOT NULL COLLATE pg_catalog."C",
    notification_id bigint NOT NULL
);

INSERT INTO public.checkpoint VALUES (8, '2026-11-30T04:46:19.761769Z', 'armsledger/ledger/57f06601-e154-4755-bf37-d5dbbea874f9
8
MBJRePEOnfsvYfyLbRKsI9Vt/lVILWOoGQA5WO+gDsY=

— armsledger dEZsFp9BiGPmjVnSK0FQsOEzQAYRNPGO2dMK7/PCDM1bEO/LRNh9B766rNLLhcrVZ06S6ZMmerSLn7B8w15WXQQXRAs=
');

INSERT INTO public.journal VALUES (1, 'source/wire', 1, 'source.registered', 1, '3ab6cc4e92eadd3df85e89107f00', '2022-03-01', '2022-03-01', '2022-03-01', '2022-03-01', NULL, '2026-11-30T04:46:08.591566Z', 'me', '{"asserted":"2022-03-01","on":"2022-03-01","published":"2022-03-01","publisher":"Wire","reliability":"B"}', '\xcc2701f8067d459dfcf4a281feb2a33c51d64d913d0fd14ef8c1cd74a7cbed74');
INSERT INTO public.journal VALUES (2, 'source/paper', 1, 'source.registered', 1, '0a2075834bd211b6a67f7ad3a8b4', '2022-04-02', '2022-04-02', '2022-04-02', '2022-04-02', NULL, '2026-11-30T04:46:08.591566Z', 'me', '{"asserted":"2022-04-02","on":"2022-04-02","published":"2022-04-02","publisher":"Zeitung „Überblick“","reliability":"C"}', '\x8316074ca24d271186e9e8d4e57610f94797c8092e945bafcc2be20254d001dbe2364d1d1c29b6b3d25a5ada338ce6149d918852b6c9dc60bf3ae551bbaa254b');
INSERT INTO public.journal VALUES (3, 'deal/poland-k2', 1, 'deal.opened', 1, '47a0cc9fc0e81c3a4701e227a644', '2022-01-01', '2022-01-31', '2022-03-01', '2022-03-01', 'wire', '2026-11-30T04:46:08.591566Z', 'me', '{"asserted":"2022-03-01","buyer":"POL","items":[{"description":"main battle tank","designation":"K2 Black Panther"}],"on":"2022-01","source":"wire","supplier":"KOR"}', '\xe71b4b467ddee41534152bc253f27392566d0d9548173224a8f14f2cde03ae00');
INSERT INTO public.journal VALUES (4, 'deal/poland-k2', 2, 'deal.contract-signed', 1, 'k2-contract', '2022-02-20', '2022-02-20', '2022-03-01', '2022-03-01', 'wire', '2026-11-30T04:46:08.591566Z', 'me', '{"asserted":"2022-03-01","attribution":{"role":"spokesman of the ministry","speaker":{"sealed":"2883bb93c2d53ae14240bfba5cea1a30.sFvoU5aEt2RJflEExb6vhY3HS9RXAafXvxDzwaGPb+h0c3i2vyjeJIzJYRraj5TY"}},"credibility":2,"on":"2022-02-20","quantity":{"count":180,"unit":"tank"},"quote":"łącznie 180 czołgów","source":"wire","value":{"amount":"3370000000","approximate":true,"currency":"USD"}}', '\x5be99e363fd1dddf7481db76d3ea449f92b02104805e882252859dd9953395ebe4ad008a764ac22a9a153a858fcd0a8a0f3a5e493c6a46bde18f75a5eed9a14e9ae4c324b80717d866aa32d5d6f883d8a39084cfb9c9cb63ec927e5902dec0a6');
INSERT INTO public.journal VALUES (5, 'deal/poland-k2', 3, 'deal.tranche-paid', 1, 'k2-payment', '2022-02-25', '2022-02-25', '2022-04-02', '2022-04-02', 'paper', '2026-11-30T04:46:08.591566Z', 'me', '{"amount":{"amount":"300000000","currency":"USD"},"asserted":"2022-04-02","attribution":{"anonymous":true,"role":"an official"},"on":"2022-02-25","source":"paper","tranche":1}', '\xcac89a4cc1319c95dcd849123b7d63e28a4a83c9d7d56172a1c33a9f27b854c8');
INSERT INTO public.journal VALUES (6, 'source/gazette', 1, 'source.registered', 1, '8bb303a304b1ebb4fe3f54cb75ee', '2022-05-03', '2022-05-03', '2022-05-03', '2022-05-03', NULL, '2026-11-30T04:46:12.431453Z', 'me', '{"asserted":"2022-05-03","on":"2022-05-03","published":"2022-05-03","publisher":"Gazette","reliability":"B"}', '\x73e2f56d2f83b47a2ba6fd32364df58bb09e77de561644596bea439bf3515b8204e9a7e3dbb6ed8fc997ff84e4aa4c3bedb6b9021560c6f513c4cf824771ffbc');
INSERT INTO public.journal VALUES (7, 'deal/poland-k2', 4, 'deal.tested', 1, 'k2-test', '2022-04-01', '2022-04-30', '2022-05-03', '2022-05-03', 'gazette', '2026-11-30T04:46:12.431453Z', 'me', '{"asserted":"2022-05-03","attribution":{"role":"spokeswoman of the army","speaker":{"sealed":"d11be11dbd7d37e9d151f1644001556c.KWB6dMW8L4sk6+LLWAQuVcuihg48qqu13tb/MH8kHsKkgRThTUErTNinWzV2FGRj"}},"on":"2022-04","source":"gazette"}', '\x5a0ffe341d0394fd78d0e69cd2cdce15f37019423febb598a11103328c4d7806');
INSERT INTO public.journal VALUES (8, 'deal/poland-k2', 5, 'deal.corrected', 1, '47a0cc9f653e65b929948597d753', '2022-03-01', '2022-03-01', '2022-03-01', '2022-03-01', 'wire', '2026-11-30T04:46:16.181634Z', 'me', '{"asserted":"2022-03-01","on":"2022-03-01","reason":"entry-error","set":{"value":{"amount":"3400000000","approximate":true,"currency":"USD"}},"source":"wire","target":"k2-contract"}', '\x30bf3ae937f7e5c3d006de21a4f771768a50dc022dee1423b8a80019208f83dac8e7bd214d19fba805591df1d5b1caa630616975ced379eb44487f943a587813f3df8cd9c8fafaf2bd01923908208b420659c2347e9971c099fd92157409daef30125178f10e9dfb2f61fc8b6d12ac23d56dfe55482d63a819003958efa00ec6');
INSERT INTO public.journal VALUES (9, 'deal/poland-k2', 6, 'deal.retracted', 1, '47a0cc9f88c49e095313e88b4c35', '2026-11-30', '2026-11-30', '2026-11-30', '2026-11-30', 'paper', '2026-11-30T04:46:24.587263Z', 'me', '{"asserted":"2026-11-30","on":"2026-11-30","reason":"unsupported","source":"paper","target":"k2-payment"}', '\x438b04414e482fd00ffeb646cdf0cbf7cf5a6da6c9386042c32b6be86b110d81');

INSERT INTO public.ledger VALUES ('schema_version', '2');
INSERT INTO public.ledger VALUES ('ledger_id', '57f06601-e154-4755-bf37-d5dbbea874f9');
INSERT INTO public.ledger VALUES ('created_at', '2026-11-30T04:46:02.941954Z');

INSERT INTO public.person VALUES ('d11be11dbd7d37e9d151f1644001556c', 'Anna Nowak', '\xee274cc748187d30e5b62bfcff82b4c56a24e3a98bb677f8d64f287ac3db906e', NULL, NULL);
INSERT INTO public.person VALUES ('2883bb93c2d53ae14240bfba5cea1a30', NULL, NULL, '2026-11-30T04:46:21.907969Z', 'me: asked to be');

ALTER TABLE ONLY public.checkpoint
    ADD CONSTRAINT checkpoint_pkey PRIMARY KEY (size, made_at);

ALTER TABLE ONLY public.journal
    ADD CONSTRAINT journal_entry_id_key UNIQUE (entry_id);

ALTER TABLE ONLY public.journal
    ADD CONSTRAINT journal_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY public.journal
    ADD CONSTRAINT journal_stream_version_key UNIQUE (stream, version);

ALTER TABLE ONLY public.ledger
    ADD CONSTRAINT ledger_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_name_key UNIQUE (name);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tracking
    ADD CONSTRAINT tracking_pkey PRIMARY KEY (application_name);

CREATE TRIGGER checkpoint_refuses_truncate BEFORE TRUNCATE ON public.checkpoint FOR EACH STATEMENT EXECUTE FUNCTION public.armsledger_refuse('a checkpoint that was made is never changed');

CREATE TRIGGER checkpoint_refuses_update_delete BEFORE DELETE OR UPDATE ON public.checkpoint FOR EACH STATEMENT EXECUTE FUNCTION public.armsledger_refuse('a checkpoint that was made is never changed');

CREATE TRIGGER journal_refuses_truncate BEFORE TRUNCATE ON public.journal FOR EACH STATEMENT EXECUTE FUNCTION public.armsledger_refuse('the journal is append-only: what is recorded is never changed');

CREATE TRIGGER journal_refuses_update_delete BEFORE DELETE OR UPDATE ON public.journal FOR EACH STATEMENT EXECUTE FUNCTION public.armsledger_refuse('the journal is append-only: what is recorded is never changed');

CREATE TRIGGER journal_takes_what_comes_next AFTER INSERT ON public.journal REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.armsledger_next();

CREATE TRIGGER ledger_refuses_delete BEFORE DELETE ON public.ledger FOR EACH STATEMENT EXECUTE FUNCTION public.armsledger_refuse('what makes a ledger this ledger is never changed');

CREATE TRIGGER ledger_refuses_truncate BEFORE TRUNCATE ON public.ledger FOR EACH STATEMENT EXECUTE FUNCTION public.armsledger_refuse('what makes a ledger this ledger is never changed');

CREATE TRIGGER ledger_refuses_update BEFORE UPDATE ON public.ledger FOR EACH ROW EXECUTE FUNCTION public.armsledger_ledger();

CREATE TRIGGER person_refuses_delete BEFORE DELETE ON public.person FOR EACH STATEMENT EXECUTE FUNCTION public.armsledger_refuse('a person is forgotten, or stays as it is');

CREATE TRIGGER person_refuses_truncate BEFORE TRUNCATE ON public.person FOR EACH STATEMENT EXECUTE FUNCTION public.armsledger_refuse('a person is forgotten, or stays as it is');

CREATE TRIGGER person_refuses_update BEFORE UPDATE ON public.person FOR EACH ROW EXECUTE FUNCTION public.armsledger_person();

