#include <algorithm>
#include <iterator>

#include "emulator/engine/cluster.h"

namespace changeover::emulator {
namespace {

using namespace std::chrono_literals;

constexpr auto session_limit = 5s;
constexpr auto reset_limit = 120s;

/// "hstore" or "schema.hstore" as statements.
std::string create_extension(const std::string& name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos) return "CREATE EXTENSION IF NOT EXISTS " + SqlSession::identifier(name);
  const std::string schema = SqlSession::identifier(name.substr(0, dot));
  return "CREATE SCHEMA IF NOT EXISTS " + schema + "; CREATE EXTENSION IF NOT EXISTS " +
         SqlSession::identifier(name.substr(dot + 1)) + " SCHEMA " + schema;
}

}  // namespace

Result<void> Cluster::set_role(const std::string& user, const Secret& password) {
  const auto known = query("SELECT count(*) FROM pg_catalog.pg_roles WHERE rolname = " + SqlSession::literal(user));
  if (!known) return fail(known.error());
  const auto verifier = session_->verifier(user, password);
  if (!verifier) return fail(verifier.error());
  return run((known->front().front() == "0" ? "CREATE ROLE " : "ALTER ROLE ") + SqlSession::identifier(user) +
             " LOGIN PASSWORD" + SqlSession::literal(verifier->reveal()));
}

Result<void> Cluster::drop_role(const std::string& user, const std::string& owner) {
  const std::string role = SqlSession::identifier(user);
  return run("ALTER ROLE " + role +
             " NOLOGIN; SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE usename = " +
             SqlSession::literal(user) + "; REASSIGN OWNED BY " + role + " TO " + SqlSession::identifier(owner) +
             "; DROP OWNED BY " + role + "; DROP ROLE " + role);
}

Result<void> Cluster::repair_owner(const std::string& owner) {
  const auto others = query(
      "SELECT rolname FROM pg_catalog.pg_roles WHERE rolcanlogin AND NOT rolsuper AND NOT rolreplication"
      " AND rolname <> " +
      SqlSession::literal(owner));
  if (!others) return fail(others.error());
  const std::string heir = SqlSession::identifier(owner);
  for (const auto& row : *others) {
    const std::string role = SqlSession::identifier(row.front());
    auto done =
        run("REASSIGN OWNED BY " + role + " TO " + heir + "; GRANT " + role + " TO " + heir + " WITH ADMIN OPTION");
    if (!done) return done;
  }
  return {};
}

Result<void> Cluster::reset(const std::string& owner, const std::vector<std::string>& extensions) {
  auto session = SqlSession::open({{"host", home_.string()},
                                   {"port", std::to_string(port_)},
                                   {"user", superuser},
                                   {"dbname", superuser},
                                   {"application_name", "changeover-emulator"}},
                                  Secret(), session_limit);
  if (!session) return fail(session.error());
  session_.reset();
  const std::string name = SqlSession::identifier(database_);
  for (const std::string& statement : {"DROP DATABASE " + name + " WITH (FORCE)",
                                       "CREATE DATABASE " + name + " OWNER " + SqlSession::identifier(owner)}) {
    if (auto done = session->query(statement, reset_limit); !done) return fail(done.error());
  }
  for (const std::string& extension : extensions)
    if (auto made = run(create_extension(extension)); !made) return made;
  return {};
}

}  // namespace changeover::emulator
