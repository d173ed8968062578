#!/usr/bin/env python3
"""Makes examples/triage: log lines, alerts and pager notes of a made-up parcel company, each with the team it belongs to.

  make_triage.py [--seed 20]        writes spec.txt, train.jsonl (560 rows) and test.jsonl (150 rows) beside itself, in triage/

A row is a message (what happened) in an envelope (how it reached us). The last messages of every label occur in the test rows only, so
the test asks for more than remembering. Everything here is invented; nothing is taken from a real system or a public data set.
"""
import argparse
import json
import pathlib
import random

SERVICES = ["checkout", "ledger", "courier-gw", "pricing", "idm", "warehouse-sync", "label-printer", "search-api", "notify", "billing-worker",
            "edge", "tracking", "returns-portal", "tariff-calc", "depot-planner", "customs-feed", "slot-booking", "driver-app-bff"]
HOSTS = ["ams-app-03", "ams-app-11", "fra-db-02", "fra-db-05", "lis-wrk-07", "lis-wrk-21", "ams-edge-1", "fra-node-14", "gdn-batch-02", "ip-10-4-17-88"]
TABLES = ["shipments", "parcel_events", "ledger_entries", "tariffs", "manifests", "slots", "depot_stock", "user_sessions", "invoices"]
DATABASES = ["tracking_prod", "ledger", "customs", "pgbouncer-main", "orders-replica-2", "mongo-events", "mysql-legacy"]
USERS = ["j.okafor", "svc-reporting", "depot17", "m.lindqvist", "svc-ledger", "kiosk-04", "t.barros", "courier_app", "n.haddad"]
PARTNERS = ["Paylane", "Geodex maps", "TextBird SMS", "CustomsLink", "FxRate24", "Certiva OCSP", "MailRocket", "Nordbank SEPA", "ZipCheck"]
IMAGES = ["checkout:4.18.2", "pricing:2025.11.3", "idm:7.0.0-rc2", "edge:1.9.41", "tracking:3.3.0", "ledger:12.4.1"]
MOUNTS = ["/var/lib/postgresql", "/data", "/var/log", "/", "/mnt/labels", "/var/lib/docker", "/srv/manifests"]
PATHS = ["/v2/shipments", "/v1/labels", "/api/slots/book", "/v2/tariffs/quote", "/track/batch", "/v1/returns", "/oauth/token"]

