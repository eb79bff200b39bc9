#include "cmd/help.h"

#include <array>
#include <utility>

namespace changeover {
namespace {

constexpr std::string_view program =
    R"(changeover moves Heroku Postgres databases from the Common Runtime into Private Spaces.

A spec in git says where each database shall live. `plan` shows what would happen, for review; `apply` does it.
Service is down only between two lines of the plan, and before the point of no return it goes back by itself.

Usage: changeover COMMAND [OPTIONS]

Commands, in the order in which they are met:
  doctor [SPEC]          see whether token, hosts, clock and apps are fit; reads only
  init                   write a spec from what is there: --source-app APP --target-app APP
  validate SPEC...       check specs without asking Heroku anything
  plan SPEC              show what apply would do; changes nothing
  show PLAN              show a saved plan again
  simulate SPEC          rehearse it: the same plan on a local Heroku with real PostgreSQL
  apply SPEC             do it
  restore SPEC NAME      bring service back to the source, before the point of no return
  status SPEC            where each migration stands, what it costs, what is next
  report SPEC            what the runs came to: downtime, the tool's own part, requests
  unlock SPEC LOCK_ID    take away a lock that a dead run left behind
  schema NAME            print a JSON Schema: of specs, plans, events and every other document

  changeover COMMAND --help says more.  --version prints the version.

A first migration:
  changeover doctor
  changeover init --source-app orders --target-app orders-space > orders.yaml
  changeover plan orders.yaml                           # stage: replicating; creates the copy, no downtime
  changeover apply orders.yaml
  # when the copy keeps up, set stage: live in the spec, then in the pull request:
  changeover plan orders.yaml --out plan.json --format markdown
  # and after the merge, in CI:
  changeover apply orders.yaml --plan plan.json --auto-approve

Exit codes:
    0  done, or nothing to change          5  aborted; service is back on the source
    1  error                               6  another run holds the lock
    2  changes (plan --detailed-exitcode)  7  pending: nothing failed, run it again later
    3  the plan file is stale             64  wrong usage
    4  blocked                           130  interrupted, nothing left in downtime

Environment:
  HEROKU_API_KEY                token of the account; else the netrc file that `heroku login` writes
  HEROKU_HOST, HEROKU_DATA_HOST where the APIs are, as for the heroku CLI
  CHANGEOVER_HTTP_USERNAME, CHANGEOVER_HTTP_PASSWORD
                                for a state over http; else TF_HTTP_USERNAME and TF_HTTP_PASSWORD
  CI                            set in CI: apply does not wait outside downtime unless --wait says so
  NO_COLOR                      no colour
)";

constexpr std::string_view validate =
    R"(Checks specs without asking Heroku anything: every mistake of a file at once, each with its place.

Usage: changeover validate SPEC... [--json]

