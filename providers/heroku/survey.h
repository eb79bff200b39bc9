// HerokuSurvey: what init and doctor ask of an account, at Heroku.
//
// Owner: cmd/wiring; the services, the transport and the hosts outlive it. Thread rule: the event loop's thread. Every
// question is a GET or HEAD; one that fails leaves its answer out and says why.
#pragma once

#include <string>

#include "executor/survey.h"
#include "http/transport.h"
#include "providers/heroku/hosts.h"
#include "providers/heroku/session.h"

namespace changeover::heroku {

class HerokuSurvey final : public Survey {
 public:
  HerokuSurvey(Services services, Transport& transport, Hosts hosts, std::string token_source)
      : services_(services), transport_(transport), hosts_(std::move(hosts)), token_source_(std::move(token_source)) {}

  [[nodiscard]] Task<Result<std::vector<PlanOffer>>> plan_offers() override;
  [[nodiscard]] Task<Examination> examine(std::vector<std::string> apps,
                                          std::vector<ExaminedDatabase> databases) override;

 private:
  [[nodiscard]] Task<HostReach> reach(std::string name, std::string url);
  [[nodiscard]] Task<AccountFacts> account();
  [[nodiscard]] Task<AppRights> rights(std::string app, std::string email);

  Services services_;
  Transport& transport_;
  Hosts hosts_;
  std::string token_source_;
};

/// "Sat, 28 Nov 2026 18:52:00 GMT" (RFC 9110, 5.6.7); nothing for other forms.
[[nodiscard]] std::optional<WallTime> http_date(std::string_view text);

}  // namespace changeover::heroku
