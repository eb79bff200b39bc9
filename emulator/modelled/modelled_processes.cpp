#include "emulator/modelled/modelled_processes.h"

#include <charconv>
#include <string_view>

#include "emulator/modelled/database_url.h"

namespace changeover::emulator {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view writer_program = "changeover-writer";
constexpr int ended_by_sigterm = 143;
constexpr int ended_by_sigkill = 137;
constexpr int usual_pace_ms = 5;

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

milliseconds duration(const std::map<std::string, std::string>& environment, const std::string& name, int fallback) {
  const auto found = environment.find(name);
  return milliseconds(found == environment.end() ? fallback : number(found->second).value_or(fallback));
}

/// What is left of a command after its first simple one, which is `word argument`.
struct Step {
  std::string_view word;
  std::string_view argument;
};

Step take_step(std::string_view& command) {
  const auto trimmed = [](std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
  };
  const std::size_t end = std::min(command.find(';'), command.find("&&"));
  std::string_view step = trimmed(command.substr(0, end));
  command.remove_prefix(end == command.npos ? command.size() : end + (command[end] == ';' ? 1 : 2));
  if (step.starts_with("exec ")) step = trimmed(step.substr(5));
  const std::size_t space = step.find(' ');
  if (space == step.npos) return {step, {}};
  return {step.substr(0, space), trimmed(step.substr(space))};
}

/// When and how a command of sleeps and an exit ends by itself; nothing for one that runs on.
struct Ending {
  milliseconds after{0};
  int code = 0;
};

std::optional<Ending> ending_of(std::string_view command) {
  Ending ending;
  while (!command.empty()) {
    const Step step = take_step(command);
    const auto value = number(step.argument);
    if (step.word == "sleep" && value) {
      ending.after += std::chrono::seconds(*value);
    } else if (step.word == "exit") {
      ending.code = value.value_or(0);
      return ending;
    } else if (step.word == "true" || step.word == "false") {
      ending.code = step.word == "true" ? 0 : 1;
    } else {
      return std::nullopt;
    }
  }
  return ending;
}

}  // namespace

void ModelledProcesses::start(const std::string& id, const std::string& command,
                              const std::map<std::string, std::string>& environment) {
  Process& process = processes_[id] = {};
  const auto value = [&environment](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
  };
  if (command.find(writer_program) == command.npos) {
    constexpr std::string_view endless = "exec sleep 2147483647";
    if (const auto ending = command == endless ? std::nullopt : ending_of(command))
      end_at(id, clock_.steady_now() + ending->after, ending->code);
    return;
  }
  process.drain = duration(environment, "DRAIN_MS", 0);
  ModelledWriter writer;
  writer.name = value("APP") + "/" + value("DYNO");
  if (const auto url = parse_database_url(value("DATABASE_URL"))) {
    if (const ModelledServer* server = plane_.find_at(url->host, url->port)) writer.server = server->id;
    writer.role = url->user;
    writer.password = url->password;
  }
  writer.period = duration(environment, "WRITE_EVERY_MS", usual_pace_ms);
  writer.holds = duration(environment, "TRANSACTION_MS", 0);
  process.writer = plane_.add_writer(std::move(writer));
}

void ModelledProcesses::stop(const std::string& id, milliseconds grace) {
  plane_.settle();
  const auto found = processes_.find(id);
  if (found == processes_.end() || found->second.stopping) return;
  found->second.stopping = true;
  const milliseconds drain = found->second.drain;
  end_at(id, clock_.steady_now() + std::min(drain, grace), drain > grace ? ended_by_sigkill : ended_by_sigterm);
  plane_.settle();
}

void ModelledProcesses::end_at(const std::string& id, SteadyTime time, int code) {
  plane_.later(time, [this, id, code] {
    const auto found = processes_.find(id);
    if (found == processes_.end() || found->second.exit_code) return;
    found->second.exit_code = code;
    plane_.remove_writer(found->second.writer);
  });
}

ProcessStatus ModelledProcesses::status(const std::string& id) const {
  plane_.settle();
  const auto found = processes_.find(id);
  if (found == processes_.end()) return {ProcessStatus::State::exited, 0};
  if (found->second.exit_code) return {ProcessStatus::State::exited, *found->second.exit_code};
  return {found->second.stopping ? ProcessStatus::State::stopping : ProcessStatus::State::up, 0};
}

void ModelledProcesses::forget(const std::string& id) {
  const auto found = processes_.find(id);
  if (found == processes_.end()) return;
  plane_.settle();
  plane_.remove_writer(found->second.writer);
  processes_.erase(found);
}

}  // namespace changeover::emulator