  SPEC      one or more specs: each a file, or a folder whose .yaml files are one spec
  --json    one JSON document: {"valid", "files": [{"file", "valid", "errors"}]}

Exit code 0 when all are right, else 1.

Examples:
  changeover validate orders.yaml
  changeover validate migrations/*.yaml --json
)";

constexpr std::string_view plan =
    R"(Shows what apply would do: each step, where downtime begins and ends, the point of no return, what it costs and how
long it is expected to take, the way back and what it loses, and what stands in its way. Reads only.

Usage: changeover plan SPEC [OPTIONS]

  SPEC                  a spec file, or a folder whose .yaml files are one spec
  --out FILE            also write the plan as JSON (mode 600), for `apply --plan`
  --format FORMAT       text (default), markdown (for a pull request) or json
  --json                the same as --format json
  --only NAME,...       only these migrations
  --allow-destroy       plan as `apply --allow-destroy` would
  --detailed-exitcode   exit 2 when there is something to change, 0 when there is not
  --explain ID          instead of the plan: why an action (its id or kind) or a finding is in it: the row of the table,
                        the facts with the call that told them and when, and the rule

Exit code 4 when something blocks what a stage asks for; the plan is shown all the same.

Examples:
  changeover plan orders.yaml
  changeover plan orders.yaml --out plan.json --format markdown > comment.md
  changeover plan fleet.yaml --only orders,accounts --detailed-exitcode
  changeover plan orders.yaml --explain follower.create
)";

constexpr std::string_view show =
    R"(Shows a plan that `plan --out` wrote. Asks Heroku nothing, so it says what was planned, not what is.

Usage: changeover show PLAN [OPTIONS]

  --format FORMAT       text (default), markdown or json
  --json                the same as --format json
  --diff OLD            what separates PLAN from the plan file OLD, for a pull request that was updated
  --detailed-exitcode   with --diff: exit 2 when there is a difference, 0 when there is none

Examples:
  changeover show plan.json --format markdown
  changeover show --diff old.json plan.json --format markdown
)";

constexpr std::string_view apply =
    R"(Does what the plan says: looks at the world again, plans again, asks, and carries the actions out.
Killed at any point, the next apply goes on. Ctrl-C in downtime brings service back before it ends.

Usage: changeover apply SPEC [OPTIONS]

  SPEC               a spec file, or a folder whose .yaml files are one spec
  --plan FILE        only if what would be done equals this plan; else exit 3 and say what changed
  --auto-approve     do not ask; needed where nobody sits at a terminal
  --allow-destroy    allow destroying a copy that the spec no longer wants
  --wait DURATION    wait at most so long outside downtime (90s, 5m, 2h, 0), then exit 7;
                     default: forever, but 0 when CI is set
  --only NAME,...    only these migrations
  --json             one JSON document a line on stdout for each event (changeover schema event)

Examples:
  changeover apply orders.yaml
  changeover apply orders.yaml --plan plan.json --auto-approve
  changeover apply fleet.yaml --only orders --wait 2h

It ends with 5 when it gave up and service is back on the source. If it ends with IN DOWNTIME, run the command that it
prints: the way is forward.
)";

constexpr std::string_view restore =
    R"(Brings the service of one migration back to its source: maintenance pages off, dynos as they were, DATABASE of the
target as it was. Asks nothing, destroys nothing: the copy stays. For a run that was killed in its downtime, for an
abort that could not be ended, and for a lost state. What to do when: docs/restore.md.

Usage: changeover restore SPEC NAME [--json] [--accept-lost-writes]

  SPEC                  a spec file, or a folder whose .yaml files are one spec
  NAME                  the migration; its stage in the spec does not matter
  --json                one JSON document a line on stdout for each event (changeover schema event)
  --accept-lost-writes  the copy was destroyed after it had been opened for writes, or the record is lost and nobody
                        runs on the copy: give up what it took, and serve from the source again. Changes nothing else

Exit code 0 when service is back, or was never away. 4 past the point of no return, where going back would lose writes,
and when no record says what an app had: it says what the spec must pin. 1 when it could not be done: run it again.

Example:
  changeover restore orders.yaml orders
)";

constexpr std::string_view status =
    R"(Shows where each migration stands now: phase, lag, age, what it costs, who holds its lock, what is next and by
which command; of a live one also whether its old database was written since the cutover (asked of 25 at most). What is
in downtime comes first. Reads only and takes no lock, so it may run beside an apply.

Usage: changeover status SPEC [OPTIONS]

  SPEC               a spec file, or a folder whose .yaml files are one spec
  --json             one JSON document, for dashboards (changeover schema status)
  --only NAME,...    only these migrations

Examples:
  changeover status orders.yaml
  changeover status fleet.yaml --only orders,accounts --json
)";

constexpr std::string_view report =
    R"(Tells what the runs of each migration came to, from the history in the state: outcome, downtime, how much of it was
changeover's own and how much Heroku's, what was predicted of downtime and preparation and whether that held, requests.
Asks Heroku nothing. Runs that found nothing to do are not kept.

Usage: changeover report SPEC [OPTIONS]

  SPEC              a spec file, or a folder whose .yaml files are one spec
  --format FORMAT   text (default), markdown (for a pull request or a post-mortem) or json (changeover schema report)
  --json            the same as --format json

Example:
  changeover report orders.yaml --format markdown
)";

constexpr std::string_view init =
    R"(Writes a spec to stdout from what is there: the databases of the source app, a plan of the target's space that holds
the data, with alternatives and prices, what shall run, and what takes your word as comments. It validates and plans
without an edit. Reads only.

Usage: changeover init --source-app APP --target-app APP [--plan PLAN]

  --source-app APP   the app in the Common Runtime
  --target-app APP   the app in the Private Space; it exists already
  --plan PLAN        of the new database, such as private-4; else one of the source's size that fits

Example:
  changeover init --source-app orders --target-app orders-space > orders.yaml
)";

constexpr std::string_view doctor =
    R"(Looks whether changeover can work here: credentials, both of Heroku's hosts, clock, requests left; with a spec also
its apps, its state, and each database by SQL. And it asks this account what only a real account can answer, and names
what reading does not answer. Reads only. What it prints holds no secret and can be pasted into an issue.

Usage: changeover doctor [SPEC] [OPTIONS]

  SPEC           a spec file, or a folder whose .yaml files are one spec
  --json         one JSON document (changeover schema doctor)
  --anonymous    names of apps, databases, migrations and the account are replaced

Exit code 0 when nothing is wrong, else 1.

Examples:
  changeover doctor
  changeover doctor orders.yaml --anonymous
)";

constexpr std::string_view simulate =
    R"(Rehearses a spec: looks at the real account, builds a local Heroku from what it saw (names, plans, formations,
attachments; no data), and applies the spec there, with real PostgreSQL and writers that never stop. It says the
outcome, the downtime, and whether every acknowledged write is there. The real account is only read.

Usage: changeover simulate SPEC [--only NAME,...]

  SPEC              a spec file, or a folder whose .yaml files are one spec
  --only NAME,...   only these migrations; at most 20 at once

Windows are not waited for, hooks are not run, and a stage that would hold at replicating goes on to the end. Of a
process type at most two dynos run. It needs changeover-emulator and changeover-writer beside changeover, and
PostgreSQL's server programs (Debian: postgresql-15). Exit codes are those of apply; 1 also when a write was lost.

Example:
  changeover simulate orders.yaml
)";

constexpr std::string_view unlock =
    R"(Takes away a lock that a dead run left behind. Whoever is locked out is told its id.

Usage: changeover unlock SPEC LOCK_ID [--force]

  SPEC      a spec file, or a folder whose .yaml files are one spec
  --force   also when its holder looks alive. Two runs on one migration at once are how data is lost:
            make sure that the other one is dead.

Example:
  changeover unlock orders.yaml 5f3c0a52-8a4e-4c5e-9d1c-0f2b7a6d1e90
)";

constexpr std::string_view schema = R"(Prints a JSON Schema (draft 4) that editors and scripts can check against.

Usage: changeover schema NAME

  NAME   spec (the YAML file), plan (plan --out), explanation (plan --explain), difference (show --diff), event (apply
         --json), status, report or doctor (each with --json), or world (the emulator's world file)

Example:
  changeover schema spec > .schemas/changeover.json
)";

}  // namespace

std::string help_text(std::string_view command) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> texts{{
      {"validate", validate},
      {"plan", plan},
      {"show", show},
      {"apply", apply},
      {"restore", restore},
      {"status", status},
      {"report", report},
      {"init", init},
      {"doctor", doctor},
      {"simulate", simulate},
      {"unlock", unlock},
      {"schema", schema},
  }};
  for (const auto& [name, text] : texts)
    if (name == command) return std::string(text);
  return std::string(program);
}

}  // namespace changeover
