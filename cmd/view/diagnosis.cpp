#include "cmd/view/diagnosis.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "core/text.h"

namespace changeover {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds noticed_skew{5};
constexpr std::chrono::seconds harmful_skew{60};  // windows and leases are told by our clock
/// An apply of one migration from nothing to live, polls included, as measured against the emulator.
constexpr int requests_of_an_apply = 150;

DoctorCheck host_check(const HostReach& host) {
  const std::string id = host.name == "Data API" ? "data-api" : "platform-api";
  if (!host.problem.empty())
    return {id, Verdict::bad, host.name + ": " + host.url + " is not reached: " + host.problem,
            "look at HEROKU_HOST, HEROKU_DATA_HOST, proxies and firewalls on the way"};
  std::string what = host.name + ": " + host.url + " is reached" +
                     (host.encrypted ? " over TLS, its certificate is good" : " without encryption, on loopback");
  if (host.latency) what += "; a request takes " + human_duration(*host.latency);
  return {id, Verdict::good, what, ""};
}

DoctorCheck clock_check(const std::vector<HostReach>& hosts) {
  const auto told = std::ranges::find_if(hosts, [](const HostReach& host) { return host.skew.has_value(); });
  if (told == hosts.end())
    return {"clock", Verdict::unknown, "whether this machine's clock is right: no answer had a Date header", ""};
  const milliseconds off{std::abs(told->skew->count())};
  const std::string by = human_duration(off);
  if (off < noticed_skew) return {"clock", Verdict::good, "this machine's clock agrees with " + told->name, ""};
  const std::string which = told->skew->count() > 0 ? " ahead of " : " behind ";
  return {"clock", off < harmful_skew ? Verdict::notice : Verdict::bad,
          "this machine's clock is " + by + which + told->name,
          "set it by NTP: windows, ages and locks are told by it"};
}

std::vector<DoctorCheck> account_checks(const Examination& found) {
  const AccountFacts& account = found.account;
  if (account.problem)
    return {{"credentials", Verdict::bad,
             "the token of " + found.token_source + " is refused: " + account.problem->what, account.problem->advice}};
  std::vector<DoctorCheck> checks{{"credentials", Verdict::good,
                                   "the token is from " + found.token_source + ", the account is " + account.email,
                                   ""}};
  if (account.suspended)
    checks.push_back({"account", Verdict::bad, "the account is suspended", "see the account's page at Heroku"});
  if (account.delinquent)
    checks.push_back({"account", Verdict::bad, "the account has an unpaid bill: Heroku refuses changes",
                      "pay it, or use a token of another account"});
  return checks;
}

DoctorCheck rights_check(const AppRights& rights) {
  if (rights.problem)
    return {"app-access", Verdict::bad, rights.app + " can not be read: " + rights.problem->what,
            "check the name, and that the token's account may view, deploy and operate the app"};
  if (rights.owner) return {"app-access", Verdict::good, rights.app + ": the account owns it", ""};
  if (rights.permissions.empty())
    return {"app-access", Verdict::unknown, rights.app + " can be read; Heroku does not tell what else is allowed",
            "see that the account may deploy and operate it"};
  const bool operates = std::ranges::find(rights.permissions, "operate") != rights.permissions.end();
  const std::string listed = and_list(rights.permissions);
  if (operates) return {"app-access", Verdict::good, rights.app + ": the account may " + listed, ""};
  return {"app-access", Verdict::bad, rights.app + ": the account may only " + listed,
          "let a team admin give it `operate`: add-ons and formation need it"};
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::good:
      return "good";
    case Verdict::notice:
      return "notice";
    case Verdict::bad:
      return "bad";
    case Verdict::unknown:
      return "unknown";
  }
  return "unknown";
}

bool Diagnosis::all_good() const {
  return std::ranges::none_of(checks, [](const DoctorCheck& check) { return check.verdict == Verdict::bad; });
}

