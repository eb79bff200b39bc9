// The workflows of examples/ci: their own shell steps, run as a runner runs them, against the emulator and a forge that
// only remembers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <mutex>
#include <regex>
#include <string>
#include <vector>

#include "core/diagnostic.h"
#include "tests/e2e/expectations.h"
#include "tests/places.h"
#include "tests/support/raw_server.h"
#include "yaml/node.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Variables = std::map<std::string, std::string>;

constexpr const char* forge_token = "forge-0123456789abcdef";

/// A checkout with one spec, and a shell in it that finds the programs.
struct Checkout {
  explicit Checkout(SpecOptions spec) : sandbox({}, spec) {
    std::filesystem::create_directory(sandbox.path("repository"));
    std::filesystem::create_directory(sandbox.path("repository/migrations"));
    merge(std::move(spec));
  }
  /// What a merged branch, or one that was pushed, changes.
  void merge(SpecOptions spec) {
    sandbox.write_spec(spec);
    std::filesystem::copy_file(sandbox.path("spec.yaml"), sandbox.path("repository/migrations/seed.yaml"),
                               std::filesystem::copy_options::overwrite_existing);
  }
  /// The exit code; what it printed is in `printed`.
  int shell(const std::string& script, Variables variables) {
    sandbox.write_file("step.sh", script);
    Program::Start start;
    start.command = {"/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", sandbox.path("step.sh")};
    start.environment = std::move(variables);
    start.environment.merge(Variables{{"PATH", std::string(CHANGEOVER_SOURCE_DIR) + "/tests/e2e/forge:" +
                                                   CHANGEOVER_BINARY_DIR + "/bin:/usr/local/bin:/usr/bin:/bin"},
                                      {"HOME", sandbox.path("home")},
                                      {"CI", "true"},
                                      {"HEROKU_HOST", sandbox.emulator().host()},
                                      {"HEROKU_DATA_HOST", "localhost"}});
    start.folder = sandbox.path("repository");
    start.out = sandbox.path("runs/step.out");
    start.err = sandbox.path("runs/step.err");
    Program program(start);
    const int code = program.exit_code(120s).value_or(-1);
    printed = file_text(start.out) + file_text(start.err);
    return code;
  }
  [[nodiscard]] bool has(const std::string& file) const {
    return std::filesystem::exists(sandbox.path("repository/" + file));
  }

  Sandbox sandbox;
  std::string printed;
};

/// A state that only one machine has, which says that it is kept: here it is, between the jobs.
SpecOptions spec_at(const std::string& stage, const std::string& state = "{local: ./state.json, keep_in_ci: true}") {
  SpecOptions options;
  options.stage = stage;
  options.state = state;
  return options;
}

yaml::Node workflow(const std::string& name) {
  const std::string file = std::string(CHANGEOVER_SOURCE_DIR) + "/examples/ci/" + name;
  const std::string text = file_text(file);
  Diagnostics diagnostics(file, text);
  std::optional<yaml::Node> root = yaml::parse(text, diagnostics);
  EXPECT_TRUE(root) << "no YAML: " << file;
  return root ? *std::move(root) : yaml::Node{};
}

const yaml::Node& at(const yaml::Node& node, std::string_view key) {
  static const yaml::Node none;
  const yaml::Node* found = node.find(key);
  EXPECT_NE(found, nullptr) << key;
  return found == nullptr ? none : *found;
}

// ---- GitHub

/// Its forge is the folder that tests/e2e/forge/gh reads and writes.
class GitHub {
 public:
  explicit GitHub(SpecOptions spec) : checkout(std::move(spec)), root_(workflow("github-actions.yml")) {
    std::filesystem::create_directory(forge());
    checkout.sandbox.write_file("forge/comments.json",
                                R"([{"id": 1, "user": {"type": "User"}, "body": "Looks good"}])");
    checkout.sandbox.write_file("forge/runs.json", "[]");
  }