# Messages by label. The last HELD_OUT of each list are for test rows only.
HELD_OUT = 5
MESSAGES = {
    "database": [
        "deadlock detected on relation {table}, process {pid} waits for ShareLock",
        "could not obtain connection from pool within {ms}ms ({db}, {n}/{n} in use)",
        "canceling statement due to statement timeout: UPDATE {table} SET state = $1 WHERE id = $2",
        "replication lag on {db} is {secs}s, threshold 30s",
        "ERROR: duplicate key value violates unique constraint \"{table}_pkey\"",
        "connection to server at \"{host}\", port 5432 failed: Connection refused. Is the server running?",
        "too many connections for role \"{user}\"",
        "slow query {ms} ms: SELECT * FROM {table} WHERE depot_id IN (...) ORDER BY created_at",
        "org.postgresql.util.PSQLException: FATAL: terminating connection due to administrator command",
        "lock wait timeout exceeded; try restarting transaction ({table})",
        "migration 0{n}_add_index_{table} blocked by autovacuum on {table}",
        "SQLSTATE[HY000] [2006] MySQL server has gone away while writing {table}",
        "mongo primary stepped down, no writable server for {db} ({ms}ms)",
        "relation \"{table}_archive\" does not exist at character 15",
        "checkpoint on {db} complete: wrote {n} buffers, took {secs} s; queries stalling meanwhile",
        "pgbouncer: server_login_retry, all {n} server connections to {db} are dead",
        "vacuum of {table} cannot keep up, dead tuples {n}00000, txid wraparound in 9 days",
        "read replica {db} returns stale rows for {table}, {secs}s behind primary",
        "serialization failure, could not serialize access due to concurrent update on {table}",
        "index {table}_depot_idx is corrupted, expected a leaf page at block {n}",
        "prepared statement \"S_{n}\" already exists after failover of {db}",
        "connection pool exhausted talking to {db}, requests are queueing",
        "failover of {db} left two primaries for {secs}s, writes to {table} were rejected",
    ],
    "network": [
        "dial tcp 10.4.{n}.12:8443: i/o timeout",
        "upstream connect error or disconnect/reset before headers, reset reason: connection failure ({svc2})",
        "packet loss {pct}% between ams and fra over the last 5 min",
        "lookup {svc2}.svc.cluster.local on 10.96.0.10:53: no such host",
        "java.net.NoRouteToHostException: No route to host ({host})",
        "BGP session with upstream 2 flapped {n} times in an hour",
        "x509: certificate for internal mesh gateway expired, handshake with {svc2} failed",
        "read: connection reset by peer ({svc2} -> {svc})",
        "load balancer marked {n} of 12 targets unhealthy, health probes time out, hosts look fine",
        "TLS handshake timeout talking to {svc2} through the mesh sidecar",
        "VPN tunnel to depot Gdansk down, {n} scanners offline",
        "conntrack table full on {host}, dropping packets",
        "SYN flood suspected on {host}, {n}k half open connections",
        "mtu mismatch on vxlan0, large responses from {svc2} hang",
        "getaddrinfo EAI_AGAIN {svc2}",
        "NIC eth1 on {host}: link is down",
        "rtt ams-lis rose from 31 to {ms} ms after the carrier switched paths",
        "broken pipe while streaming manifest from {svc2}, peer closed the socket",
        "nat gateway out of ephemeral ports in lis, outgoing connects fail",
        "coredns SERVFAIL for {svc2}, {n} of last 100 queries",
        "envoy: no healthy upstream for cluster {svc2}, endpoints up but unreachable from this zone",
        "depot wifi controller lost {n} access points at once",
        "http2 stream refused, GOAWAY from {svc2} behind the internal proxy, tcp retransmits climbing",
    ],
    "auth": [
        "token expired {secs}s ago for subject {user}",
        "JWT signature verification failed: kid {n}f2a not in jwks",
        "{n} failed logins for {user} within 60s from 185.12.{n}.9, account locked",
        "permission denied: role depot_clerk may not call POST {path}",
        "session store rejected cookie for {user}: signature mismatch after key rotation",
        "LDAP bind failed for cn={user}: invalid credentials (49)",
        "mfa challenge failed {n} times for {user}",
        "403 for service account {user}: scope ledger:write missing",
        "could not refresh access token, refresh_token revoked ({user})",
        "SAML assertion rejected, audience mismatch, tenant {n}",
        "sudo: {user} : user NOT in sudoers ; TTY=pts/2 ; host {host}",
        "api key ending in {n}c1 was disabled yesterday and is still used by {svc2}",
        "clock skew of {secs}s makes all tokens of {svc} 'not yet valid'",
        "sshd: Failed publickey for {user} from 10.4.{n}.20 port 51022",
        "rbac: {user} cannot get resource \"secrets\" in namespace {svc}",
        "csrf token missing on {path}, session of {user} dropped",
        "login page loops: idm redirects {user} back to itself after sign-in",
        "password reset storm, {n}00 reset mails requested for staff accounts",
        "impersonation blocked: {user} tried to act as admin on {path}",
        "vault lease for {svc} expired, 'permission denied' on secret/data/{svc}",
        "service mesh policy says {svc2} is not allowed to invoke {svc} (principal unknown)",
        "oauth client {svc2} uses a secret that was rotated out, idm answers invalid_client",
        "badge kiosk kiosk-04 cannot sign staff in, idm answers 'account disabled' for everyone",
    ],
    "deploy": [
        "rollout of {image} stuck: {n} of 12 replicas updated, progress deadline exceeded",
        "ImagePullBackOff for {image}: manifest unknown",
        "helm upgrade {svc} failed: another operation (install/upgrade/rollback) is in progress",
        "readiness probe failing since release {image}, old pods already gone",
        "config map {svc}-env lacks key TARIFF_URL after the last release, pods crash at start",
        "pipeline #{pid} for {svc} failed in stage 'publish': tag {image} already exists",
        "rollback of {svc} to previous revision triggered by canary, error rate {pct}%",
        "terraform apply for {svc} aborted: state lock held by ci-runner-{n}",
        "feature flag new_slot_engine switched on for 100% with {image}, NullPointerException in SlotPlanner since",
        "argo: application {svc} OutOfSync, sync failed, invalid yaml in line {n}",
        "canary of {image} shows p99 {ms}ms against 180ms on stable",
        "CrashLoopBackOff {svc} right after {image}: missing environment variable LEDGER_DSN",
        "ci-runner-{n} cannot push {image}, registry says 'denied: immutable tag'",
        "wrong image in production: {svc} runs a debug build since today's release",
        "post-deploy smoke test for {svc} red: GET {path} gives 500 since v{n}",
        "kubectl apply: error validating data: unknown field spec.template.replcas in {svc}",
        "blue/green switch for {svc} half done, traffic still goes to both colours",
        "build of {image} breaks: package lock out of date, exit code {n}",
        "two versions of {svc} answer at once since the deploy at noon, schema of the replies differs",
        "release train halted, integration stage for {image} waits for approval since {n}h",
        "{svc} was shipped without its sidecar annotation, new pods never become ready",
        "the new {image} refuses to start, 'unknown option --slot-mode', previous tag is fine",
        "someone merged the hotfix to {svc} but the pipeline published the old artifact again",
    ],
    "disk": [
        "no space left on device writing {mount}/manifest-{pid}.tmp",
        "filesystem {mount} on {host} is {pct2}% full",
        "inode usage on {mount} 100%, {n} million tiny label files",
        "smartd: Device /dev/sdb [SAT], {n} Currently unreadable (pending) sectors",
        "EXT4-fs error (device nvme0n1p2): ext4_find_entry: reading directory lblock 0",
        "raid degraded on {host}: 1 of 4 disks failed",
        "io wait {pct}% on {host}, await {ms} ms on nvme1n1",
        "DiskPressure on {host}, kubelet is evicting pods",
        "Remounting filesystem read-only on {host} ({mount})",
        "log rotation broken on {host}, {mount} grew {n} GB since midnight",
        "PANIC: could not write to file \"pg_wal/xlogtemp.{pid}\": No space left on device",
        "snapshot of volume vol-0{n}ab failed, volume at {pct2}% and burst credits gone",
        "kafka log dir {mount} offline, IOException: Input/output error",
        "elasticsearch flood stage watermark [95%] exceeded on {host}, indices are read only",
        "buffer I/O error on dev dm-{n}, logical block {pid}",
        "backup volume full, nightly dump of {db} cut off after {n} GB",
        "docker: failed to register layer: write {mount}: no space left on device",
        "nvme2: controller is down; will reset: CSTS=0xffffffff",
        "quota exceeded for user labelprint on {mount}, cannot save pdf",
        "core dumps of {svc} filled {mount} on {host}",
        "{host}: write latency of the local ssd {ms}ms, wear level at 97 percent",
        "/tmp on {host} is packed with old tariff csv files, jobs cannot write anymore",
        "xfs on {mount} shut down after metadata corruption, needs xfs_repair",
    ],
    "memory": [
        "Out of memory: Killed process {pid} ({svc}) total-vm:{n}182044kB",
        "java.lang.OutOfMemoryError: Java heap space in {svc}",
        "container {svc} OOMKilled, limit 512Mi, restarts {n}",
        "GC overhead limit exceeded, {pct2}% of time in full GC",
        "rss of {svc} climbs {n} MB per hour since Tuesday",
        "std::bad_alloc while building depot matrix ({n} x {n})",
        "swap usage on {host} {pct2}%, kswapd busy",
        "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
        "redis: OOM command not allowed when used memory > 'maxmemory'",
        "MemoryError: Unable to allocate {n}.3 GiB for an array with shape ({pid}, {n}00)",
        "cannot allocate memory: fork failed on {host}",
        "pod {svc}-{n}b9 evicted: The node was low on resource: memory",
        "goroutine leak in {svc}, {n}000 goroutines, heap 3.9 GiB",
        "worker of {svc} exceeded its memory budget ({n}00 MB) and was restarted by supervisor",
        "young generation promotion failure, pause {ms}ms, {svc}",
        "cgroup memory.high breached by {svc}, throttled for {secs}s",
        "off-heap direct buffers exhausted: failed to allocate 16777216 byte(s) of direct memory",
        "tracemalloc top: cache of parsed tariffs holds {n}00 MB and never shrinks",
        "{svc} killed with exit code 137 during the nightly import, node had 0.1 GB free",
        "heap dump written after {svc} hit -Xmx, dominator is the slot cache",
        "page cache squeezed out on {host}, only {n} MB available, everything crawls",
        "label renderer eats {n} GB for one 900 page pdf and takes the node down with it",
        "segfault-free but bloated: {svc} resident set doubled overnight, scheduler moved it twice",
    ],
    "third_party": [
        "{partner} answers 503 since {time}, retries exhausted",
        "webhook delivery from {partner} {n} min late, their status page shows 'degraded'",
        "429 Too Many Requests from {partner}, daily quota used up",
        "{partner}: TLS certificate of their API expired, all calls fail",
        "timeout after {ms}ms calling {partner}, our other calls are fine",
        "unexpected field 'rate_v2' in reply of {partner}, they changed the schema again",
        "{partner} sandbox keys in their production console, authorisations declined",
        "carrier portal of {partner} in unannounced maintenance until {time}",
        "circuit breaker for {partner} open, failure ratio {pct}%",
        "{partner} returns HTML error page instead of json",
        "incident at {partner}: payouts delayed, ticket INC-{pid} with them",
        "invalid rate feed from {partner}: EUR/PLN = 0",
        "sms to +48 numbers not delivered, {partner} confirms an operator outage",
        "{partner} rotated their signing key without notice, callbacks do not verify",
        "geocoding by {partner} gives 502 Bad Gateway for {pct}% of the requests",
        "cloud provider reports elevated error rates for object storage in eu-west, nothing on our side",
        "{partner} sftp drop refuses us since their migration",
        "oauth provider of {partner} is down, partner logins impossible, ours work",
        "duplicate webhooks from {partner}, same event id {n} times",
        "their api says 'contract suspended' ({partner}), finance to call them",
        "{partner} deprecated v1 over night and answers 410 Gone",
        "waiting on {partner} support, customs messages stay unacknowledged on their end",
        "ocsp responder of {partner} unreachable from everywhere, also from my phone",
    ],
    "client_error": [
        "400 Bad Request on POST {path}: field 'weight_kg' must be a number, got \"heavy\"",
        "422 on {path}: postcode '{n}' does not match country PT",
        "client sent malformed json: unexpected end of input at line 1 column {n} ({path})",
        "404 GET {path}/{pid} shipment id never existed",
        "413 payload of {n} MB rejected, limit is 8 MB",
        "validation failed: pickup_date 2019-02-30 is not a date ({path})",
        "unsupported media type text/csv on {path}, caller is partner shop {n}",
        "missing required header X-Depot-Id, request from {user}",
        "405 Method Not Allowed: PUT {path} by shop plugin 1.{n}",
        "caller uses the retired v0 endpoint, answered 410 ({n} times today)",
        "customer uploaded a .heic where a pdf is expected",
        "idempotency key reused with a different body on {path} by shop {n}",
        "bad iban checksum in refund request, rejected",
        "rate limit hit by shop {n}: {pid} requests a minute against our own public api",
        "400: quantity -{n} is not allowed ({path})",
        "unknown enum value 'OVERNITE' for service_level, caller shop {n}",
        "csv import of customer {n} refused, column 'recipient' missing",
        "parcel dimensions 0x0x0 in booking by shop {n}, returned 422",
        "duplicate reference number in the request body, told the caller 409",
        "query parameter limit={pid}00 out of range, refused",
        "shop {n} keeps posting to {path} with an empty body and gets 400s",
        "tracking number with letter O instead of zero typed by the customer, not found",
        "batch of shop {n} has {pid} rows, we take 500, answered 422 with an explanation",
    ],
    "noise": [
        "GET /healthz 200 {ms}ms",
        "scheduled backup of {db} finished in {secs}s, {n} GB",
        "cache warmup done, {pid} entries",
        "retry 1 of 5 succeeded for {svc2} after {ms}ms",
        "{user} logged in from 10.4.{n}.7",
        "certificate for {svc} renewed, valid 90 days",
        "debug: recalculated {n} slots, nothing changed",
        "alert resolved: cpu on {host} back to {pct}%",
        "scaled {svc} from {n} to {n} replicas, as planned for the evening peak",
        "heartbeat from {host} ok",
        "nightly job tariff-import completed: {pid} rows, 0 rejected",
        "test alert, please ignore ({user} checks the pager)",
        "log level of {svc} set to INFO",
        "connection to {db} re-established, no requests lost",
        "deprecated option 'slotEngine' is ignored, default is used",
        "metrics scrape took {ms}ms",
        "rollout of {image} finished, 12 of 12 replicas ready",
        "maintenance window closed, all checks green",
        "vacuum of {table} done, {n} pages removed, nobody waited",
        "leader election: {host} is leader, unchanged",
        "disk on {host} at 41%, weekly report",
        "gc pause {n}ms, within budget",
        "fyi the drill at {time} is over, pages from it can be closed",
    ],
}

