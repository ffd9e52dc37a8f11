-- What a worker may do, and no more: psql -d metafresh -f config/worker.sql, by who owns the tables.
-- Run it once a crawl --cluster has made them, and again after an update that changed them.
DO $$ BEGIN CREATE ROLE metafresh_worker LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;

GRANT SELECT ON alembic_version TO metafresh_worker;
-- What it is sent for, and what it brings back; it may not send anybody.
GRANT SELECT, UPDATE (report, tries) ON errands TO metafresh_worker;
-- Whose turn it is at which host, and when the next one may be.
GRANT SELECT, INSERT, UPDATE, DELETE ON leases TO metafresh_worker;
GRANT SELECT, INSERT, UPDATE ON hosts, robots, troubles TO metafresh_worker;
GRANT DELETE ON troubles TO metafresh_worker;
-- Procrastinate's jobs.
GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_workers TO metafresh_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_periodic_defers TO metafresh_worker;
GRANT SELECT, INSERT ON procrastinate_events TO metafresh_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO metafresh_worker;