  /// Runs the steps of a job; its first code that is not 0.
  int run(const std::string& job_name, const std::string& head_sha) {
    const yaml::Node& job = at(at(root_, "jobs"), job_name);
    outputs_ = {{"github.event.number", "7"},
                {"github.token", forge_token},
                {"github.event.pull_request.head.sha", head_sha},
                {"secrets.HEROKU_API_KEY", api_key},
                {"vars.CHANGEOVER_HTTP_USERNAME", ""},
                {"secrets.CHANGEOVER_HTTP_PASSWORD", ""}};
    int code = 0;
    for (const yaml::Node& step : at(job, "steps").items)
      if (code == 0) code = step.find("run") != nullptr ? shell(step) : action(step);
    if (code == 0) keep_run(job_name, head_sha);
    return code;
  }

  /// Exit code 7: the job does not fail, and running it again goes on with the same plan. How often it ran.
  int applied(const std::string& head_sha) {
    for (int runs = 1; runs < 100; ++runs) {
      printed.clear();
      const int code = run("apply", head_sha);
      EXPECT_EQ(code, 0) << printed;
      if (code != 0 || printed.find("::warning::Pending") == std::string::npos) return runs;
    }
    ADD_FAILURE() << "still pending: " << printed;
    return 100;
  }

  [[nodiscard]] std::string forge() const { return checkout.sandbox.path("forge"); }
  /// The bodies of all comments, oldest first.
  [[nodiscard]] std::vector<std::string> comments() const {
    std::vector<std::string> bodies;
    const Result<json::Value> list = json::parse(file_text(forge() + "/comments.json"));
    EXPECT_TRUE(list);
    if (list)
      for (const json::Value& comment : list->items()) bodies.push_back(comment["body"].as_string());
    return bodies;
  }

  Checkout checkout;

 private:
  /// "${{ NAME }}", which must be one that a runner knows.
  std::string resolved(std::string text) const {
    static const std::regex expression(R"(\$\{\{ *([\w.]+) *\}\})");
    for (std::smatch match; std::regex_search(text, match, expression);) {
      const auto known = outputs_.find(match[1].str());
      EXPECT_NE(known, outputs_.end()) << match[0].str();
      text.replace(static_cast<std::size_t>(match.position(0)), static_cast<std::size_t>(match.length(0)),
                   known == outputs_.end() ? "" : known->second);
    }
    return text;
  }

  int shell(const yaml::Node& step) {
    const std::string& script = at(step, "run").text;
    EXPECT_EQ(script.find("${{"), std::string::npos) << "an expression in a script is code from outside: " << script;
    Variables variables{{"FORGE", forge()},
                        {"FORGE_TOKEN", forge_token},
                        {"GITHUB_REPOSITORY", "example/orders"},
                        {"GITHUB_OUTPUT", checkout.sandbox.path("output")},
                        {"SPEC", at(at(root_, "env"), "SPEC").text}};
    if (const yaml::Node* given = step.find("env"))
      for (const yaml::Node::Entry& entry : given->entries) variables[entry.key] = resolved(entry.value.text);
    checkout.sandbox.write_file("output", "");
    const int code = checkout.shell(script, variables);
    printed += checkout.printed;
    if (const yaml::Node* id = step.find("id")) {
      const std::string output = file_text(checkout.sandbox.path("output"));
      const std::size_t equals = output.find('=');
      if (equals != std::string::npos)
        outputs_["steps." + id->text + ".outputs." + output.substr(0, equals)] =
            output.substr(equals + 1, output.find('\n') - equals - 1);
    }
    return code;
  }

  /// Actions of GitHub's own, as far as a runner is needed for them.
  int action(const yaml::Node& step) {
    const std::string& uses = at(step, "uses").text;
    if (uses.starts_with("actions/checkout@")) return 0;
    EXPECT_THAT(uses, StartsWith("actions/upload-artifact@"));
    artifact_ = at(at(step, "with"), "name").text;
    EXPECT_TRUE(checkout.has(at(at(step, "with"), "path").text));
    return 0;
  }

  void keep_run(const std::string& job_name, const std::string& head_sha) {
    if (job_name != "plan") return;
    const std::string run = std::to_string(++runs_);
    std::filesystem::create_directories(forge() + "/runs/" + run + "/" + artifact_);
    std::filesystem::rename(checkout.sandbox.path("repository/plan.json"),
                            forge() + "/runs/" + run + "/" + artifact_ + "/plan.json");
    known_runs_ += (known_runs_.empty() ? "" : ", ") + std::string(R"({"databaseId": )") + run + R"(, "headSha": ")" +
                   head_sha + "\"}";
    checkout.sandbox.write_file("forge/runs.json", "[" + known_runs_ + "]");
  }

 public:
  std::string printed;

 private:
  yaml::Node root_;
  Variables outputs_;
  std::string artifact_;
  std::string known_runs_;
  int runs_ = 0;
};  // namespace