QUIET_LEVELS = ["INFO", "info", "DEBUG", "NOTICE"]
LOUD_LEVELS = ["ERROR", "WARN", "error", "warning", "CRIT", "E", "FATAL"]
# What people add, and what tells nothing about the team.
TAILS = ["since {time}", "third time this week", "customers are calling", "shift lead wants an eta", "started after lunch", "only in {host}",
         "same as on monday?", "not urgent I think", "no idea why, looks odd", "depot {n} is standing still", "also seen on {host}", "went away and came back",
         "screenshot in the channel", "please have a look", "two others report the same"]


def fill(draw, text):
    slots = {
        "table": draw.choice(TABLES), "db": draw.choice(DATABASES), "host": draw.choice(HOSTS), "user": draw.choice(USERS),
        "partner": draw.choice(PARTNERS), "image": draw.choice(IMAGES), "mount": draw.choice(MOUNTS), "path": draw.choice(PATHS),
        "svc": draw.choice(SERVICES), "svc2": draw.choice(SERVICES), "pid": draw.randint(211, 98_000), "n": draw.randint(2, 96),
        "ms": draw.choice([draw.randint(3, 90), draw.randint(200, 9_000), 30_000]), "secs": draw.randint(4, 1_900),
        "pct": draw.randint(3, 71), "pct2": draw.randint(86, 100), "time": f"{draw.randint(0, 23):02}:{draw.randint(0, 59):02}",
    }
    return text.format(**slots)