void Diagnosis::mask_names(const std::vector<std::pair<std::string, std::string>>& masks) {
  // Longer names first: one may be the beginning of another.
  std::vector<std::pair<std::string, std::string>> ordered = masks;
  std::ranges::stable_sort(ordered, [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  const auto mask = [&](std::string& text) {
    for (const auto& [name, by] : ordered) {
      if (name.empty()) continue;
      for (std::size_t found = text.find(name); found != std::string::npos; found = text.find(name, found + by.size()))
        text.replace(found, name.size(), by);
    }
  };
  for (DoctorCheck& check : checks) {
    mask(check.what);
    mask(check.remedy);
  }
  for (Answered& answer : answered) mask(answer.answer);
}

void add_examination(Diagnosis& diagnosis, const Examination& found) {
  for (const HostReach& host : found.hosts) diagnosis.checks.push_back(host_check(host));
  diagnosis.checks.push_back(clock_check(found.hosts));
  const bool asked = std::ranges::all_of(
      found.hosts, [](const HostReach& host) { return host.name != "Platform API" || host.problem.empty(); });
  if (asked)
    for (DoctorCheck& check : account_checks(found)) diagnosis.checks.push_back(std::move(check));
  for (const AppRights& rights : found.rights) diagnosis.checks.push_back(rights_check(rights));
  diagnosis.answered = found.answered;
  diagnosis.unanswered = found.unanswered;
}

void add_rate_limit(Diagnosis& diagnosis, std::optional<int> left, int requests_of_a_plan, int migrations) {
  if (!left) {
    diagnosis.checks.push_back({"rate-limit", Verdict::unknown, "how many requests are left this hour", ""});
    return;
  }
  const int needed = 2 * requests_of_a_plan + requests_of_an_apply * migrations;
  std::string what = std::to_string(*left) + " requests are left of the account's 4,500 an hour; ";
  what += migrations == 0 ? "a plan needs about ten"
                          : "a plan of this spec needs " + std::to_string(requests_of_a_plan) +
                                ", and applying all of it about " + std::to_string(needed) + " with its polls";
  if (*left >= needed) {
    diagnosis.checks.push_back({"rate-limit", Verdict::good, what, ""});
    return;
  }
  const Verdict verdict = *left < 2 * requests_of_a_plan + requests_of_an_apply ? Verdict::bad : Verdict::notice;
  diagnosis.checks.push_back({"rate-limit", verdict, what,
                              "wait (75 come back a minute), apply a few at a time with --only, or use an account "
                              "that other jobs do not"});
}

void add_migration(Diagnosis& diagnosis, const MigrationFacts& facts, bool needs_sql) {
  if (!facts.source) {
    diagnosis.checks.push_back({"source", Verdict::bad, facts.name + ": " + facts.source_problem,
                                "correct source.app or source.database in the spec"});
    return;
  }
  const std::string source = facts.name + ": " + facts.source->name;
  if (facts.leader) {
    diagnosis.checks.push_back(
        {"sql", Verdict::good, source + " is reached by SQL over TLS (PostgreSQL " + facts.leader->server_version + ")",
         ""});
  } else if (facts.leader_problem) {
    diagnosis.checks.push_back({"sql", needs_sql ? Verdict::bad : Verdict::notice,
                                source + " is not reached by SQL: " + *facts.leader_problem,
                                "run it where port 5432 and above lead out, or accept `proof: api`"});
  } else {
    diagnosis.checks.push_back({"sql", Verdict::unknown, source + " was not asked by SQL", ""});
  }
  for (const Unreadable& one : facts.unreadable)
    diagnosis.checks.push_back({"readable", Verdict::unknown, facts.name + ": " + one.what + ": " + one.why, ""});
}

std::string diagnosis_as_text(const Diagnosis& diagnosis, const TextStyle& style) {
  struct Sign {
    std::string_view sign;
    Ink ink;
  };
  constexpr std::array<Sign, 4> signs{{{"✓ ", Ink::green}, {"! ", Ink::yellow}, {"✗ ", Ink::red}, {"? ", Ink::yellow}}};
  std::string out =
      paragraph(style, "", "changeover " + diagnosis.tool_version + " doctor, " + format_time(diagnosis.at), Ink::bold);
  for (const DoctorCheck& check : diagnosis.checks) {
    const Sign& sign = signs.at(static_cast<std::size_t>(check.verdict));
    out += paragraph(style, sign.sign, check.what + "  [" + check.id + "]", Ink::plain, sign.ink);
    if (!check.remedy.empty()) out += paragraph(style, "    to do: ", check.remedy, Ink::plain, Ink::dim);
  }
  if (!diagnosis.answered.empty())
    out +=
        "\n" +
        paragraph(style, "",
                  "What only a real account can answer (numbers of docs/emulator.md), answered by reading:", Ink::bold);
  for (const Answered& one : diagnosis.answered)
    out += paragraph(style, "  " + right_aligned(std::to_string(one.row), 2) + "  ", one.question + ": " + one.answer);
  if (!diagnosis.unanswered.empty())
    out += "\n" + paragraph(style, "", "Not answered here, and what an answer takes:", Ink::bold);
  for (const Unanswered& one : diagnosis.unanswered)
    out += paragraph(style, "  " + right_aligned(std::to_string(one.row), 2) + "  ", one.question + ": " + one.why,
                     Ink::dim);
  const auto bad = std::ranges::count(diagnosis.checks, Verdict::bad, &DoctorCheck::verdict);
  return out + "\n" +
         (bad == 0 ? paragraph(style, "", "Nothing is wrong.", Ink::green)
                   : paragraph(style, "", counted(bad, "thing is", "things are") + " wrong.", Ink::red));
}

json::Value diagnosis_as_json(const Diagnosis& diagnosis) {
  using json::Value;
  Value checks = Value::array();
  for (const DoctorCheck& check : diagnosis.checks) {
    Value object = Value::object();
    object.set("id", check.id).set("verdict", to_string(check.verdict)).set("what", check.what);
    if (!check.remedy.empty()) object.set("remedy", check.remedy);
    checks.push(std::move(object));
  }
  Value answered = Value::array();
  for (const Answered& one : diagnosis.answered) {
    Value object = Value::object();
    object.set("row", one.row).set("question", one.question).set("answer", one.answer);
    answered.push(std::move(object));
  }
  Value unanswered = Value::array();
  for (const Unanswered& one : diagnosis.unanswered) {
    Value object = Value::object();
    object.set("row", one.row).set("question", one.question).set("why", one.why);
    unanswered.push(std::move(object));
  }
  Value document = Value::object();
  document.set("format_version", 1).set("tool_version", diagnosis.tool_version).set("at", format_time(diagnosis.at));
  document.set("good", diagnosis.all_good()).set("checks", std::move(checks)).set("answered", std::move(answered));
  return std::move(document.set("unanswered", std::move(unanswered)));
}

}  // namespace changeover