TEST(GitHubWorkflow, KeepsOneCommentAndAppliesWhatWasReviewed) {
  GitHub github(spec_at("replicating"));
  ASSERT_EQ(github.run("plan", "aaa"), 0) << github.printed;
  ASSERT_THAT(github.comments(), SizeIs(2));
  EXPECT_THAT(github.comments().back(), StartsWith("<!-- changeover:plan migrations -->\n## changeover plan\n"));
  EXPECT_THAT(github.comments().back(), HasSubstr("absent → **replicating**"));

  github.checkout.merge(spec_at("live"));
  ASSERT_EQ(github.run("plan", "bbb"), 0) << github.printed;
  ASSERT_THAT(github.comments(), SizeIs(2)) << "the comment is updated, and nobody else's";
  EXPECT_EQ(github.comments().front(), "Looks good");
  EXPECT_THAT(github.comments().back(), HasSubstr("absent → **live**"));

  EXPECT_EQ(github.run("apply", "zzz"), 1);
  EXPECT_THAT(github.printed, HasSubstr("::error::No plan of zzz ended well"));
  EXPECT_GT(github.applied("bbb"), 1) << "a copy that takes no time would show nothing of exit code 7";
  EXPECT_EQ(github.checkout.sandbox.verify(target_app).lost, 0);
}

TEST(GitHubWorkflow, AppliesNothingOnceTheWorldIsAnother) {
  GitHub github(spec_at("replicating"));
  ASSERT_EQ(github.run("plan", "aaa"), 0) << github.printed;
  github.checkout.merge(spec_at("live"));
  EXPECT_EQ(github.run("apply", "aaa"), 3) << github.printed;
  EXPECT_THAT(github.printed, HasSubstr("::error::The plan is stale"));
  EXPECT_EQ(github.checkout.sandbox.copy_name(), "");
}

TEST(GitHubWorkflow, SaysInTheCommentWhatBlocks) {
  GitHub github(spec_at("live", "{local: ./state.json}"));
  EXPECT_EQ(github.run("plan", "aaa"), 4) << github.printed;
  ASSERT_THAT(github.comments(), SizeIs(2));
  EXPECT_THAT(github.comments().back(), HasSubstr("local-state-in-ci"));
  EXPECT_EQ(github.run("apply", "aaa"), 1) << "a plan that is blocked was not kept";
}

// ---- GitLab

/// GitLab's API as far as the pipeline calls it, for a real curl.
class GitLab {
 public:
  explicit GitLab(SpecOptions spec)
      : checkout(std::move(spec)),
        root_(workflow("gitlab-ci.yml")),
        server_([this](const std::string& request) { return answer(request); }) {}

  /// Runs the script of a job.
  int run(const std::string& job_name) {
    const yaml::Node& job = at(root_, job_name);
    std::string script;
    for (const yaml::Node* lines : {&at(at(root_, "default"), "before_script"), &at(job, "script")})
      for (const yaml::Node& line : lines->items) script += line.text + "\n";
    const int code = checkout.shell(script, {{"SPEC", at(at(root_, "variables"), "SPEC").text},
                                             {"HEROKU_API_KEY", api_key},
                                             {"CHANGEOVER_GITLAB_TOKEN", forge_token},
                                             {"CI_API_V4_URL", server_.url() + "/api/v4"},
                                             {"CI_PROJECT_ID", "42"},
                                             {"CI_MERGE_REQUEST_IID", "7"},
                                             {"CI_COMMIT_SHA", "ccc"}});
    if (job_name != "plan") return code;
    const std::lock_guard lock(mutex_);
    // Artifacts are of the newest pipeline that succeeded.
    if (code == 0) plan_ = file_text(checkout.sandbox.path("repository/plan.json"));
    std::filesystem::remove(checkout.sandbox.path("repository/plan.json"));
    return code;
  }
  std::vector<std::string> notes() {
    const std::lock_guard lock(mutex_);
    return notes_;
  }