def stamp(draw):
    day, hour, minute, second = draw.randint(1, 28), draw.randint(0, 23), draw.randint(0, 59), draw.randint(0, 59)
    return draw.choice([
        f"2025-11-{day:02}T{hour:02}:{minute:02}:{second:02}.{draw.randint(0, 999):03}Z", f"Nov {day:2} {hour:02}:{minute:02}:{second:02}",
        f"[{day:02}/Nov/2025:{hour:02}:{minute:02}:{second:02} +0100]", f"{hour:02}:{minute:02}:{second:02}",
        str(1_762_000_000 + draw.randint(0, 2_000_000))])


def typo(draw, text):
    """One slip of a tired hand: two letters swapped, one lost or one doubled, inside a word of letters."""
    places = [i for i in range(1, len(text) - 2) if text[i - 1:i + 2].isalpha() and text[i - 1:i + 2].islower()]
    if not places:
        return text
    i = draw.choice(places)
    return draw.choice([text[:i] + text[i + 1] + text[i] + text[i + 2:], text[:i] + text[i + 1:], text[:i] + text[i] + text[i:]])


def envelope(draw, label, message):
    # Levels are set by whoever wrote the line: a hint, no more.
    quiet = draw.random() < (0.7 if label == "noise" else 0.15)
    service, host, level = draw.choice(SERVICES), draw.choice(HOSTS), draw.choice(QUIET_LEVELS if quiet else LOUD_LEVELS)
    kind = draw.choice([0, 1, 2, 3, 4, 5, 6, 6, 6, 7, 8, 9, 10, 11])
    if kind == 0:
        return f"{stamp(draw)} {level} [{service}] {message}"
    if kind == 1:
        return f"level={level.lower()} svc={service} host={host} msg=\"{message.replace(chr(34), chr(39))}\""
    if kind == 2:
        return json.dumps({"ts": stamp(draw), "level": level.lower(), "service": service, "message": message}, ensure_ascii=False)
    if kind == 3:
        return f"{stamp(draw)} {host} {service}[{draw.randint(300, 32_000)}]: {message}"
    if kind == 4:
        state = "RESOLVED" if label == "noise" and draw.random() < 0.5 else draw.choice(["FIRING", "FIRING:2", "ALERT"])
        return f"[{state}] {service} ({draw.choice(['prod', 'prod-eu', 'live'])}): {message}"
    if kind == 5:
        return f"{service}: {message}"
    if kind == 6:
        if draw.random() < 0.6:
            message += draw.choice([", ", " - ", "; "]) + fill(draw, draw.choice(TAILS))
        opening = draw.choice(["pager note:", "oncall:", "seen in " + service + ",", "anyone else?", "hm,", "ticket from depot " + str(draw.randint(2, 40)) + ":"])
        return typo(draw, f"{opening} {message}".lower()) if draw.random() < 0.6 else f"{opening} {message}"
    if kind == 7:
        return f"{stamp(draw)} | {service} | {draw.randint(1, 400)}ms | {message} | trace={draw.randrange(16**8):08x}"
    if kind == 8:
        return f"{message} (x{draw.randint(2, 900)} in {draw.choice(['5m', '1h', '15 min'])})"
    if kind == 9:
        return f"{level}:{service}.{draw.choice(['worker', 'api', 'handler', 'main'])}:{message}"
    if kind == 10:
        long_tail = draw.choice(["\n    at {s}.run(Main.java:{n})\n    ... {n} more", "\n  File \"/srv/{s}/app.py\", line {n}, in handle", " see runbook rb-{n}"])
        return message + long_tail.format(s=service.replace("-", "_"), n=draw.randint(4, 300))
    return message


