-- What can be asked of a folder of results? The schema of DIR/index.sqlite, which `latchmark index DIR --sqlite` makes.
-- Everything in it follows from the files in DIR: it may be deleted at any time, and is made again.
-- Paths are relative to DIR. What has no value is NULL, with the reason beside it; it is never 0.

CREATE TABLE source (
    program TEXT NOT NULL            -- digest of the program that summed the launches up: another one does so anew
) STRICT;

CREATE TABLE run (                   -- one row a run file
    path TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,            -- of the file's bytes; copies of a file share the rows of `value`
    id TEXT NOT NULL,
    host TEXT,                       -- its name in a fleet run; NULL outside of one
    alias TEXT NOT NULL,             -- what the machine calls itself, often the same for a whole rack
    hard_key TEXT NOT NULL,          -- equal for machines of one model
    preset TEXT NOT NULL,
    started_utc TEXT NOT NULL,
    commit_id TEXT NOT NULL,         -- of the suite
    is_complete INTEGER NOT NULL,
    why_incomplete TEXT,             -- NULL for a complete run
    flags TEXT                       -- what is no machine's own, such as an emulator; NULL where nothing is
) STRICT;

CREATE TABLE value (                 -- one row a point and metric
    sha256 TEXT NOT NULL,
    position INTEGER NOT NULL,
    point TEXT NOT NULL,
    experiment TEXT NOT NULL,
    variant TEXT NOT NULL,
    workers INTEGER NOT NULL,
    placement TEXT NOT NULL,
    metric TEXT NOT NULL,
    unit TEXT NOT NULL,
    median REAL,                     -- over launches, in `unit`
    low REAL,                        -- ends of the interval of the median
    high REAL,
    launches INTEGER NOT NULL,       -- that have a value
    why TEXT,                        -- why there is no median, or no interval
    PRIMARY KEY (sha256, position),
    CHECK (why IS NOT NULL OR (median IS NOT NULL AND low IS NOT NULL AND high IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE fleet (                 -- one row a fleet run
    path TEXT PRIMARY KEY,           -- of its folder
    id TEXT NOT NULL,
    preset TEXT NOT NULL,
    engine TEXT NOT NULL,
    started_utc TEXT NOT NULL,
    coverage TEXT NOT NULL           -- `3 of 4 machines; node7 unreachable`
) STRICT;

CREATE TABLE host (                  -- one row a host of a fleet run, also of those that measured nothing
    fleet TEXT NOT NULL REFERENCES fleet (path),
    host TEXT NOT NULL,
    state TEXT NOT NULL,             -- ok, failed, incomplete, unreachable, incompatible, not collected
    reason TEXT NOT NULL,            -- empty where it is ok
    exit_code INTEGER,               -- NULL where the run has not ended, or nobody could ask
    utc TEXT NOT NULL,               -- when this was found out
    architecture TEXT,               -- NULL where nobody could ask
    attempt INTEGER NOT NULL,
    run TEXT,                        -- path of its run file; NULL where there is none, for the reason of the state
    PRIMARY KEY (fleet, host)
) STRICT;

-- The newest complete run of each machine and preset; a machine is a host where a fleet names it, else an alias.
CREATE VIEW newest_run AS
SELECT * FROM (
    SELECT coalesce(host, alias) AS machine, run.*, row_number() OVER (
        PARTITION BY coalesce(host, alias), hard_key, preset ORDER BY started_utc DESC, path
    ) AS place FROM run WHERE is_complete
) WHERE place = 1;

-- Their values: what most questions are asked of.
CREATE VIEW newest_value AS
SELECT machine, hard_key, preset, started_utc, path, flags, value.*
FROM newest_run JOIN value USING (sha256);

-- By how much machines differ at a point; those whose times are not their own are left out.
CREATE VIEW spread AS
SELECT preset, point, metric, unit, count(median) AS machines, min(median) AS least, max(median) AS most,
    max(median) / nullif(min(median), 0) AS ratio
FROM newest_value WHERE flags IS NULL
GROUP BY preset, point, metric, unit;

-- Examples

-- Where do the machines differ most?
SELECT preset, point, metric, unit, machines, least, most, ratio
FROM spread WHERE machines > 1 ORDER BY ratio DESC, point LIMIT 20;

-- Which hosts are missing in the newest fleet run of each preset, and why?
SELECT preset, fleet.started_utc, host, state, reason
FROM fleet JOIN host ON host.fleet = fleet.path
WHERE state NOT IN ('ok', 'failed')
    AND fleet.started_utc = (SELECT max(started_utc) FROM fleet AS other WHERE other.preset = fleet.preset)
ORDER BY preset, host;