  Checkout checkout;

 private:
  static std::string decoded(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '%') {
        out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
        i += 2;
      } else {
        out += text[i] == '+' ? ' ' : text[i];
      }
    }
    return out;
  }
  std::string answer(const std::string& request) {
    const std::lock_guard lock(mutex_);
    if (request.find("\r\nAuthorization: Bearer " + std::string(forge_token) + "\r\n") == std::string::npos)
      return RawServer::answer(401, "{}");
    const std::string line = request.substr(0, request.find(" HTTP/"));
    const std::string body = request.substr(request.find("\r\n\r\n") + 4);
    const std::string project = "/api/v4/projects/42/";
    if (line == "GET " + project + "merge_requests/7/notes?sort=asc&per_page=100") {
      json::Value list = json::Value::array();
      for (std::size_t i = 0; i < notes_.size(); ++i)
        list.push(json::Value::object().set("id", static_cast<int>(i)).set("body", notes_[i]));
      return RawServer::answer(200, list.dump());
    }
    if (line == "POST " + project + "merge_requests/7/notes") {
      notes_.push_back(decoded(body.substr(5)));
      return RawServer::answer(201, "{}");
    }
    if (const std::string put = "PUT " + project + "merge_requests/7/notes/"; line.starts_with(put)) {
      notes_.at(std::stoul(line.substr(put.size()))) = decoded(body.substr(5));
      return RawServer::answer(200, "{}");
    }
    if (line == "GET " + project + "repository/commits/ccc/merge_requests")
      return RawServer::answer(200, R"([{"iid": 6, "state": "opened"}, {"iid": 7, "state": "merged"}])");
    if (line == "GET " + project + "jobs/artifacts/refs%2Fmerge-requests%2F7%2Fhead/raw/plan.json?job=plan" &&
        !plan_.empty())
      return RawServer::answer(200, plan_);
    return RawServer::answer(404, "{}");
  }

  yaml::Node root_;
  std::mutex mutex_;
  std::vector<std::string> notes_{"Looks good"};
  std::string plan_;
  RawServer server_;
};

TEST(GitLabPipeline, KeepsOneNoteAndAppliesWhatWasReviewed) {
  GitLab gitlab(spec_at("replicating"));
  ASSERT_EQ(gitlab.run("plan"), 0) << gitlab.checkout.printed;
  gitlab.checkout.merge(spec_at("live"));
  ASSERT_EQ(gitlab.run("plan"), 0) << gitlab.checkout.printed;
  ASSERT_THAT(gitlab.notes(), ElementsAre("Looks good", StartsWith("<!-- changeover:plan migrations -->\n")));
  EXPECT_THAT(gitlab.notes().back(), HasSubstr("absent → **live**"));
  int code = gitlab.run("apply");
  EXPECT_EQ(code, 7) << "a copy takes its time: " << gitlab.checkout.printed;
  for (int runs = 0; runs < 100 && code == 7; ++runs) code = gitlab.run("apply");
  ASSERT_EQ(code, 0) << gitlab.checkout.printed;
  EXPECT_EQ(gitlab.checkout.sandbox.verify(target_app).lost, 0);
}

TEST(GitLabPipeline, AppliesNothingThatIsStaleBlockedOrNotReviewed) {
  GitLab gitlab(spec_at("replicating"));
  EXPECT_EQ(gitlab.run("apply"), 22) << "curl: there is no such artifact\n" << gitlab.checkout.printed;
  ASSERT_EQ(gitlab.run("plan"), 0) << gitlab.checkout.printed;
  gitlab.checkout.merge(spec_at("live"));
  EXPECT_EQ(gitlab.run("apply"), 3) << gitlab.checkout.printed;
  gitlab.checkout.merge(spec_at("live", "{local: ./state.json}"));
  EXPECT_EQ(gitlab.run("plan"), 4) << gitlab.checkout.printed;
  EXPECT_THAT(gitlab.notes().back(), HasSubstr("local-state-in-ci"));
  EXPECT_EQ(gitlab.checkout.sandbox.copy_name(), "");
}

}  // namespace
}  // namespace changeover::testing