def make(draw, counts, pools, used):
    rows = []
    for label, count in counts.items():
        made = 0
        deck = []
        while made < count:
            if not deck:
                deck = list(pools[label])
                draw.shuffle(deck)
            text = envelope(draw, label, fill(draw, deck.pop()))
            key = " ".join(text.lower().split())
            if key in used:
                continue
            used.add(key)
            rows.append({"input": text, "output": label})
            made += 1
    draw.shuffle(rows)
    return rows


SPEC = """Route an operations message of a parcel company to the team that has to act. The message is a log line, an alert or a note by a person; it may be cut, misspelt or repeated.
Return exactly one of: database, network, auth, deploy, disk, memory, third_party, client_error, noise

- database: queries, locks, pools, replication and everything else inside a database, also when connecting to one fails
- network: connections, DNS, TLS and routes between our own machines
- auth: logins, tokens, permissions, secrets of our own users and services
- deploy: releases, images, pipelines and configuration that came with a release
- disk: full, broken or slow storage, also on a database host
- memory: heap, leaks, OOM kills
- third_party: a fault at a company that we call or that calls us
- client_error: a caller sent something wrong and we were right to refuse it
- noise: nothing has to be done

"""


def write(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seed", type=int, default=20)
    draw = random.Random(arguments.parse_args().seed)
    folder = pathlib.Path(__file__).resolve().parent / "triage"
    # What a week looks like: unequal.
    train_counts = {"database": 74, "network": 66, "auth": 60, "deploy": 66, "disk": 52, "memory": 54, "third_party": 60, "client_error": 62, "noise": 66}
    test_counts = {"database": 19, "network": 18, "auth": 16, "deploy": 17, "disk": 14, "memory": 15, "third_party": 16, "client_error": 17, "noise": 18}
    seen = {label: messages[:-HELD_OUT] for label, messages in MESSAGES.items()}
    used = set()
    train = make(draw, train_counts, seen, used)
    test = make(draw, test_counts, MESSAGES, used)
    shown = [next(row for row in train if row["output"] == label and "\n" not in row["input"] and len(row["input"]) < 130)
             for label in ("database", "third_party", "client_error", "disk", "noise")]
    examples = "\n\n".join(f"Input: {row['input']}\nOutput: {row['output']}" for row in shown)
    folder.mkdir(exist_ok=True)
    (folder / "spec.txt").write_text(SPEC + examples + "\n", encoding="utf-8")
    write(folder / "train.jsonl", train)
    write(folder / "test.jsonl", test)


if __name__ == "__main__":
    main()
