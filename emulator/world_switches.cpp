#include "emulator/world_switches.h"

#include "emulator/world_data_switches.h"

namespace changeover::emulator {
namespace {

using yaml::MappingReader;

void read(MappingReader& reader, std::string_view key, bool& field) {
  if (const auto found = reader.boolean(key)) field = found->value;
}

template <class Enum>
void read(MappingReader& reader, std::string_view key, Enum& field,
          std::initializer_list<MappingReader::Word<Enum>> words) {
  if (const auto found = reader.word<Enum>(key, words)) field = found->value;
}

void read_calls(MappingReader& reader, Switches& s) {
  if (const auto found = reader.integer("rate_limit", 0, 1'000'000)) s.rate_limit = static_cast<int>(found->value);
  if (const auto found = reader.integer("tokens_per_hour", 0, 100'000'000))
    s.tokens_per_second = static_cast<double>(found->value) / 3600;
  if (const auto found = reader.integer("retry_after", 0, 86'400)) s.retry_after = static_cast<int>(found->value);
  read(reader, "not_modified_costs", s.not_modified_costs);
  using Unseen = Switches::UnseenApps;
  read(reader, "unseen_apps", s.unseen_apps, {{"forbidden", Unseen::forbidden}, {"not_found", Unseen::not_found}});
}

void read_attachments(MappingReader& reader, Switches& s) {
  constexpr MappingReader::Word<Verdict> allow{"allow", Verdict::allow};
  constexpr MappingReader::Word<Verdict> confirm{"confirm", Verdict::confirm};
  constexpr MappingReader::Word<Verdict> refuse{"refuse", Verdict::refuse};
  read(reader, "name_taken", s.name_taken, {confirm, refuse});
  read(reader, "wrong_confirm", s.wrong_confirm, {confirm, refuse});
  if (const auto found = reader.integer("confirmation_status", 400, 499))
    s.confirmation_status = static_cast<int>(found->value);
  read(reader, "last_billing", s.last_billing, {allow, refuse});
  read(reader, "private_outside", s.private_outside, {allow, confirm, refuse});
  read(reader, "common_into_space", s.common_into_space, {allow, confirm, refuse});
  read(reader, "attached_elsewhere", s.attached_elsewhere, {allow, refuse});
  read(reader, "attach_provisioning", s.attach_provisioning, {allow, refuse});
}

void read_apps(MappingReader& reader, Switches& s) {
  read(reader, "fir_maintenance", s.fir_maintenance);
  using Answer = Switches::FormationAnswer;
  read(reader, "formation_answer", s.formation_answer, {{"all", Answer::all}, {"updated", Answer::updated}});
  using Unknown = Switches::UnknownProcess;
  read(reader, "unknown_process", s.unknown_process,
       {{"refuse", Unknown::refuse}, {"not_found", Unknown::not_found}, {"ignore", Unknown::ignore}});
  read(reader, "replace_detaches", s.replace_detaches);
  read(reader, "failed_attach_stays", s.failed_attach_stays);
  read(reader, "destroy_makes_releases", s.destroy_makes_releases);
}

}  // namespace

void read_switches(MappingReader reader, Switches& switches) {
  switches.data = read_data_switches(reader);
  read_calls(reader, switches);
  read_attachments(reader, switches);
  read_apps(reader, switches);
  reader.finish();
}

}  // namespace changeover::emulator
