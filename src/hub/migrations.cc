// The tables of the hub, step by step. A released step never changes: what is new becomes a step of its own.
#include "hub/database.h"

namespace paw::hub {
namespace {

constexpr const char* kFirst = R"sql(
-- Ids are not given out again: what a removed user left is nobody's.
CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  created_at REAL NOT NULL
) STRICT;

-- A key is shown once; what is kept is its SHA-256 (it is 256 random bits, so no salt is needed).
CREATE TABLE keys (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  prefix TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  created_at REAL NOT NULL,
  expires_at REAL,
  revoked_at REAL
) STRICT;
CREATE INDEX keys_user ON keys(user_id);

CREATE TABLE sessions (
  hash TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  key_id INTEGER NOT NULL REFERENCES keys(id) ON DELETE CASCADE,
  created_at REAL NOT NULL,
  expires_at REAL NOT NULL
) STRICT;

-- One row a program, whoever compiled it: its id is a hash of what it was made from.
CREATE TABLE programs (
  program_id TEXT PRIMARY KEY,
  digest TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  spec TEXT NOT NULL,
  facts TEXT NOT NULL,
  report TEXT,
  created_at REAL NOT NULL,
  downloads INTEGER NOT NULL DEFAULT 0,
  calls INTEGER NOT NULL DEFAULT 0,
  upvotes INTEGER NOT NULL DEFAULT 0,
  downvotes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX programs_digest ON programs(digest);
CREATE INDEX programs_created ON programs(created_at DESC);

-- Who has it, and how they list it. user_id 0: those who were not signed in. made: they compiled it, so its held-out rows are theirs.
CREATE TABLE holders (
  program_id TEXT NOT NULL REFERENCES programs(program_id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  tags TEXT NOT NULL,
  public INTEGER NOT NULL,
  listed INTEGER NOT NULL,
  made INTEGER NOT NULL,
  created_at REAL NOT NULL,
  PRIMARY KEY (program_id, user_id)
) STRICT;
CREATE INDEX holders_user ON holders(user_id, created_at DESC);

CREATE TABLE tags (
  program_id TEXT NOT NULL REFERENCES programs(program_id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL,
  tag TEXT NOT NULL,
  PRIMARY KEY (tag, program_id, user_id)
) STRICT;

CREATE TABLE slugs (
  user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  slug TEXT NOT NULL,
  main_version INTEGER NOT NULL,
  PRIMARY KEY (user_id, slug)
) STRICT;
CREATE INDEX slugs_slug ON slugs(slug);

CREATE TABLE versions (
  user_id INTEGER NOT NULL,
  slug TEXT NOT NULL,
  version INTEGER NOT NULL,
  program_id TEXT NOT NULL REFERENCES programs(program_id),
  created_at REAL NOT NULL,
  PRIMARY KEY (user_id, slug, version),
  FOREIGN KEY (user_id, slug) REFERENCES slugs(user_id, slug) ON UPDATE CASCADE ON DELETE CASCADE
) STRICT;
CREATE INDEX versions_program ON versions(program_id);

CREATE TABLE slug_log (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  slug TEXT NOT NULL,
  version INTEGER,
  program_id TEXT,
  what TEXT NOT NULL,
  time REAL NOT NULL
) STRICT;

CREATE TABLE votes (
  program_id TEXT NOT NULL REFERENCES programs(program_id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  vote INTEGER NOT NULL,
  PRIMARY KEY (program_id, user_id)
) STRICT;

CREATE TABLE cases (
  id INTEGER PRIMARY KEY,
  program_id TEXT NOT NULL REFERENCES programs(program_id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  type TEXT NOT NULL,
  description TEXT NOT NULL,
  created_at REAL NOT NULL
) STRICT;
CREATE INDEX cases_program ON cases(program_id);

CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL,
  address TEXT NOT NULL,
  request_key TEXT NOT NULL,
  request TEXT NOT NULL,
  shown TEXT NOT NULL,
  lane INTEGER NOT NULL,
  status TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  program_id TEXT,
  result TEXT,
  error TEXT,
  created_at REAL NOT NULL,
  started_at REAL,
  completed_at REAL
) STRICT;
CREATE INDEX jobs_open ON jobs(status, lane, created_at);
CREATE INDEX jobs_user ON jobs(user_id, created_at DESC);

-- What a request for a compile came to: the same request again is answered from here.
CREATE TABLE compiled (
  request_key TEXT PRIMARY KEY,
  program_id TEXT NOT NULL REFERENCES programs(program_id) ON DELETE CASCADE
) STRICT;
)sql";

}  // namespace

const std::vector<const char*>& Migrations() {
  static const std::vector<const char*> steps = {kFirst};
  return steps;
}

}  // namespace paw::hub
