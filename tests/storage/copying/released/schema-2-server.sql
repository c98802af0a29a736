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
INSERT INTO public.checkpoint VALUES (8, '2026-11-30T04:37:29.790518Z', 'armsledger/ledger/86d07bcc-037a-491c-ad01-2f1ab6da2b75
8
jc+a2FFcskwctKJYpYbsLIhmzaQdPpPapoqJenameAQ=
— armsledger dEZsFnn4/eSUpOsFhazyeivwKvqIcviPPzkHBkfjhTAzWfXHyHwh5KRP/VEGcWB82pLT7DJRWW6V7I1ByvdKKFXqRg8=
');
INSERT INTO public.journal VALUES (1, 'source/wire', 1, 'source.registered', 1, '3ab6cc4e92eadd3df85e89107f00', '2022-03-01', '2022-03-01', '2022-03-01', '2022-03-01', NULL, '2026-11-30T04:37:24.023540Z', 'me', '{"asserted":"2022-03-01","on":"2022-03-01","published":"2022-03-01","publisher":"Wire","reliability":"B"}', '\x0ad5a90ba266f15509e7623639ac5e19864eaaeb46f583f387c5e9d785af6e6a');
INSERT INTO public.journal VALUES (2, 'source/paper', 1, 'source.registered', 1, '0a2075834bd211b6a67f7ad3a8b4', '2022-04-02', '2022-04-02', '2022-04-02', '2022-04-02', NULL, '2026-11-30T04:37:24.023540Z', 'me', '{"asserted":"2022-04-02","on":"2022-04-02","published":"2022-04-02","publisher":"Zeitung „Überblick“","reliability":"C"}', '\xb31864161751753341dd928bf648be82cb50810cd571c5f5f7c4c162262b9623d7d9777360c1ee99eb9cadc3e8d79bfd327be1d8abdc1f8cf07458aad80e2ba6');
INSERT INTO public.journal VALUES (3, 'deal/poland-k2', 1, 'deal.opened', 1, '47a0cc9fc0e81c3a4701e227a644', '2022-01-01', '2022-01-31', '2022-03-01', '2022-03-01', 'wire', '2026-11-30T04:37:24.023540Z', 'me', '{"asserted":"2022-03-01","buyer":"POL","items":[{"description":"main battle tank","designation":"K2 Black Panther"}],"on":"2022-01","source":"wire","supplier":"KOR"}', '\x286a9cc77ba9da27eca171957b4b1dddbad36e9acd18de696f3569974b8a5639');
INSERT INTO public.journal VALUES (4, 'deal/poland-k2', 2, 'deal.contract-signed', 1, 'k2-contract', '2022-02-20', '2022-02-20', '2022-03-01', '2022-03-01', 'wire', '2026-11-30T04:37:24.023540Z', 'me', '{"asserted":"2022-03-01","attribution":{"role":"spokesman of the ministry","speaker":{"sealed":"73a767500355042e9e2449eecca6d904.lQp5eNnW5Uu2orYdZYqKT3m54QL3hWIwZj7EDSiewTvN5beWbSj0oN8xAkRg9dVv"}},"credibility":2,"on":"2022-02-20","quantity":{"count":180,"unit":"tank"},"quote":"łącznie 180 czołgów","source":"wire","value":{"amount":"3370000000","approximate":true,"currency":"USD"}}', '\x58a00076586cfd014f5a7529fe11b5ba3dfa4021f32b391f31035821f262e74566b68ce4bd90ebb518064f88ce81044a1eb4d82ccd197fd115c54d767352c40c02464ab14c703d2fa6000bd44615e978b2c0f541f24eb72010f6a6f6e87b68fa');
INSERT INTO public.journal VALUES (5, 'deal/poland-k2', 3, 'deal.tranche-paid', 1, 'k2-payment', '2022-02-25', '2022-02-25', '2022-04-02', '2022-04-02', 'paper', '2026-11-30T04:37:24.023540Z', 'me', '{"amount":{"amount":"300000000","currency":"USD"},"asserted":"2022-04-02","attribution":{"anonymous":true,"role":"an official"},"on":"2022-02-25","source":"paper","tranche":1}', '\x5860807d11be6a21aac4e640630b7730f360645b5484ab8231407ce05a938be7');
INSERT INTO public.journal VALUES (6, 'source/gazette', 1, 'source.registered', 1, '8bb303a304b1ebb4fe3f54cb75ee', '2022-05-03', '2022-05-03', '2022-05-03', '2022-05-03', NULL, '2026-11-30T04:37:26.496505Z', 'me', '{"asserted":"2022-05-03","on":"2022-05-03","published":"2022-05-03","publisher":"Gazette","reliability":"B"}', '\x9a0abc0838f6a4c04a80152fa5e0fbe4d0df8cc897ef8618999e1653f14ecb5bda7abbebeecef435ed960ca49b5e73207d0f9b68ab4a08e35574dc04dd73fcb1');
INSERT INTO public.journal VALUES (7, 'deal/poland-k2', 4, 'deal.tested', 1, 'k2-test', '2022-04-01', '2022-04-30', '2022-05-03', '2022-05-03', 'gazette', '2026-11-30T04:37:26.496505Z', 'me', '{"asserted":"2022-05-03","attribution":{"role":"spokeswoman of the army","speaker":{"sealed":"357d078761809c970fa934ea2bb548bf.WU0HXt53FMH3F6oNDVs2fYdi08uLdNKHe3J8MRCbR3z/YtobeTmrVssBz20/kK2n"}},"on":"2022-04","source":"gazette"}', '\x5b5cce5ea5f0beb42d24a11d0390f4989ca0f193389221dd44d31f7627ee758a');
INSERT INTO public.journal VALUES (8, 'deal/poland-k2', 5, 'deal.corrected', 1, '47a0cc9f653e65b929948597d753', '2022-03-01', '2022-03-01', '2022-03-01', '2022-03-01', 'wire', '2026-11-30T04:37:28.516657Z', 'me', '{"asserted":"2022-03-01","on":"2022-03-01","reason":"entry-error","set":{"value":{"amount":"3400000000","approximate":true,"currency":"USD"}},"source":"wire","target":"k2-contract"}', '\xc8cbcafa92ad5a807170734b9a2b38621ec83fe9736fdc5c1d7d805815991dd30cefed0f39839c420f7bc4d08d9a6c30dee3dfe46225749daf256ec387da6197ace8e3172ef8359c02ac07224acceb5813ecb05d05b4122d96bfac4d39a410b98dcf9ad8515cb24c1cb4a258a586ec2c8866cda41d3e93daa68a897a76a67804');
INSERT INTO public.journal VALUES (9, 'deal/poland-k2', 6, 'deal.retracted', 1, '47a0cc9f88c49e095313e88b4c35', '2026-11-30', '2026-11-30', '2026-11-30', '2026-11-30', 'paper', '2026-11-30T04:37:33.539327Z', 'me', '{"asserted":"2026-11-30","on":"2026-11-30","reason":"unsupported","source":"paper","target":"k2-payment"}', '\x75014b4d60816faa385795dc3d470cb049b726ee0f60f463352d949530d05173');
INSERT INTO public.ledger VALUES ('schema_version', '2');
INSERT INTO public.ledger VALUES ('ledger_id', '86d07bcc-037a-491c-ad01-2f1ab6da2b75');
INSERT INTO public.ledger VALUES ('created_at', '2026-11-30T04:37:19.597606Z');
INSERT INTO public.person VALUES ('357d078761809c970fa934ea2bb548bf', 'Anna Nowak', '\x5c38c978b17b2b22d0e7d274f0e339750fc9a7d8329bd67e239f316e8ae5f747', NULL, NULL);
INSERT INTO public.person VALUES ('73a767500355042e9e2449eecca6d904', NULL, NULL, '2026-11-30T04:37:31.332821Z', 'me: asked to be');
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
