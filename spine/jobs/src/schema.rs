//! The queue's tables.

use ejia_db::Migration;

/// The tables of the queue, applied before any job is written.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "jobs.001_queue",
    sql: "
        CREATE TABLE job (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            payload TEXT NOT NULL,
            once_key TEXT,
            state TEXT NOT NULL,
            due_at BIGINT NOT NULL,
            attempts BIGINT NOT NULL,
            lease TEXT,
            last_fault TEXT,
            enqueued_at BIGINT NOT NULL,
            ended_at BIGINT
        );
        CREATE UNIQUE INDEX job_once_key_key ON job (once_key);
        CREATE INDEX job_open_by_due_at ON job (due_at) WHERE state = 'open';
        CREATE INDEX job_ended ON job (state, ended_at) WHERE ended_at IS NOT NULL;
        CREATE TABLE job_schedule (
            name TEXT PRIMARY KEY,
            next_at BIGINT NOT NULL,
            lease TEXT
        );
    ",
}];
